"""Reports a TRL trainer's progress as events and stops it on request."""

import time
from pathlib import Path
from typing import Any

from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from .checkpoint import mark_complete
from .events import EventWriter
from .progress import Progress
from .ranks import Ranks


class Reporter(TrainerCallback):
    """Events `log` and `checkpoint`; on a stop request a checkpoint, then the end.

    Of a run with several processes all stop after the same step, whichever of them was asked.
    """

    def __init__(self, events: EventWriter, progress: Progress, ranks: Ranks, seconds_before: float) -> None:
        self._events = events
        self._progress = progress
        self._ranks = ranks
        self._seconds_before = seconds_before
        self._started = time.monotonic()
        self._ended: float | None = None

    def seconds(self) -> float:
        """Time spent in the training loop so far, that of earlier processes included."""
        end = time.monotonic() if self._ended is None else self._ended
        return round(self._seconds_before + end - self._started, 3)

    def on_train_begin(self, *_: Any, **__: Any) -> None:
        """Start the clock and leave the loading phase."""
        self._started = time.monotonic()
        self._progress.touch("training")

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> TrainerControl:
        """Count the step and obey a stop request."""
        self._progress.touch("training", state.global_step)
        asked = [reason for reason in self._ranks.share(self._progress.reason) if reason is not None]
        if asked and state.global_step < state.max_steps:
            self._progress.reason = asked[0]
            control.should_save = True
            control.should_training_stop = True
        return control

    def on_train_end(self, *_: Any, **__: Any) -> None:
        """Stop the clock: what is measured afterwards is not training."""
        self._ended = time.monotonic()

    def on_log(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        logs: dict[str, Any] | None = None,
        **_: Any,
    ) -> None:
        """Pass the trainer's metrics on; its summary of the whole run comes with the event `done` instead."""
        if logs and "train_runtime" not in logs:
            step, total = state.global_step, state.max_steps
            metrics = {name: value for name, value in logs.items() if name != "epoch"}  # the data holds all epochs
            self._events.write("log", step=step, total=total, seconds=self.seconds(), metrics=metrics)

    def on_save(self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any) -> None:
        """Every process has written its part of the checkpoint: mark it, then say so."""
        self._ranks.share(None)
        if not self._ranks.first:
            return
        directory = Path(args.output_dir) / f"checkpoint-{state.global_step}"
        mark_complete(directory, self.seconds(), self._ranks.world)
        self._events.write("checkpoint", step=state.global_step, path=str(directory))
