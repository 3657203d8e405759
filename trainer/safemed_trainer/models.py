"""Loading the base model, its tokenizer and adapters."""

from pathlib import Path

import torch
from peft import LoraConfig, PeftModel, TaskType, set_peft_model_state_dict
from peft.utils import load_peft_weights
from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedModel, PreTrainedTokenizerBase

from .checkpoint import ADAPTER_WEIGHTS
from .digest import directory_digest, file_digest
from .spec import Lora, Source, SpecError


def load_tokenizer(directory: Path) -> PreTrainedTokenizerBase:
    """The tokenizer of a model directory, with a padding token (the end token where the model names none)."""
    tokenizer = AutoTokenizer.from_pretrained(directory)
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    if tokenizer.chat_template is None:
        raise SpecError(f"{directory}: the tokenizer has no chat template; give an instruction-tuned model")
    return tokenizer


def load_policy(base: Source, adapter: Source | None, dtype: torch.dtype) -> PreTrainedModel | PeftModel:
    """The base model, with the given adapter loaded for further training."""
    model = AutoModelForCausalLM.from_pretrained(base.path, dtype=dtype)
    model.config.use_cache = True  # GRPO generates with the same model
    if adapter is None:
        return model
    # The adapter's own record of its base is a path on the computer that trained it; the base given here is the one.
    return PeftModel.from_pretrained(model, adapter.path, is_trainable=True)


def lora_config(lora: Lora, task: TaskType) -> LoraConfig:
    """A fresh adapter's configuration."""
    return LoraConfig(
        r=lora.r,
        lora_alpha=lora.alpha,
        lora_dropout=lora.dropout,
        target_modules=list(lora.target_modules),
        task_type=task,
    )


def adapter_shape(model: PeftModel) -> dict[str, object]:
    """Rank, scale and modules of the adapter in training, whichever run created it."""
    config = model.peft_config["default"]
    modules = sorted(config.target_modules)
    return {"r": config.r, "alpha": config.lora_alpha, "dropout": config.lora_dropout, "target_modules": modules}


def verified_base(base: Source) -> str:
    """Digest of the base directory; a SpecError if it is not the one the run file names."""
    digest = directory_digest(base.path)
    if base.sha256 is not None and digest != base.sha256:
        raise SpecError(f"base {base.path} has digest {digest}, but the run names {base.sha256}")
    return digest


def verified_adapter(adapter: Source) -> str:
    """Digest of the adapter's weights; a SpecError if it is not the one the run file names."""
    digest = file_digest(adapter.path / ADAPTER_WEIGHTS)
    if adapter.sha256 is not None and digest != adapter.sha256:
        raise SpecError(f"adapter {adapter.path} has digest {digest}, but the run names {adapter.sha256}")
    return digest


def restore_adapter(model: PeftModel, checkpoint: Path) -> None:
    """Load the trained adapter of a checkpoint into the model that is about to resume.

    With GRPO's frozen `ref` adapter beside it, the checkpoint has a subfolder, and transformers' own resume then loads
    only that subfolder: the policy would silently restart from the SFT adapter.
    """
    set_peft_model_state_dict(model, load_peft_weights(checkpoint, device="cpu"), adapter_name="default")
