"""Asks a reward service for a batch of rewards; what it cannot get is None, never a number.

Standard library only and nothing of this package: recipes for other engines carry this file as it is
(src/training/recipe).
"""

import contextlib
import hashlib
import http.client
import json
import math
import os
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable
from typing import Any

_LONGEST_WAIT_S = 30.0
_LARGEST_REPLY = 64 * 1024 * 1024
_REFUSALS = (400, 401, 403, 404, 413, 422)
# What a service answers that has no health route: it is there, and that is all we ask.
_NO_HEALTH_ROUTE = (404, 405)
# Whatever a service can do wrong short of refusing: asked again, then None.
_FAILURES = (OSError, ValueError, OverflowError, RecursionError, http.client.HTTPException)


class RewardRefusedError(RuntimeError):
    """The service answered that it will not score this run, or is not there: asking again cannot help."""


def sample_id(run_id: str, case: str, step: int, index: int) -> str:
    """The same for the same sample of the same step, so that a repeated request finds the recorded judgment."""
    return hashlib.sha256(f"{run_id}\n{case}\n{step}\n{index}".encode()).hexdigest()


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirected POST becomes a GET that carries our token to wherever it points."""

    def redirect_request(self, *_: Any) -> None:
        return None


class RewardHttp:
    """One POST per batch, repeated with growing pauses until the batch's deadline."""

    def __init__(
        self,
        url: str,
        token_env: str | None,
        *,
        timeout_s: float,
        max_retries: int,
        deadline_s: float,
        refusals: Iterable[int] = (),
    ) -> None:
        """`refusals`: statuses besides the usual ones after which asking again cannot help."""
        self._url = url.rstrip("/")
        self._timeout_s = timeout_s
        self._max_retries = max_retries
        self._deadline_s = deadline_s
        self._refusals = {*_REFUSALS, *refusals}
        self._opener = urllib.request.build_opener(_NoRedirect)
        self._headers = {"content-type": "application/json"}
        if token_env:
            token = os.environ.get(token_env)
            if not token:
                raise RewardRefusedError(
                    f"{token_env}: no such variable with the reward service's token in the environment"
                )
            self._headers["authorization"] = f"Bearer {token}"

    def beginning(self) -> None:
        """Called before each attempt."""

    def waiting(self) -> contextlib.AbstractContextManager[Any]:
        """Entered while a reply or the next attempt is waited for."""
        return contextlib.nullcontext()

    def failed(self, attempt: int, message: str, wait_s: float) -> None:
        """Told of each failed attempt, and how long it is until the next."""

    def warm_up(self, path: str = "/health") -> None:
        """Wait until the service answers, before any step is spent on it; a RewardRefusedError if it does not."""
        if self._attempts(lambda end: self._ask(path, None, end), _NO_HEALTH_ROUTE) is None:
            raise RewardRefusedError(f"the reward service at {_public(self._url)} does not answer: start it")

    def score(self, request: dict[str, Any]) -> tuple[list[float | None], list[dict[str, float]]]:
        """Rewards of the request's samples and the service's numeric remarks; all None if no attempt succeeded."""
        found = self.ask(request)
        if found is None:
            return [None] * len(request["samples"]), []
        return found["rewards"], found["extra"]

    def ask(self, request: dict[str, Any]) -> dict[str, Any] | None:
        """`rewards`, `scores` and `extra` for the request's samples; None if no attempt succeeded."""
        count = len(request["samples"])
        return self._attempts(lambda end: _parsed(self._ask("/v1/rewards", request, end), count), ())

    def _attempts(self, ask: Callable[[float], Any], answered: tuple[int, ...]) -> Any | None:
        """What `ask` returns, an empty tuple for a status in `answered`, None if every attempt failed."""
        end = time.monotonic() + self._deadline_s
        for attempt in range(self._max_retries + 1):
            self.beginning()
            asked = None
            try:
                with self.waiting():
                    return ask(end)
            except urllib.error.HTTPError as error:
                with error:
                    if error.code in answered:
                        return ()
                    if error.code in self._refusals or 300 <= error.code < 400:
                        detail = _detail(error)
                        raise RewardRefusedError(f"the reward service answered {error.code}: {detail}") from error
                    message, asked = f"HTTP {error.code}", _retry_after(error)
            except _FAILURES as error:
                message = f"{type(error).__name__}: {error}"
            if not self._pause(attempt, message, asked, end):
                break
        return None

    def _ask(self, path: str, body: dict[str, Any] | None, end: float) -> bytes:
        data = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        request = urllib.request.Request(self._url + path, data=data, headers=self._headers)
        wait = max(0.1, min(self._timeout_s, end - time.monotonic()))
        limit = time.monotonic() + wait
        with self._opener.open(request, timeout=wait) as reply:
            received = b""
            # `timeout` is for each piece; a service that drips would never reach it.
            while piece := reply.read1(1 << 16):
                received += piece
                if len(received) > _LARGEST_REPLY:
                    raise ValueError("the reply is too long")
                if time.monotonic() > limit:
                    raise TimeoutError("the reply took too long")
            return received

    def _pause(self, attempt: int, message: str, asked: float | None, end: float) -> bool:
        """Report the failure and wait; False when nothing is to be asked any more."""
        left = end - time.monotonic()
        wait = min(asked if asked is not None else 0.5 * 2**attempt, _LONGEST_WAIT_S)
        last = attempt == self._max_retries or wait >= left
        wait = 0.0 if last else wait
        self.failed(attempt + 1, message, wait)
        with self.waiting():
            time.sleep(wait)
        return not last


def _public(url: str) -> str:
    """The address without its path, which for a local run is a secret."""
    return "/".join(url.split("/")[:3])


def _detail(error: urllib.error.HTTPError) -> str:
    try:
        return error.read(500).decode("utf-8", "replace")
    except _FAILURES:
        return error.reason


def _retry_after(error: urllib.error.HTTPError) -> float | None:
    try:
        seconds = float(error.headers.get("retry-after", ""))
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) and seconds >= 0 else None


def _parsed(body: bytes, count: int) -> dict[str, Any]:
    """Check the reply's shape; a reply that does not fit is an error to be retried, not zeros."""
    reply = json.loads(body)
    if not isinstance(reply, dict):
        raise ValueError("the reply must be an object")
    rewards = _column(reply.get("rewards"), "rewards", count)
    scores = _column(reply["scores"], "scores", count) if reply.get("scores") else [None] * count
    extra = reply.get("extra") or []
    if not isinstance(extra, list) or len(extra) not in (0, count) or not all(isinstance(row, dict) for row in extra):
        raise ValueError(f"extra must be a list of {count} objects")
    return {"rewards": rewards, "scores": scores, "extra": [_numbers(row) for row in extra]}


def _column(values: Any, name: str, count: int) -> list[float | None]:
    if not isinstance(values, list) or len(values) != count:
        raise ValueError(f"the reply must hold a list of {count} {name}")
    return [_reward(value) for value in values]


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
