"""Training files: JSON lines in, the rows that fit out, with the rows that do not fit named."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from datasets import Dataset
from transformers import PreTrainedTokenizerBase

from .spec import SpecError

Row = dict[str, Any]

_PAIR = ("prompt", "chosen", "rejected")
_FIELDS = {"sft": ("prompt", "completion"), "dpo": _PAIR, "reward": _PAIR, "grpo": ("prompt",)}


@dataclass(frozen=True)
class Rows:
    """Rows that fit, and what was left out. An answer cut in the middle would teach the model not to finish, so rows
    over the length limit are left out whole, never truncated, and named.
    """

    used: list[Row]
    lengths: list[int]
    read: int
    overlong: list[str]
    tokens: int


def read_rows(path: Path, stage: str) -> list[Row]:
    """Parse a stage's file; every row needs the stage's fields as chat messages. A SpecError names the line."""
    rows = []
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            if line.strip():
                rows.append(_checked(line, stage, f"{path}, line {number}", str(number)))
    if not rows:
        raise SpecError(f"{path}: holds no rows")
    return rows


def _checked(line: str, stage: str, place: str, default_id: str) -> Row:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise SpecError(f"{place}: not JSON: {error}") from error
    if not isinstance(row, dict):
        raise SpecError(f"{place}: must be an object")
    for name in _FIELDS[stage]:
        if not _is_chat(row.get(name)):
            raise SpecError(f"{place}: {name} must be a non-empty list of messages with role and content")
    return {**row, "id": str(row.get("id", default_id))}


def _is_chat(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(
            isinstance(message, dict)
            and isinstance(message.get("role"), str)
            and isinstance(message.get("content"), str)
            for message in value
        )
    )


def messages(chat: list[Row]) -> list[Row]:
    """Messages with role and content only: Arrow needs one type for all rows."""
    return [{"role": message["role"], "content": message["content"]} for message in chat]


def fitting(rows: list[Row], stage: str, tokenizer: PreTrainedTokenizerBase, max_length: int) -> Rows:
    """Split rows into those within `max_length` tokens and the ids of the others; counts the tokens of the first."""
    used, longest, overlong, total = [], [], [], 0
    for row in rows:
        lengths = _lengths(row, stage, tokenizer)
        if max(lengths) > max_length:
            overlong.append(row["id"])
        else:
            used.append(row)
            longest.append(max(lengths))
            total += sum(lengths)
    if not used:
        raise SpecError(f"all {len(rows)} rows are longer than {max_length} tokens: raise the length limit")
    return Rows(used=used, lengths=longest, read=len(rows), overlong=overlong, tokens=total)


def _lengths(row: Row, stage: str, tokenizer: PreTrainedTokenizerBase) -> list[int]:
    prompt = messages(row["prompt"])
    if stage == "grpo":
        return [_count(tokenizer, prompt, generation=True)]
    endings = ("completion",) if stage == "sft" else ("chosen", "rejected")
    return [_count(tokenizer, prompt + messages(row[name]), generation=False) for name in endings]


def _count(tokenizer: PreTrainedTokenizerBase, chat: list[Row], generation: bool) -> int:
    text = tokenizer.apply_chat_template(chat, tokenize=False, add_generation_prompt=generation)
    return len(tokenizer(text, add_special_tokens=False)["input_ids"])


def is_benign(row: Row) -> bool:
    """True for a prompt that should be answered and not refused, as its `meta` says."""
    return row.get("meta", {}).get("kind") == "benign"


def dataset(rows: list[Row], stage: str) -> Dataset:
    """Rows as TRL reads them. GRPO's extra fields travel as one JSON text, since Arrow cannot hold mixed types."""
    table = [{name: messages(row[name]) for name in _FIELDS[stage]} for row in rows]
    if stage == "grpo":
        for item, row in zip(table, rows, strict=True):
            item["case"] = row["id"]
            item["meta"] = json.dumps(row.get("meta", {}), ensure_ascii=False)
    return Dataset.from_list(table)
