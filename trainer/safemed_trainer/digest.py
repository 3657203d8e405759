"""SHA-256 of files and of model directories."""

import hashlib
from pathlib import Path


def file_digest(path: Path) -> str:
    """SHA-256 of a file's bytes, lower-case hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() if hasattr(hashlib, "file_digest") else _blockwise(file)


def _blockwise(file: object) -> str:
    """Python 3.10 has no hashlib.file_digest."""
    state = hashlib.sha256()
    while block := file.read(1 << 20):
        state.update(block)
    return state.hexdigest()


def directory_digest(directory: Path) -> str:
    """SHA-256 over the sorted lines `digest  name` of a model directory's files, hidden files left out.

    The same as `sha256sum * | sha256sum` in that directory (LC_ALL=C), so anyone can recompute it with a shell.
    """
    names = sorted(entry.name for entry in directory.iterdir() if entry.is_file() and not entry.name.startswith("."))
    listing = "".join(f"{file_digest(directory / name)}  {name}\n" for name in names)
    return hashlib.sha256(listing.encode()).hexdigest()
