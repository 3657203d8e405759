"""What the reward functions of all engines share: the run's settings, asking for rewards, and what stands in for none.

The service says null where a completion could not be scored, and no number is ever made up for it. An engine that
cannot leave such a completion out is given the mean of the same prompt's scored completions, which makes its advantage
zero; the service's record stays null. Where no completion of a prompt was scored there is no mean, and the run stops.
"""

import json
import logging
import os
import threading
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from safemed_http import RewardHttp, RewardRefusedError, sample_id

log = logging.getLogger("safemed")

# The service takes 1024 samples at most.
_LARGEST_REQUEST = 512
# The same numbers with every completion: engines that collect them take their names from the first one.
EXTRA = ("scored", "format", "refused", "flags", "judge_n", "spread", "cached")
# The run is over (its result was posted) or its budget is spent: asking again cannot help.
_CONFLICT = 409


class UnscorableError(RuntimeError):
    """No completion of a prompt could be scored, so that nothing stands for them: the run stops at its checkpoint."""


@dataclass(frozen=True)
class Score:
    """One completion's reward as its judge gives it and mapped to 0..1, None where it could not be scored."""

    reward: float | None
    score: float | None
    extra: dict[str, float]


class Rewards(RewardHttp):
    """Asks for the rewards of one run, as reward.json beside this file names it."""

    def __init__(self, engine: str) -> None:
        settings = json.loads(Path(__file__).with_name("reward.json").read_text(encoding="utf-8"))
        url = os.environ.get(settings["url_env"]) or settings.get("url")
        if not url:
            raise RewardRefusedError(f"{settings['url_env']}: set it to the address of the SafeMed server")
        _token(settings)
        super().__init__(
            url,
            settings["token_env"],
            timeout_s=settings["timeout_s"],
            max_retries=settings["max_retries"],
            deadline_s=settings["deadline_s"],
            refusals=(_CONFLICT,),
        )
        self.run_id: str = settings["run_id"]
        self.generations: int = settings["generations"]
        self.prompts_per_step: int = settings["prompts_per_step"]
        self.engine = engine
        self._limit: int = settings["abort_after_unscored_calls"]
        self._unscored_calls = 0

    def failed(self, attempt: int, message: str, wait_s: float) -> None:
        log.warning("the reward service failed (attempt %d): %s; waiting %.1f s", attempt, message, wait_s)

    def ready(self) -> None:
        """Wait until the service answers and knows the run."""
        self.warm_up(f"/v1/rewards/health?run={self.run_id}")

    def score(self, samples: list[dict[str, Any]], step: int, rank: int = 0) -> list[Score]:
        """Scores of one call. A RewardRefusedError where asking again cannot help.

        An UnscorableError after several calls in a row without one score: a judge or a service that is gone.
        """
        scored: list[Score] = []
        for first in range(0, len(samples), _LARGEST_REQUEST):
            part = samples[first : first + _LARGEST_REQUEST]
            request = {"run_id": self.run_id, "engine": self.engine, "step": step, "rank": rank, "samples": part}
            found = self.ask(request)
            scored += [Score(None, None, _extra({}))] * len(part) if found is None else _scores(found)
        without = sum(one.reward is None for one in scored)
        if without:
            log.warning("%d of %d completions could not be scored (step %d)", without, len(scored), step)
        self._unscored_calls = self._unscored_calls + 1 if without == len(scored) else 0
        if self._limit and self._unscored_calls >= self._limit:
            raise UnscorableError(
                f"no completion of {self._limit} calls in a row could be scored: mend the judge, then go on from the"
                " checkpoint"
            )
        return scored


def _token(settings: dict[str, Any]) -> None:
    """Ray's workers get no variable of the launch script: they find the token in a file that only its owner reads."""
    path = Path(__file__).with_name(settings["token_file"])
    if os.environ.get(settings["token_env"]) or not path.exists():
        return
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise RewardRefusedError(f"{path}: others can read the token: chmod 600")
    os.environ[settings["token_env"]] = path.read_text(encoding="utf-8").strip()


_lock = threading.Lock()
_opened: tuple[Rewards, "Groups"] | None = None


def opened(engine: str) -> tuple[Rewards, "Groups"]:
    """This process's service, which has answered, and the prompts whose completions it waits for."""
    global _opened
    with _lock:
        if _opened is None:
            service = Rewards(engine)
            service.ready()
            _opened = service, Groups(service.generations)
        return _opened


def _scores(found: dict[str, Any]) -> list[Score]:
    extra = found["extra"] or [{}] * len(found["rewards"])
    return [Score(*one[:2], _extra(one[2])) for one in zip(found["rewards"], found["scores"], extra, strict=True)]


def _extra(row: dict[str, float]) -> dict[str, float]:
    return {name: row.get(name, 0.0) for name in EXTRA}


def sample(identity: str, case: str, prompt: Any, completion: str, meta: str) -> dict[str, Any]:
    """A completion as the service takes it; `meta` is the JSON of the prompt's row."""
    text = completion.encode("utf-8", "replace").decode("utf-8")
    return {"id": identity, "group": case, "prompt": prompt, "completion": text, "meta": json.loads(meta)}


def turns(chat: Any) -> Any:
    """The prompt's messages with role and content only, without an answer at their end."""
    if isinstance(chat, str):
        return chat
    told = [{"role": one["role"], "content": one["content"]} for one in chat]
    while told and told[-1]["role"] == "assistant":
        told.pop()
    return told


def batch_rewards(groups: list[str], scores: list[Score], generations: int) -> list[float]:
    """Rewards of one call that holds whole groups, for an engine that knows no missing reward."""
    rewards = [one.reward for one in scores]
    for group in dict.fromkeys(groups):
        places = [index for index, name in enumerate(groups) if name == group]
        found = [rewards[index] for index in places if rewards[index] is not None]
        if len(found) == len(places):
            continue
        if not found:
            raise UnscorableError(f"no completion of the prompt {group} could be scored")
        if len(places) % generations:
            raise UnscorableError(
                f"a completion of the prompt {group} could not be scored, and this process has only {len(places)} of"
                f" its {generations}: keep the batch a multiple of the generations, as the recipe does"
            )
        for index in places:
            if rewards[index] is None:
                rewards[index] = fmean(found)
    return [float(reward) for reward in rewards]


class Groups:
    """The completions of each prompt as they come in one by one, for engines that ask so.

    A scored one is answered at once. One that could not be scored waits for the others of its prompt.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._open: dict[str, list[tuple[Score, Future]]] = {}
        self._lock = threading.Lock()
        self.closed = 0

    def add(self, group: str, score: Score) -> Future:
        """A future of (reward, score); an UnscorableError where no completion of the prompt was scored."""
        future: Future = Future()
        if score.reward is not None:
            future.set_result((score.reward, score.score))
        with self._lock:
            members = self._open.setdefault(group, [])
            members.append((score, future))
            if len(members) < self._size:
                return future
            del self._open[group]
            self.closed += 1
        _close(group, members)
        return future


def _close(group: str, members: list[tuple[Score, Future]]) -> None:
    scored = [score for score, _ in members if score.reward is not None]
    means = None
    if scored:
        normal = [one.score for one in scored if one.score is not None]
        means = (fmean(one.reward for one in scored), fmean(normal) if normal else None)
    for score, future in members:
        if score.reward is not None:
            continue
        if means is None:
            future.set_exception(UnscorableError(f"no completion of the prompt {group} could be scored"))
        else:
            future.set_result(means)
