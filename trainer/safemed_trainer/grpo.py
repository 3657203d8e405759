"""Red-team GRPO: group-relative advantages from the reward service, with KL to the model the run started from."""

import json
import logging
import time
from collections.abc import Callable
from statistics import fmean
from typing import Any

from peft import TaskType
from trl import GRPOConfig, GRPOTrainer

from . import models
from .data import Row, dataset, is_benign, messages
from .events import clean
from .order import mixed_order
from .progress import StopRequested
from .reward_client import RewardClient
from .reward_http import RewardRefusedError, sample_id
from .run import Job
from .spec import RewardService, SpecError

# Where a run file says nothing; src/training/presets.ts has the presets and their sources. As published: advantage
# (r - mean) / std within a group, per-sequence mean loss, KL as a loss term. TRL's own defaults are another loss and no KL.
_PUBLISHED = {
    "num_generations": 4,
    "max_completion_length": 256,
    "beta": 0.04,
    "loss_type": "grpo",
    "scale_rewards": "group",
    "learning_rate": 1e-5,
    "temperature": 1.0,
}

# A step generates text and takes minutes on a large model: an interruption must not cost ten of them.
_SAVING = {"save_steps": 2}


class UnscoredRunError(RuntimeError):
    """Too many steps in a row had no reward at all: training would go on without learning anything."""


class ServiceReward:
    """TRL's reward function: asks the service, counts what stays unscored, shows samples."""

    __name__ = "safemed"

    def __init__(self, job: Job, service: RewardService) -> None:
        self._job = job
        self._service = service
        self._client = RewardClient(service, job.events, job.progress)
        together(job, self._client.warm_up)
        self._unscored_in_a_row = 0

    def __call__(
        self,
        prompts: list[list[dict[str, str]]],
        completions: list[list[dict[str, str]]],
        completion_ids: list[list[int]],
        case: list[str],
        meta: list[str],
        trainer_state: Any,
        log_metric: Any,
        **_: Any,
    ) -> list[float | None]:
        """Rewards of one generation batch, None where unscorable. Never raises for a service that is down."""
        step = trainer_state.global_step
        run_id, ranks = self._job.spec.run_id, self._job.ranks
        texts = [clean(completion[0]["content"]) for completion in completions]
        # Each process asks for its own share of the batch; a prompt's completions may lie with several of them.
        first = ranks.rank * len(texts)
        samples = [
            {
                "id": sample_id(run_id, name, step, first + index),
                "group": name,
                "prompt": messages(prompt),
                "completion": text,
                "meta": json.loads(extra),
            }
            for index, (prompt, text, name, extra) in enumerate(zip(prompts, texts, case, meta, strict=True))
        ]
        request = {"run_id": run_id, "engine": "trl", "step": step, "rank": ranks.rank, "samples": samples}
        started = time.monotonic()
        (rewards, extra), seconds = together(self._job, lambda: self._client.score(request)), time.monotonic() - started
        self._job.progress.touch("training")
        self._report(step, samples, rewards)
        log_metric("unscored", sum(reward is None for reward in rewards) / len(rewards))
        log_metric("reward_seconds", seconds)
        # TRL averages over the processes, which therefore have to name the same figures.
        names = ranks.share(sorted(set.intersection(*(set(row) for row in extra)) if extra else set()))
        for name in sorted(set.intersection(*map(set, names))):
            log_metric(f"reward_extra/{name}", fmean(row[name] for row in extra))
        return rewards

    def _report(self, step: int, samples: list[dict[str, Any]], rewards: list[float | None]) -> None:
        for sample, reward in list(zip(samples, rewards, strict=True))[: self._job.spec.samples_per_step]:
            shown = {"case": sample["group"], "completion": sample["completion"], "reward": reward}
            self._job.events.write("sample", step=step, id=sample["id"], **shown)
        scored = any(self._job.ranks.share(any(reward is not None for reward in rewards)))
        self._unscored_in_a_row = 0 if scored else self._unscored_in_a_row + 1
        limit = self._service.abort_after_unscored_steps
        if limit and self._unscored_in_a_row >= limit:
            raise UnscoredRunError(
                f"no sample of {limit} steps in a row could be scored: mend the reward service, then resume the run"
            )


