"""One training run from run file to manifest: everything the stages share."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from transformers import PreTrainedTokenizerBase, Trainer, set_seed

from . import __version__, checkpoint, hardware, models
from .callback import Reporter
from .data import Rows, dataset, fitting, read_rows
from .digest import file_digest
from .events import EventWriter, clean
from .order import grouped_order
from .progress import Progress
from .ranks import Ranks
from .spec import Spec, SpecError, argument_names

# Settings of this package where TRL's own would be wrong for it. `logging_nan_inf_filter` would hide a diverged loss
# behind an average; every step is logged because the run's figures are computed from the log; gradient checkpointing
# recomputes the forward pass, which small models do not need.
_DEFAULTS: dict[str, Any] = {
    "fp16": False,
    "disable_tqdm": True,
    "report_to": "none",
    "logging_steps": 1,
    "logging_first_step": True,
    "logging_nan_inf_filter": False,
    "save_strategy": "steps",
    "save_steps": 10,
    "save_total_limit": 2,
    "dataloader_num_workers": 0,
    "dataloader_pin_memory": False,
    "ddp_find_unused_parameters": False,
    "gradient_checkpointing": False,
    "per_device_train_batch_size": 4,
    "lr_scheduler_type": "linear",
}


# What the event `start` tells of the manifest.
_START = (
    "run_id",
    "stage",
    "versions",
    "device",
    "dtype",
    "threads",
    "world",
    "parameters",
    "trainable_parameters",
    "reference",
    "args",
)


@dataclass(frozen=True)
class Job:
    """What a stage needs to build its trainer."""

    spec: Spec
    out: Path
    events: EventWriter
    progress: Progress
    ranks: Ranks
    tokenizer: PreTrainedTokenizerBase
    rows: Rows
    evaluation: Rows | None
    dtype: torch.dtype
    device: str
    max_length: int
    reporter: Reporter
    resumed: Path | None

    @property
    def epochs(self) -> float:
        """How often the data is gone through where no number of steps ends the run earlier."""
        return float(self.spec.args.get("num_train_epochs", 3.0))

    def ordered(self) -> Dataset:
        """The rows of all epochs in the order they are trained on."""
        batch = self.spec.args.get("per_device_train_batch_size", _DEFAULTS["per_device_train_batch_size"])
        order = grouped_order(self.rows.lengths, batch, self.epochs, self.spec.seed)
        return dataset([self.rows.used[index] for index in order], self.spec.stage)

    def ordered_arguments(self, **stage: Any) -> dict[str, Any]:
        """Arguments for training on `ordered()`, which holds all epochs already."""
        return {**self.arguments(**stage), "num_train_epochs": 1, "train_sampling_strategy": "sequential"}

    def arguments(self, **stage: Any) -> dict[str, Any]:
        """Arguments of the stage's TRL configuration: our defaults, the stage's, the run file's, and what is fixed."""
        own = {name: value for name, value in self.spec.args.items() if name not in ("max_prompt_length",)}
        return {
            **_DEFAULTS,
            **stage,
            **own,
            "output_dir": str(self.out / "checkpoints"),
            "seed": self.spec.seed,
            "max_steps": self.spec.max_steps or -1,
            "use_cpu": self.device == "cpu",
            "bf16": self.dtype == torch.bfloat16,
        }


def prepare(
    spec: Spec, out: Path, events: EventWriter, progress: Progress, ranks: Ranks
) -> tuple[Job, dict[str, Any]]:
    """Verify inputs, read the data, and return the job with the manifest's opening part."""
    device = hardware.choose_device(spec)
    ranks.join(device, spec.threads)
    threads = hardware.set_threads(spec.threads)
    dtype = hardware.choose_dtype(spec, device)
    base = models.verified_base(spec.base)
    adapter = models.verified_adapter(spec.adapter) if spec.adapter else None
    tokenizer = models.load_tokenizer(spec.base.path)
    max_length = _length_limit(spec)
    rows = fitting(read_rows(spec.train, spec.stage), spec.stage, tokenizer, max_length)
    evaluation = None
    if spec.evaluation is not None:
        evaluation = fitting(read_rows(spec.evaluation, spec.stage), spec.stage, tokenizer, max_length)
    resumed, seconds = _resumed(out, ranks)
    reporter = Reporter(events, progress, ranks, seconds)
    job = Job(
        spec, out, events, progress, ranks, tokenizer, rows, evaluation, dtype, device, max_length, reporter, resumed
    )
    manifest = {
        "run_id": spec.run_id,
        "stage": spec.stage,
        "seed": spec.seed,
        "versions": {"safemed_trainer": __version__, **hardware.versions()},
        "device": device,
        "dtype": str(dtype).removeprefix("torch."),
        "threads": threads,
        "world": ranks.world,
        "base": {"path": str(spec.base.path), "sha256": base},
        "continues": {"sha256": adapter} if adapter else None,
        "reference": _reference(spec, base, adapter),
        "data": {"train": _data(spec.train, rows), "eval": _data(spec.evaluation, evaluation)},
        "composition": spec.composition,
    }
    events.write("data", max_length=max_length, train=manifest["data"]["train"], eval=manifest["data"]["eval"])
    # Adapters are initialised while the trainer is built, before the trainer itself seeds.
    set_seed(spec.seed)
    return job, manifest


