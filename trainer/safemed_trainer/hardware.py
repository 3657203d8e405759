"""What this machine can train with, and the versions that a run's manifest names."""

import importlib.metadata
import platform
from pathlib import Path

import torch

from .spec import Spec, SpecError

_PACKAGES = ("torch", "transformers", "trl", "peft", "datasets", "accelerate", "tokenizers", "safetensors", "numpy")


def choose_device(spec: Spec) -> str:
    """`cuda` if asked for or present, else `cpu`."""
    if spec.device == "cuda" and not torch.cuda.is_available():
        raise SpecError("device is cuda, but torch sees no GPU")
    if spec.device != "auto":
        return spec.device
    return "cuda" if torch.cuda.is_available() else "cpu"


def choose_dtype(spec: Spec, device: str) -> torch.dtype:
    """The dtype asked for; by default bfloat16 where the processor computes in it, which halves time and memory."""
    if spec.dtype != "auto":
        return torch.bfloat16 if spec.dtype == "bfloat16" else torch.float32
    if device == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float32
    return torch.bfloat16 if _cpu_computes_bfloat16() else torch.float32


def _cpu_computes_bfloat16() -> bool:
    """Emulated bfloat16 is slower than float32, so torch accepting the dtype is not enough."""
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return False
    return "avx512_bf16" in flags or "amx_bf16" in flags


def set_threads(threads: int | None) -> int:
    """Fix the number of compute threads, which bit-equal results depend on; returns the number in force."""
    if threads is not None:
        torch.set_num_threads(threads)
    return torch.get_num_threads()


def versions() -> dict[str, str]:
    """Versions of Python and of every package a result depends on."""
    found = {"python": platform.python_version()}
    for name in _PACKAGES:
        found[name] = importlib.metadata.version(name)
    return found