def together(job: Job, act: Callable[[], Any]) -> Any:
    """What `act` returns, unless any process of the run was asked to stop or was refused: then all of them raise.

    One that ended alone would leave the others waiting for it.
    """
    result: Any = None
    failure: StopRequested | RewardRefusedError | None = None
    try:
        result = act()
    except (StopRequested, RewardRefusedError) as error:
        failure = error
    failures = [one for one in job.ranks.share(failure) if one is not None]
    if failures:
        raise failure or failures[0]
    return result


def build(job: Job) -> GRPOTrainer:
    """TRL's trainer over the prompts. Continuing an adapter, TRL keeps a frozen copy of it as KL reference."""
    spec = job.spec
    # Its warning about unscored rows prints whole prompts and completions: clinical text does not belong in a log.
    logging.getLogger("trl.trainer.grpo_trainer").setLevel(logging.ERROR)
    arguments = job.arguments(**_PUBLISHED, **_SAVING)
    rows = job.rows.used
    if spec.mix_kinds:
        rows = _mixed(job, GRPOConfig(**arguments))
        arguments |= {"num_train_epochs": 1, "shuffle_dataset": False}
    reward = ServiceReward(job, spec.reward)
    return GRPOTrainer(
        model=models.load_policy(spec.base, spec.adapter, job.dtype),
        args=GRPOConfig(**arguments),
        reward_funcs=[reward],
        train_dataset=dataset(rows, "grpo"),
        processing_class=job.tokenizer,
        peft_config=None if spec.adapter else models.lora_config(spec.lora, TaskType.CAUSAL_LM),
    )


def _mixed(job: Job, settings: GRPOConfig) -> list[Row]:
    """The prompts of all epochs in an order in which every generation batch holds benign ones and others."""
    prompts = settings.generation_batch_size // settings.num_generations
    benign = [is_benign(row) for row in job.rows.used]
    if len(set(benign)) == 2 and prompts < 2:
        raise SpecError(
            f"a step generates for {prompts} prompt only, which cannot be benign and harmful: raise "
            f"args.per_device_train_batch_size to {2 * settings.num_generations} (2 x num_generations)"
        )
    return [job.rows.used[index] for index in mixed_order(benign, prompts, job.epochs, job.spec.seed)]


def metrics(job: Job, trainer: GRPOTrainer) -> dict[str, Any]:
    """Figures of the whole run from the trainer's log; a mean over no scored step is None."""
    log = [entry for entry in trainer.state.log_history if "loss" in entry]
    rewards = [entry["reward"] for entry in log if entry.get("reward") is not None]
    quarter = max(1, len(rewards) // 4)
    return {
        "prompts": len(job.rows.used),
        "prompts_benign": sum(map(is_benign, job.rows.used)),
        "generations": trainer.args.num_generations,
        "completions": trainer.state.global_step * trainer.args.generation_batch_size,
        "reward_first": rewards[0] if rewards else None,
        "reward_last": rewards[-1] if rewards else None,
        "reward_first_quarter": fmean(rewards[:quarter]) if rewards else None,
        "reward_last_quarter": fmean(rewards[-quarter:]) if rewards else None,
        "kl_last": log[-1].get("kl"),
        "kl_max": max((entry["kl"] for entry in log if entry.get("kl") is not None), default=None),
        "zero_std_share": fmean(entry["frac_reward_zero_std"] for entry in log),
        "unscored_share": fmean(entry["unscored"] for entry in log),
        "length_first": log[0].get("completions/mean_length"),
        "length_last": log[-1].get("completions/mean_length"),
        "clipped_share_last": log[-1].get("completions/clipped_ratio"),
    }
