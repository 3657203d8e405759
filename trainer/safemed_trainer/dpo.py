"""Direct preference optimisation on clinicians' edits: the edited answer over the original one."""

from typing import Any

import torch
from peft import PeftModel, TaskType
from transformers import AutoModelForCausalLM, PreTrainedTokenizerBase
from trl import DPOConfig, DPOTrainer

from . import models
from .data import Row
from .held_out import measure
from .run import Job

_BETA = 0.1


def build(job: Job) -> DPOTrainer:
    """TRL's trainer over the pairs. Continuing an adapter, TRL keeps a frozen copy of it, `ref`, as the reference."""
    spec = job.spec
    # Row lengths were checked beforehand, so TRL has nothing to truncate.
    arguments = job.ordered_arguments(learning_rate=1e-5, max_length=job.max_length, beta=_BETA)
    return DPOTrainer(
        model=models.load_policy(spec.base, spec.adapter, job.dtype),
        args=DPOConfig(**arguments),
        train_dataset=job.ordered(),
        processing_class=job.tokenizer,
        peft_config=None if spec.adapter else models.lora_config(spec.lora, TaskType.CAUSAL_LM),
    )


def metrics(job: Job, trainer: DPOTrainer) -> dict[str, Any]:
    """Loss and margin of the training, and on the held-out pairs how often the model moved towards the edited answer.

    An answer's score is its implicit reward: beta x (log-probability now - log-probability by the reference).
    """
    log = [entry for entry in trainer.state.log_history if "loss" in entry]
    found = {
        "pairs": len(job.rows.used),
        "loss_first": log[0]["loss"],
        "loss_last": log[-1]["loss"],
        "margin_last": log[-1]["rewards/margins"],
        "accuracy_last": log[-1]["rewards/accuracies"],
    }
    if job.evaluation is None:
        return {**found, "held_out": None}
    model = _both(job)
    beta = trainer.args.beta

    def score(prompt: list[Row], answer: list[Row]) -> float:
        now, before = (_log_probability(model, side, job.tokenizer, prompt, answer) for side in ("default", "before"))
        return beta * (now - before)

    return {**found, "held_out": measure(job, score)}


def _both(job: Job) -> PeftModel:
    """The saved model as it will be used, beside the one it began with; without an adapter that is the base alone."""
    spec = job.spec
    base = AutoModelForCausalLM.from_pretrained(spec.base.path, dtype=job.dtype)
    model = PeftModel.from_pretrained(base, job.out / "adapter")
    if spec.adapter:
        model.load_adapter(spec.adapter.path, "before")
    return model.eval()


@torch.inference_mode()
def _log_probability(
    model: PeftModel, side: str, tokenizer: PreTrainedTokenizerBase, prompt: list[Row], answer: list[Row]
) -> float:
    """Natural log-probability of the answer after the prompt, summed over its tokens."""
    head = _tokens(tokenizer, prompt, generation=True)
    whole = _tokens(tokenizer, prompt + answer, generation=False)
    inputs = torch.tensor([whole], device=model.device)
    if side in model.peft_config:
        model.set_adapter(side)
        logits = model(input_ids=inputs).logits
    else:
        with model.disable_adapter():
            logits = model(input_ids=inputs).logits
    steps = logits[0, len(head) - 1 : -1].float().log_softmax(-1)
    return float(steps.gather(1, inputs[0, len(head) :, None]).sum())


def _tokens(tokenizer: PreTrainedTokenizerBase, chat: list[Row], generation: bool) -> list[int]:
    text = tokenizer.apply_chat_template(chat, tokenize=False, add_generation_prompt=generation)
    return tokenizer(text, add_special_tokens=False)["input_ids"]
