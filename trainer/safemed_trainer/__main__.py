"""`python -m safemed_trainer --spec run.json --events events.jsonl --out DIR [--resume] [--echo-events]`.

Started once for each of several processes with RANK, WORLD_SIZE, MASTER_ADDR and MASTER_PORT, it trains data-parallel.
Exit status: 0 done or stopped (the last event says which), 1 failed (event `error`), 2 wrong use, 3 another worker is
training in DIR.
"""

import argparse
import fcntl
import os
import shutil
import sys
import traceback
from pathlib import Path
from typing import NoReturn

from .events import EventWriter
from .process import loading, prepare_process
from .progress import Progress, StopRequested, start_heartbeat, stop_after, stop_on_signals
from .ranks import Ranks, ranks_from
from .spec import Spec, SpecError, load_spec


def main() -> NoReturn:
    """Run the worker and end with its exit status."""
    parser = argparse.ArgumentParser(prog="safemed_trainer", description="Train one stage as a run file says.")
    parser.add_argument("--spec", type=Path, required=True)
    parser.add_argument("--events", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--resume", action="store_true", help="go on from the newest whole checkpoint in --out")
    parser.add_argument("--echo-events", action="store_true", help="also print each event as a line @@SM {json}")
    options = parser.parse_args()
    try:
        ranks = ranks_from(dict(os.environ))
    except SpecError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    ranks.end(_work(options, ranks))


def _work(options: argparse.Namespace, ranks: Ranks) -> int:
    options.out.mkdir(parents=True, exist_ok=True)
    lock = _lock(options.out / "worker.pid") if ranks.first else None
    if ranks.first and lock is None:
        print(f"another worker is training in {options.out}", file=sys.stderr)
        return 3
    if ranks.first and not options.resume:
        # The others look for checkpoints after all have met.
        shutil.rmtree(options.out / "checkpoints", ignore_errors=True)
    events = EventWriter(options.events if ranks.first else None, options.echo_events)
    progress = Progress()
    stop_on_signals(progress)
    start_heartbeat(events, progress)
    try:
        spec = load_spec(options.spec)
        stop_after(progress, spec.max_minutes)
        return _train(spec, options.out, events, progress, ranks)
    except StopRequested:
        events.write("stopped", step=progress.step, reason=progress.reason or "request")
        return 0
    except SpecError as error:
        events.write("error", error="SpecError", message=str(error))
        return 2
    except Exception as error:
        traceback.print_exc()
        events.write("error", error=type(error).__name__, message=str(error))
        return 1


def _lock(path: Path) -> object | None:
    """Hold the file with our process number for as long as we live; None if another worker holds it.

    The system releases the lock when its holder dies in whatever way, so two never train in one directory.
    """
    file = path.open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return None
    file.truncate(0)
    file.write(f"{os.getpid()}\n")
    file.flush()
    return file


def _train(spec: Spec, out: Path, events: EventWriter, progress: Progress, ranks: Ranks) -> int:
    prepare_process()
    with loading():
        from . import dpo, grpo, reward_model, sft
        from .run import finish, prepare, save_adapter, train

    stage = {"sft": sft, "dpo": dpo, "reward": reward_model, "grpo": grpo}[spec.stage]
    job, manifest = prepare(spec, out, events, progress, ranks)
    trainer = stage.build(job)
    if not train(job, trainer, manifest):
        events.write("stopped", step=trainer.state.global_step, reason=progress.reason or "request")
    elif ranks.first:
        save_adapter(job, trainer)
        finish(job, trainer, manifest, stage.metrics(job, trainer))
    return 0


if __name__ == "__main__":
    main()
