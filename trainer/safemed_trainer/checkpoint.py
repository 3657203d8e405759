"""Checkpoints that survive a kill: complete ones are marked, and only marked, unchanged ones are resumed from."""

import json
import os
from pathlib import Path

from .digest import file_digest

ADAPTER_WEIGHTS = "adapter_model.safetensors"
_MARK = "complete.json"
_GUARDED = (ADAPTER_WEIGHTS, "optimizer.pt", "scheduler.pt", "trainer_state.json")


def mark_complete(directory: Path, seconds: float, world: int) -> None:
    """Record that every file of the checkpoint is written, with digests, the training time spent so far and the number
    of processes, each of which has a random state of its own.
    """
    states = ["rng_state.pth"] if world == 1 else [f"rng_state_{rank}.pth" for rank in range(world)]
    files = {name: file_digest(directory / name) for name in (*_GUARDED, *states)}
    write_json(directory / _MARK, {"seconds": seconds, "world": world, "files": files})


def newest_complete(checkpoints: Path) -> Path | None:
    """The newest checkpoint whose files are all there and unchanged, or None."""
    numbered = [(int(path.name.rsplit("-", 1)[1]), path) for path in checkpoints.glob("checkpoint-*")]
    for _, path in sorted(numbered, reverse=True):
        if _is_whole(path):
            return path
    return None


def spent(directory: Path) -> tuple[float, int]:
    """Training time in seconds up to the checkpoint, earlier processes included, and how many trained side by side."""
    mark = json.loads((directory / _MARK).read_text(encoding="utf-8"))
    return float(mark["seconds"]), int(mark.get("world", 1))


def tokens_counted(directory: Path) -> int:
    """Tokens trained on up to the checkpoint, as the run logged them; 0 if it logged none."""
    log = json.loads((directory / "trainer_state.json").read_text(encoding="utf-8"))["log_history"]
    return next((int(entry["num_tokens"]) for entry in reversed(log) if "num_tokens" in entry), 0)


def _is_whole(directory: Path) -> bool:
    try:
        files = json.loads((directory / _MARK).read_text(encoding="utf-8"))["files"]
        return all(file_digest(directory / name) == digest for name, digest in files.items())
    except (OSError, ValueError, KeyError):
        return False


def write_json(path: Path, value: object) -> None:
    """Write a JSON file so that a reader finds either the whole of it or nothing."""
    temporary = path.with_suffix(path.suffix + ".part")
    with temporary.open("w", encoding="utf-8") as file:
        json.dump(value, file, ensure_ascii=False, indent=1, allow_nan=False)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
