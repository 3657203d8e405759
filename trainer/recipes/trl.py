"""TRL's reward function: `reward_funcs: [safemed_reward.safemed]`. None is TRL's own word for what has no score."""

import logging
import os
from statistics import fmean
from typing import Any

from safemed_http import sample_id
from safemed_recipe import opened, sample, turns

# Its warning about unscored rows prints whole prompts and completions: clinical text does not belong in a log.
logging.getLogger("trl.trainer.grpo_trainer").setLevel(logging.ERROR)


def safemed(
    prompts: list[Any],
    completions: list[Any],
    case: list[str],
    meta: list[str],
    trainer_state: Any = None,
    log_metric: Any = None,
    **_: Any,
) -> list[float | None]:
    """Rewards of this process's completions."""
    service, _groups = opened("trl")
    step = int(getattr(trainer_state, "global_step", 0) or 0)
    rank = int(os.environ.get("RANK", "0"))
    first = rank * len(completions)
    samples = [
        sample(sample_id(service.run_id, name, step, first + index), name, turns(prompt), _text(completion), told)
        for index, (prompt, completion, name, told) in enumerate(zip(prompts, completions, case, meta, strict=True))
    ]
    scores = service.score(samples, step, rank)
    if log_metric is not None:
        log_metric("unscored", sum(one.reward is None for one in scores) / len(scores))
        for name in scores[0].extra:
            log_metric(f"reward_extra/{name}", fmean(one.extra[name] for one in scores))
    return [one.reward for one in scores]


def _text(completion: Any) -> str:
    return completion if isinstance(completion, str) else str(completion[0]["content"])
