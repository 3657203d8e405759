"""The run file: what to train, on what, with which settings. Checked completely before any model is loaded."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

STAGES = ("sft", "dpo", "reward", "grpo")

# The arguments a run file may set, with their types. Names are TRL's; everything else stays as this package sets it, so
# that a run file cannot switch on telemetry, remote code or another reward.
_COMMON = {
    "learning_rate": float,
    "num_train_epochs": float,
    "per_device_train_batch_size": int,
    "gradient_accumulation_steps": int,
    "warmup_steps": int,
    "lr_scheduler_type": str,
    "weight_decay": float,
    "max_grad_norm": float,
    "save_steps": int,
    "gradient_checkpointing": bool,
}
_BY_STAGE = {
    "sft": {"max_length": int},
    "dpo": {"max_length": int, "beta": float, "loss_type": str, "label_smoothing": float},
    "reward": {"max_length": int, "center_rewards_coefficient": float},
    "grpo": {
        "max_prompt_length": int,
        "max_completion_length": int,
        "num_generations": int,
        "temperature": float,
        "top_p": float,
        "top_k": int,
        "repetition_penalty": float,
        "beta": float,
        "loss_type": str,
        "scale_rewards": str,
        "epsilon": float,
        "epsilon_high": float,
        "mask_truncated_completions": bool,
    },
}


def argument_names(stage: str) -> list[str]:
    """Every argument that a run file of the stage may set."""
    return sorted(_COMMON | _BY_STAGE[stage])


class SpecError(ValueError):
    """The run file is wrong; the message names the field."""


@dataclass(frozen=True)
class Source:
    """A model directory with the digest it must have, if one was given."""

    path: Path
    sha256: str | None


@dataclass(frozen=True)
class Lora:
    """Shape of a fresh adapter; GGUF can hold nothing beyond it (DoRA, rank patterns, trained embeddings)."""

    r: int = 8
    alpha: int = 16
    dropout: float = 0.0
    target_modules: tuple[str, ...] = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")


@dataclass(frozen=True)
class RewardService:
    """Where GRPO's rewards come from."""

    url: str
    token_env: str | None = None
    timeout_s: float = 180.0
    max_retries: int = 6
    abort_after_unscored_steps: int = 3
    # For one batch with all its repetitions: below the 10 minutes after which the other processes of a run on GPUs
    # take the one that waits for dead.
    deadline_s: float = 480.0


@dataclass(frozen=True)
class Spec:
    """A parsed run file."""

    run_id: str
    stage: str
    seed: int
    base: Source
    adapter: Source | None
    train: Path
    evaluation: Path | None
    lora: Lora
    args: dict[str, Any] = field(default_factory=dict)
    reward: RewardService | None = None
    max_steps: int | None = None
    max_minutes: float | None = None
    threads: int | None = None
    device: str = "auto"
    dtype: str = "auto"
    samples_per_step: int = 2
    mix_kinds: bool = False
    # What the rows are and how they were chosen, as whoever wrote them tells it; kept in the manifest.
    composition: dict[str, Any] | None = None


def load_spec(path: Path) -> Spec:
    """Read and check a run file; raises SpecError naming the first wrong field."""
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SpecError(f"{path}: cannot be read as JSON: {error}") from error
    if not isinstance(raw, dict):
        raise SpecError(f"{path}: must hold one JSON object")
    stage = _choice(raw, "stage", STAGES)
    data = _object(raw, "data")
    limits = _object(raw, "limits", optional=True)
    evaluation = _string(data, "eval", optional=True)
    reward = _reward(raw) if stage == "grpo" else None
    return Spec(
        run_id=_string(raw, "run_id"),
        stage=stage,
        seed=_integer(raw, "seed"),
        base=_source(_object(raw, "base")),
        adapter=_source(raw["adapter"]) if raw.get("adapter") else None,
        train=_existing(_string(data, "train")),
        evaluation=_existing(evaluation) if evaluation else None,
        lora=_lora(_object(raw, "lora", optional=True)),
        args=_arguments(stage, _object(raw, "args", optional=True)),
        reward=reward,
        max_steps=_integer(limits, "max_steps", optional=True),
        max_minutes=_minutes(limits),
        threads=_integer(limits, "threads", optional=True),
        device=_choice(raw, "device", ("auto", "cpu", "cuda"), "auto"),
        dtype=_choice(raw, "dtype", ("auto", "float32", "bfloat16"), "auto"),
        samples_per_step=_integer(raw, "samples_per_step", optional=True) or 0,
        mix_kinds=_choice(raw, "mix_kinds", (True, False), False),
        composition=_object(data, "composition", optional=True) or None,
    )


