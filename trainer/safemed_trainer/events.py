"""The run's event file: one JSON object a line, appended and flushed to disk, readable while the run goes on."""

import json
import math
import os
import sys
import threading
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

# What an event's line on stdout begins with.
ECHO = "@@SM"


def clean(value: Any) -> Any:
    """Return the value as JSON can hold it: NaN and infinities become null, tensor and numpy scalars become numbers."""
    if isinstance(value, dict):
        return {str(key): clean(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [clean(item) for item in value]
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if hasattr(value, "item"):
        return clean(value.item())
    return str(value)


def drop_torn_tail(path: Path) -> None:
    """Cut off a last line without a line end, which only a killed writer leaves."""
    if not path.exists():
        return
    with path.open("rb+") as file:
        content = file.read()
        complete = content.rfind(b"\n") + 1
        if complete != len(content):
            file.truncate(complete)


class EventWriter:
    """Appends events from any thread; a reader never sees half a line of a living writer.

    Without a path nothing is written: of a run with several processes, the first one reports. With `echo`, each event
    also goes to stdout as a line `@@SM {json}` in ASCII, for launchers that see no file but only the output.
    """

    def __init__(self, path: Path | None, echo: bool = False) -> None:
        self._lock = threading.Lock()
        self._echo = echo
        self._descriptor: int | None = None
        if path is None:
            return
        drop_torn_tail(path)
        self._descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def write(self, kind: str, **fields: Any) -> None:
        """Append one event; everything but a heartbeat is on disk when this returns."""
        if self._descriptor is None:
            return
        now = datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        event = {"type": kind, "time": now, **clean(fields)}
        line = json.dumps(event, ensure_ascii=False, allow_nan=False) + "\n"
        with self._lock:
            os.write(self._descriptor, line.encode())
            if kind != "heartbeat":
                os.fsync(self._descriptor)
            if self._echo:
                sys.stdout.flush()
                os.write(sys.stdout.fileno(), f"{ECHO} {json.dumps(event, allow_nan=False)}\n".encode())
