"""Asks the reward service for a batch of rewards; what it cannot get is None, never a number."""

import hashlib
import http.client
import json
import math
import os
import time
import urllib.error
import urllib.request
from typing import Any

from .events import EventWriter
from .progress import Progress
from .spec import RewardService

_LONGEST_WAIT_S = 30.0
_REFUSALS = (400, 401, 403, 404, 413, 422)


class RewardRefusedError(RuntimeError):
    """The service answered that it will not score this run: asking again cannot help."""


def sample_id(run_id: str, case: str, step: int, index: int) -> str:
    """The same for the same sample of the same step, so that a repeated request finds the recorded judgment."""
    return hashlib.sha256(f"{run_id}\n{case}\n{step}\n{index}".encode()).hexdigest()


class RewardClient:
    """One POST per batch, repeated with growing pauses."""

    def __init__(self, service: RewardService, events: EventWriter, progress: Progress) -> None:
        self._service = service
        self._events = events
        self._progress = progress
        self._headers = {"content-type": "application/json"}
        if service.token_env:
            token = os.environ.get(service.token_env)
            if not token:
                raise RewardRefusedError(
                    f"{service.token_env}: no such variable with the reward service's token in the environment"
                )
            self._headers["authorization"] = f"Bearer {token}"

    def score(self, request: dict[str, Any]) -> tuple[list[float | None], list[dict[str, float]]]:
        """Rewards of the request's samples and the service's numeric remarks; all None if no attempt succeeded."""
        count = len(request["samples"])
        for attempt in range(self._service.max_retries + 1):
            self._progress.touch("reward")
            try:
                with self._progress.wait_for_reply():
                    return _parsed(self._post(request), count)
            except urllib.error.HTTPError as error:
                detail = error.read(500).decode("utf-8", "replace")
                if error.code in _REFUSALS:
                    raise RewardRefusedError(f"the reward service answered {error.code}: {detail}") from error
                self._pause(attempt, f"HTTP {error.code}", _retry_after(error))
            except (OSError, ValueError, http.client.HTTPException) as error:
                self._pause(attempt, f"{type(error).__name__}: {error}", None)
        return [None] * count, []

    def _post(self, request: dict[str, Any]) -> bytes:
        body = json.dumps(request, ensure_ascii=False).encode()
        url = self._service.url.rstrip("/") + "/v1/rewards"
        post = urllib.request.Request(url, data=body, headers=self._headers, method="POST")
        with urllib.request.urlopen(post, timeout=self._service.timeout_s) as reply:
            return reply.read()

    def _pause(self, attempt: int, message: str, asked: float | None) -> None:
        last = attempt == self._service.max_retries
        wait = 0.0 if last else min(asked if asked is not None else 0.5 * 2**attempt, _LONGEST_WAIT_S)
        self._events.write("reward_error", step=self._progress.step, attempt=attempt + 1, message=message, wait_s=wait)
        with self._progress.wait_for_reply():
            time.sleep(wait)


def _retry_after(error: urllib.error.HTTPError) -> float | None:
    try:
        return float(error.headers.get("retry-after", ""))
    except ValueError:
        return None


def _parsed(body: bytes, count: int) -> tuple[list[float | None], list[dict[str, float]]]:
    """Check the reply's shape; a reply that does not fit is an error to be retried, not zeros."""
    reply = json.loads(body)
    rewards = reply.get("rewards") if isinstance(reply, dict) else None
    if not isinstance(rewards, list) or len(rewards) != count:
        raise ValueError(f"the reply must hold a list of {count} rewards")
    extra = reply.get("extra") or []
    if not isinstance(extra, list) or not all(isinstance(row, dict) for row in extra):
        raise ValueError("extra must be a list of objects")
    return [_reward(value) for value in rewards], [_numbers(row) for row in extra]


def _reward(value: Any) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"a reward must be a finite number or null, not {value!r}")
    return float(value)


def _numbers(row: dict[str, Any]) -> dict[str, float]:
    return {
        name: float(value)
        for name, value in row.items()
        if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    }