def _reward(raw: dict[str, Any]) -> RewardService:
    given = _object(raw, "reward")
    names = ("timeout_s", "deadline_s", "max_retries", "abort_after_unscored_steps")
    numbers = {name: given[name] for name in names if name in given}
    for name, value in numbers.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            raise SpecError(f"reward.{name} must be a number of at least 0")
    return RewardService(url=_string(given, "url"), token_env=_string(given, "token_env", optional=True), **numbers)


def _lora(given: dict[str, Any]) -> Lora:
    unknown = set(given) - {"r", "alpha", "dropout", "target_modules"}
    if unknown:
        raise SpecError(f"lora.{sorted(unknown)[0]} is not a known setting")
    values = dict(given)
    if "target_modules" in values:
        values["target_modules"] = tuple(values["target_modules"])
        wrong = set(values["target_modules"]) - set(Lora().target_modules)
        if wrong:
            raise SpecError(f"lora.target_modules: {sorted(wrong)[0]} cannot be held by a GGUF adapter")
    return Lora(**values)


def _arguments(stage: str, given: dict[str, Any]) -> dict[str, Any]:
    known = _COMMON | _BY_STAGE[stage]
    for name, value in given.items():
        kind = known.get(name)
        if kind is None:
            raise SpecError(f"args.{name} is not an argument of stage {stage}; known: {', '.join(sorted(known))}")
        fits = isinstance(value, bool) if kind is bool else isinstance(value, kind) and not isinstance(value, bool)
        if not fits and not (kind is float and isinstance(value, int) and not isinstance(value, bool)):
            raise SpecError(f"args.{name} must be of type {kind.__name__}")
    if stage in ("dpo", "grpo") and given.get("beta", 0.04) <= 0:
        raise SpecError("args.beta must be above 0: without it nothing ties the model to its reference")
    return dict(given)


def _source(raw: Any) -> Source:
    if not isinstance(raw, dict):
        raise SpecError("base and adapter must be objects with a path")
    return Source(_existing(_string(raw, "path")), _string(raw, "sha256", optional=True))


def _existing(path: str) -> Path:
    if not Path(path).exists():
        raise SpecError(f"{path}: does not exist")
    return Path(path)


def _object(raw: dict[str, Any], name: str, optional: bool = False) -> dict[str, Any]:
    value = raw.get(name)
    if value is None and optional:
        return {}
    if not isinstance(value, dict):
        raise SpecError(f"{name} must be an object")
    return value


def _string(raw: dict[str, Any], name: str, optional: bool = False) -> str | None:
    value = raw.get(name)
    if value is None and optional:
        return None
    if not isinstance(value, str) or not value:
        raise SpecError(f"{name} must be a non-empty text")
    return value


def _integer(raw: dict[str, Any], name: str, optional: bool = False) -> int | None:
    value = raw.get(name)
    if value is None and optional:
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        raise SpecError(f"{name} must be a whole number")
    return value


def _minutes(limits: dict[str, Any]) -> float | None:
    value = limits.get("max_minutes")
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1e6:
        raise SpecError("limits.max_minutes must be a number above 0")
    return float(value)


def _choice(raw: dict[str, Any], name: str, allowed: tuple[Any, ...], default: Any = None) -> Any:
    value = raw.get(name, default)
    if not any(value is one or (isinstance(one, str) and value == one) for one in allowed):
        raise SpecError(f"{name} must be one of {', '.join(map(json.dumps, allowed))}")
    return value