def _length_limit(spec: Spec) -> int:
    """Tokens that a row may have; a completion of GRPO, which is still to be written, does not count."""
    name, default = ("max_prompt_length", 512) if spec.stage == "grpo" else ("max_length", 1024)
    return spec.args.get(name, default)


def _resumed(out: Path, ranks: Ranks) -> tuple[Path | None, float]:
    """The newest whole checkpoint, as the first process sees it, and the seconds spent up to it."""
    found = checkpoint.newest_complete(out / "checkpoints") if ranks.first else None
    resumed = ranks.share(found)[0]
    if resumed is None:
        return None, 0.0
    seconds, world = checkpoint.spent(resumed)
    if world != ranks.world:
        raise SpecError(
            f"the run was begun with {world} processes and goes on with that many, not {ranks.world}: "
            "the rows of a step and the random states depend on it"
        )
    return resumed, seconds


def _reference(spec: Spec, base: str, adapter: str | None) -> dict[str, str] | None:
    """The model that DPO's implicit rewards and GRPO's KL are measured against."""
    if spec.stage not in ("dpo", "grpo"):
        return None
    return {"kind": "adapter", "sha256": adapter} if adapter else {"kind": "base", "sha256": base}


def _data(path: Path | None, rows: Rows | None) -> dict[str, Any] | None:
    if path is None or rows is None:
        return None
    return {
        "sha256": file_digest(path),
        "rows": rows.read,
        "used": len(rows.used),
        "overlong": rows.overlong,
        "tokens": rows.tokens,
    }


def train(job: Job, trainer: Trainer, manifest: dict[str, Any]) -> bool:
    """Train from the newest whole checkpoint, or from the start. False if stopped before the last step."""
    trainer.add_callback(job.reporter)
    resumed = job.resumed
    if resumed is not None:
        models.restore_adapter(trainer.model, resumed)
        if hasattr(trainer, "_total_train_tokens"):
            # TRL's count of tokens is the only state that its checkpoints leave out; GRPO's is kept by transformers.
            trainer._total_train_tokens = checkpoint.tokens_counted(resumed)
    counts = [(parameter.numel(), parameter.requires_grad) for parameter in trainer.model.parameters()]
    manifest["parameters"] = sum(number for number, _ in counts)
    manifest["trainable_parameters"] = sum(number for number, trainable in counts if trainable)
    manifest["lora"] = models.adapter_shape(trainer.model)
    manifest["args"] = _arguments(job, trainer)
    step = int(resumed.name.rsplit("-", 1)[1]) if resumed else None
    job.events.write("start", resumed_from=step, **{name: manifest[name] for name in _START})
    trainer.train(resume_from_checkpoint=str(resumed) if resumed else None)
    return trainer.state.global_step >= trainer.state.max_steps


def _arguments(job: Job, trainer: Trainer) -> dict[str, Any]:
    """Everything a run file may set, with the values in force."""
    own = {"num_train_epochs": job.epochs, "max_prompt_length": job.max_length}
    found = {name: own.get(name, getattr(trainer.args, name, None)) for name in argument_names(job.spec.stage)}
    # DPO's configuration holds a list of losses; a run file names one.
    return {name: value[0] if isinstance(value, list) else value for name, value in found.items()}


def save_adapter(job: Job, trainer: Trainer) -> Path:
    """Write the trained adapter; GRPO's frozen copy of the SFT adapter, named `ref`, stays behind."""
    directory = job.out / "adapter"
    trainer.model.save_pretrained(directory, selected_adapters=["default"])
    (directory / "README.md").unlink(missing_ok=True)  # a model card template with nothing filled in
    return directory


def finish(job: Job, trainer: Trainer, manifest: dict[str, Any], metrics: dict[str, Any]) -> None:
    """Write the manifest beside the adapter, then the event `done`."""
    directory = job.out / "adapter"
    digest = file_digest(directory / checkpoint.ADAPTER_WEIGHTS)
    # Processor time is that of this process since it began or went on; `seconds` counts earlier attempts as well.
    reporter = job.reporter
    steps = {"steps": trainer.state.global_step, "seconds": reporter.seconds(), "cpu_seconds": reporter.cpu_seconds}
    whole = {**manifest, "adapter": {"sha256": digest}, "metrics": {**steps, **metrics}}
    whole = clean(whole)
    checkpoint.write_json(directory / "manifest.json", whole)
    job.events.write("done", adapter=str(directory), sha256=digest, metrics=whole["metrics"])
