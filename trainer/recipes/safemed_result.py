"""Writes what came of a run as the SafeMed server takes it: digests of base and adapter, parameters, steps, figures.

    python3 safemed_result.py --base DIR --adapter DIR --steps N --seconds S [--metrics FILE] [--left-out FILE]
"""

import argparse
import json
import math
import struct
import sys
from pathlib import Path

from safemed_digest import directory_digest


def parameters(directory: Path) -> int:
    """Parameters of a model directory, from the headers of its safetensors files."""
    total = 0
    for path in sorted(directory.glob("*.safetensors")):
        with path.open("rb") as file:
            (length,) = struct.unpack("<Q", file.read(8))
            header = json.loads(file.read(length))
        total += sum(math.prod(one["shape"]) for name, one in header.items() if name != "__metadata__")
    if total == 0:
        sys.exit(f"{directory}: holds no parameters in safetensors files")
    return total


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--base", type=Path, required=True, help="directory of the base model's files")
    parser.add_argument("--adapter", type=Path, required=True, help="directory of the adapter's files")
    parser.add_argument("--steps", type=int, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--tokens", type=int)
    parser.add_argument("--metrics", type=Path, help="a JSON object of names and numbers")
    parser.add_argument("--left-out", type=Path, help="ids of questions the engine left out, one a line")
    given = parser.parse_args()
    result = {
        "state": "succeeded",
        "base": {"sha256": directory_digest(given.base), "parameters": parameters(given.base)},
        "adapter": {"directory": str(given.adapter), "sha256": directory_digest(given.adapter)},
        "steps": given.steps,
        "seconds": given.seconds,
        "tokens": given.tokens,
        "metrics": json.loads(given.metrics.read_text(encoding="utf-8")) if given.metrics else {},
        "leftOut": given.left_out.read_text(encoding="utf-8").split() if given.left_out else [],
    }
    print(json.dumps(result, indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main()
