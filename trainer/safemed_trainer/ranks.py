"""The processes of one data-parallel run: which of them this one is, and what all of them agree on.

The start depends on RANK, WORLD_SIZE, MASTER_ADDR and MASTER_PORT only, which torchrun, accelerate and cluster launchers
set. Without them a run has one process.
"""

import os
from dataclasses import dataclass
from typing import Any

from .spec import SpecError


@dataclass(frozen=True)
class Ranks:
    """This process among those of the run. Only the first writes events, lock, checkpoints' marks and results."""

    rank: int = 0
    world: int = 1

    @property
    def first(self) -> bool:
        """True for the process that reports."""
        return self.rank == 0

    def join(self, device: str, threads: int | None) -> None:
        """Meet the other processes, over gloo on processors and NCCL on GPUs; returns once all are there."""
        if self.world == 1:
            return
        # One GPU visible to each process, unless the launcher counts them.
        os.environ.setdefault("LOCAL_RANK", "0")
        if threads is not None:
            # accelerate sets torch's threads by this name each time it is asked for its state.
            os.environ["OMP_NUM_THREADS"] = str(threads)
        from accelerate import PartialState

        PartialState(cpu=device == "cpu")

    def share(self, value: Any) -> list[Any]:
        """The values of all processes by rank. Every process has to call it at the same point of the run."""
        if self.world == 1:
            return [value]
        import torch.distributed

        values: list[Any] = [None] * self.world
        torch.distributed.all_gather_object(values, value)
        return values

    def leave(self) -> None:
        """Part from the others after the last thing that needs them."""
        if self.world == 1:
            return
        import torch.distributed

        torch.distributed.destroy_process_group()


def ranks_from(environment: dict[str, str]) -> Ranks:
    """Read the launcher's variables; a SpecError names the one that is missing or wrong."""
    world = _number(environment, "WORLD_SIZE", "1")
    if world < 1:
        raise SpecError("WORLD_SIZE must be at least 1")
    if world == 1:
        return Ranks()
    for name in ("RANK", "MASTER_ADDR", "MASTER_PORT"):
        if not environment.get(name):
            raise SpecError(f"WORLD_SIZE is {world}, so {name} must be set as well")
    rank = _number(environment, "RANK", "")
    if not 0 <= rank < world:
        raise SpecError(f"RANK must be from 0 to {world - 1}, not {rank}")
    return Ranks(rank, world)


def _number(environment: dict[str, str], name: str, default: str) -> int:
    value = environment.get(name) or default
    if not value.isdecimal():
        raise SpecError(f"{name} must be a whole number, not {value!r}")
    return int(value)
