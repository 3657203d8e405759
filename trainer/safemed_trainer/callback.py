"""Reports a TRL trainer's progress as events and stops it on request."""

import time
from pathlib import Path
from typing import Any

from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from .checkpoint import mark_complete
from .events import EventWriter
from .progress import Progress


class Reporter(TrainerCallback):
    """Events `log` and `checkpoint`; on a stop request a checkpoint, then the end."""

    def __init__(self, events: EventWriter, progress: Progress, seconds_before: float) -> None:
        self._events = events
        self._progress = progress
        self._seconds_before = seconds_before
        self._started = time.monotonic()

    def seconds(self) -> float:
        """Training time so far, earlier processes included."""
        return round(self._seconds_before + time.monotonic() - self._started, 3)

    def on_train_begin(self, *_: Any, **__: Any) -> None:
        """Start the clock and leave the loading phase."""
        self._started = time.monotonic()
        self._progress.touch("training")

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> TrainerControl:
        """Count the step and obey a stop request."""
        self._progress.touch("training", state.global_step)
        if self._progress.stopping and state.global_step < state.max_steps:
            control.should_save = True
            control.should_training_stop = True
        return control

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
        """The trainer has written the checkpoint: mark it, then say so."""
        directory = Path(args.output_dir) / f"checkpoint-{state.global_step}"
        mark_complete(directory, self.seconds())
        self._events.write("checkpoint", step=state.global_step, path=str(directory))
