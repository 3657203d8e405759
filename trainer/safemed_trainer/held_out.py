"""Pairs that the model did not train on: how often the preferred answer scores higher."""

import json
from collections.abc import Callable
from statistics import fmean
from typing import Any

from .data import Row, messages
from .run import Job

_SIDES = ("chosen", "rejected")


def measure(job: Job, score: Callable[[list[Row], list[Row]], float]) -> dict[str, Any] | None:
    """Score both answers of each held-out pair, of prompt and answer. Scores go to `eval.jsonl`; None without pairs."""
    if job.evaluation is None:
        return None
    results = []
    for row in job.evaluation.used:
        job.progress.touch("evaluating")
        prompt = messages(row["prompt"])
        results.append({"id": row["id"], **{side: score(prompt, messages(row[side])) for side in _SIDES}})
    lines = "".join(json.dumps(result, ensure_ascii=False) + "\n" for result in results)
    (job.out / "eval.jsonl").write_text(lines, encoding="utf-8")
    return _summary(results)


def _summary(results: list[dict[str, Any]]) -> dict[str, Any]:
    """A tie is not a correct order."""
    margins = [result["chosen"] - result["rejected"] for result in results]
    return {
        "pairs": len(results),
        "correct": sum(margin > 0 for margin in margins),
        "ties": sum(margin == 0 for margin in margins),
        "accuracy": sum(margin > 0 for margin in margins) / len(margins),
        "margin_mean": fmean(margins),
        "chosen_mean": fmean(result["chosen"] for result in results),
        "rejected_mean": fmean(result["rejected"] for result in results),
    }
