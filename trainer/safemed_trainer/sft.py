"""Supervised fine-tuning on prompt-completion rows: the loss is on the completion only."""

from typing import Any

from peft import TaskType
from trl import SFTConfig, SFTTrainer

from . import models
from .run import Job


def build(job: Job) -> SFTTrainer:
    """TRL's trainer over the job's rows, with a fresh adapter or continuing the given one."""
    spec = job.spec
    # Row lengths were checked beforehand, so TRL has nothing to truncate.
    arguments = job.ordered_arguments(learning_rate=2e-4, max_length=job.max_length, completion_only_loss=True)
    return SFTTrainer(
        model=models.load_policy(spec.base, spec.adapter, job.dtype),
        args=SFTConfig(**arguments),
        train_dataset=job.ordered(),
        processing_class=job.tokenizer,
        peft_config=None if spec.adapter else models.lora_config(spec.lora, TaskType.CAUSAL_LM),
    )


def metrics(job: Job, trainer: SFTTrainer) -> dict[str, Any]:
    """First and last loss and the tokens trained on, read from the trainer's whole log."""
    log = [entry for entry in trainer.state.log_history if "loss" in entry]
    return {
        "rows": len(job.rows.used),
        "tokens": int(log[-1]["num_tokens"]),
        "loss_first": log[0]["loss"],
        "loss_last": log[-1]["loss"],
        "token_accuracy_last": log[-1].get("mean_token_accuracy"),
    }
