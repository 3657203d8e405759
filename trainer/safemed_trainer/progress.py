"""What the run is doing, who asked it to stop, and the heartbeat that tells the parent it is alive."""

import signal
import threading
import time
from types import FrameType

from .events import EventWriter


class StopRequested(Exception):  # noqa: N818 - a request, not an error
    """Raised out of a wait when the parent asks the run to stop."""


class Progress:
    """Shared by the training callback, the reward client and the heartbeat."""

    def __init__(self) -> None:
        self.step = 0
        self.phase = "loading"
        self.reason: str | None = None  # why the run is to stop, once it is
        self._waiting = False
        self._touched = time.monotonic()

    @property
    def stopping(self) -> bool:
        """True once the run was asked to stop or its time is over."""
        return self.reason is not None

    def touch(self, phase: str, step: int | None = None) -> None:
        """Record that something moved on."""
        self.phase = phase
        self.step = self.step if step is None else step
        self._touched = time.monotonic()

    def idle_seconds(self) -> float:
        """Seconds since something moved on."""
        return time.monotonic() - self._touched

    def on_signal(self, number: int, _frame: FrameType | None) -> None:
        """Stop at the end of the step; at once where nothing but a reply is waited for, since no work is lost there."""
        if self.reason is None:
            self.reason = "time-limit" if number == signal.SIGALRM else "request"
        if self._waiting:
            raise StopRequested

    def wait_for_reply(self) -> "_Waiting":
        """Context in which a stop signal interrupts instead of waiting for the step to end."""
        return _Waiting(self)


class _Waiting:
    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def __enter__(self) -> None:
        self._progress._waiting = True
        if self._progress.stopping:
            self._progress._waiting = False
            raise StopRequested

    def __exit__(self, *_: object) -> None:
        self._progress._waiting = False


def stop_on_signals(progress: Progress) -> None:
    """SIGTERM and SIGINT ask the run to stop at the next point from which it can resume exactly."""
    signal.signal(signal.SIGTERM, progress.on_signal)
    signal.signal(signal.SIGINT, progress.on_signal)


def stop_after(progress: Progress, minutes: float | None) -> None:
    """End the run like a stop request once this process has lived for so long; it can be resumed."""
    if minutes is not None:
        signal.signal(signal.SIGALRM, progress.on_signal)
        signal.setitimer(signal.ITIMER_REAL, minutes * 60)


def start_heartbeat(events: EventWriter, progress: Progress, seconds: float = 5.0) -> None:
    """Write a heartbeat event every few seconds from a thread that ends with the process."""

    def beat() -> None:
        while True:
            time.sleep(seconds)
            idle = round(progress.idle_seconds(), 1)
            events.write("heartbeat", step=progress.step, phase=progress.phase, idle_s=idle)

    threading.Thread(target=beat, name="heartbeat", daemon=True).start()
