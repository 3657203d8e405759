"""The reward service as the worker of a run asks it: failures are events, and waiting is known to the progress."""

import contextlib
from typing import Any

from .events import EventWriter
from .progress import Progress
from .reward_http import RewardHttp
from .spec import RewardService


class RewardClient(RewardHttp):
    """Asks for one run."""

    def __init__(self, service: RewardService, events: EventWriter, progress: Progress) -> None:
        super().__init__(
            service.url,
            service.token_env,
            timeout_s=service.timeout_s,
            max_retries=service.max_retries,
            deadline_s=service.deadline_s,
        )
        self._events = events
        self._progress = progress

    def beginning(self) -> None:
        self._progress.touch("reward")

    def waiting(self) -> contextlib.AbstractContextManager[Any]:
        return self._progress.wait_for_reply()

    def failed(self, attempt: int, message: str, wait_s: float) -> None:
        self._events.write(
            "reward_error", step=self._progress.step, attempt=attempt, message=message, wait_s=wait_s
        )
