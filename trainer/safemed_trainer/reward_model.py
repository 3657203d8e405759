"""Reward model from clinicians' preference pairs (Bradley-Terry), and its scores."""

from pathlib import Path
from typing import Any

import torch
from peft import PeftModel, TaskType
from transformers import AutoModelForSequenceClassification, PreTrainedModel, PreTrainedTokenizerBase
from trl import RewardConfig, RewardTrainer

from . import models
from .data import Row
from .held_out import measure
from .run import Job


def build(job: Job) -> RewardTrainer:
    """TRL's trainer over the pairs: a fresh adapter and a scalar head on the base."""
    spec = job.spec
    return RewardTrainer(
        model=_classifier(spec.base.path, job.tokenizer, job.dtype),
        args=RewardConfig(**job.ordered_arguments(learning_rate=2e-4, max_length=job.max_length)),
        train_dataset=job.ordered(),
        processing_class=job.tokenizer,
        peft_config=models.lora_config(spec.lora, TaskType.SEQ_CLS),
    )


def load(base: Path, adapter: Path, tokenizer: PreTrainedTokenizerBase, dtype: torch.dtype) -> PeftModel:
    """A trained reward model for scoring. The adapter stays beside the base: merged into bfloat16 weights, its small
    corrections would be rounded away. The head is in float32: rounded scores would tie answers that differ.
    """
    model = PeftModel.from_pretrained(_classifier(base, tokenizer, dtype), adapter).eval()
    head = model.base_model.model.score
    head.float()
    head.register_forward_pre_hook(lambda _, inputs: (inputs[0].float(),))
    return model


def _classifier(base: Path, tokenizer: PreTrainedTokenizerBase, dtype: torch.dtype) -> PreTrainedModel:
    model = AutoModelForSequenceClassification.from_pretrained(base, num_labels=1, dtype=dtype)
    model.config.pad_token_id = tokenizer.pad_token_id
    return model


@torch.inference_mode()
def score(model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, chat: list[Row], max_length: int) -> float | None:
    """The model's score of a conversation, higher is better; None if it is longer than the model was trained to read.

    One conversation at a time: a score must not depend on what happens to be scored beside it.
    """
    text = tokenizer.apply_chat_template(chat, tokenize=False)
    inputs = tokenizer(text, add_special_tokens=False, return_tensors="pt").to(model.device)
    if inputs["input_ids"].shape[1] > max_length:
        return None
    return float(model(**inputs).logits[0, 0])


def metrics(job: Job, trainer: RewardTrainer) -> dict[str, Any]:
    """Loss, and on the held-out pairs the share where the chosen answer scores higher. Scores go to `eval.jsonl`."""
    log = [entry for entry in trainer.state.log_history if "loss" in entry]
    found = {"pairs": len(job.rows.used), "loss_first": log[0]["loss"], "loss_last": log[-1]["loss"]}
    if job.evaluation is None:
        return {**found, "held_out": None}
    # The saved model as the scorer loads it, not the one in training: what is measured is what will be used.
    model = load(job.spec.base.path, job.out / "adapter", job.tokenizer, job.dtype)

    def score_pair(prompt: list[Row], answer: list[Row]) -> float | None:
        return score(model, job.tokenizer, prompt + answer, trainer.args.max_length)

    return {**found, "held_out": measure(job, score_pair)}
