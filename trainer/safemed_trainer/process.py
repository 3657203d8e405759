"""Settings of the process that only work before torch is loaded."""

import contextlib
import ctypes
import gc
import os
import platform
import sys
from collections.abc import Iterator

# <malloc.h> of glibc
_M_TRIM_THRESHOLD = -1
_M_MMAP_MAX = -4

_ENVIRONMENT = {
    # Medical setting: nothing is fetched and nothing is reported while training or scoring.
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_DATASETS_OFFLINE": "1",
    "TOKENIZERS_PARALLELISM": "false",
    # OpenMP threads spin at every barrier by default. On a machine whose cores are all used by torch, one other busy
    # process (the server, the database) then slows a step five- to tenfold; sleeping at barriers costs nothing visible.
    "OMP_WAIT_POLICY": "PASSIVE",
}


def prepare_process() -> None:
    """Set offline mode and thread policy, and keep freed memory in the process. Call before importing torch."""
    if "torch" in sys.modules:
        raise RuntimeError("prepare_process() must run before torch is imported")
    os.environ.update(_ENVIRONMENT)
    _keep_freed_memory()


@contextlib.contextmanager
def loading() -> Iterator[None]:
    """Import in it what is large: the garbage collector rests meanwhile, and leaves alone for good what was loaded.

    What importing makes stays, and the collector would go through all of it again and again.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _keep_freed_memory() -> None:
    """Keep glibc from returning each step's activations to the system, only to fault them in again at the next."""
    if platform.system() != "Linux":
        return
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return  # another C library: only speed is lost
    mallopt(_M_MMAP_MAX, 0)
    mallopt(_M_TRIM_THRESHOLD, -1)
