"""OpenRLHF's reward function: `--reward.remote_url …/safemed_reward.py`.

OpenRLHF posts to a URL without a token, and knows no missing reward; this function has the token, and lets a completion
that could not be scored wait for the others of its prompt, which run in the same engine; see safemed_recipe.
"""

import hashlib
import json
import re
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from safemed_recipe import log, opened, sample  # noqa: E402

_PATIENCE_S = 1800.0
# Where the assistant's turn begins, and what ends a turn or pads it, in the chat templates of common models.
_HEADERS = (
    "<|im_start|>assistant\n",
    "<|start_header_id|>assistant<|end_header_id|>\n\n",
    "<start_of_turn>model\n",
    "<｜Assistant｜>",
    "<|assistant|>\n",
    "[/INST]",
)
_ENDINGS = re.compile(
    r"(?:<\|im_end\|>|<\|endoftext\|>|<\|eot_id\|>|<\|end_of_text\|>|<end_of_turn>|<｜end▁of▁sentence｜>"
    r"|</s>|<pad>|<\|pad\|>|\s)+$"
)


def completion_of(query: str, prompt: str) -> str:
    """What follows the prompt in the decoded text, without the marks that end a turn."""
    if prompt and query.startswith(prompt):
        return _ENDINGS.sub("", query[len(prompt) :]).lstrip()
    found = max(((query.rfind(header), header) for header in _HEADERS), key=lambda one: one[0])
    if found[0] < 0:
        raise ValueError("the text neither begins with its prompt nor holds the header of an assistant's turn")
    return _ENDINGS.sub("", query[found[0] + len(found[1]) :]).lstrip()


def reward_func(queries: list[str], prompts: list[str], labels: list[str]) -> dict[str, Any]:
    """Reward, score in 0..1 (for the dynamic filter) and numbers for the log of the one completion of a call."""
    try:
        [query], [prompt], [label] = queries, prompts, labels
        return _one(query, prompt, label)
    except Exception as error:
        # OpenRLHF says so at its lowest level only and stops later, without this reason.
        log.error("no reward: %s", error)
        raise


def _one(query: str, prompt: str, label: str) -> dict[str, Any]:
    service, groups = opened("openrlhf")
    told = json.loads(label)
    completion = completion_of(query, prompt)
    identity = hashlib.sha256(f"{told['case']}\n{prompt}\n{completion}".encode("utf-8", "replace")).hexdigest()
    asked = sample(identity, told["case"], told["prompt"], completion, json.dumps(told["meta"]))
    # OpenRLHF says no step, and each of its engines sees only some of the prompts.
    [found] = service.score([asked], 0)
    reward, score = groups.add(told["case"], found).result(_PATIENCE_S)
    return {"rewards": float(reward), "scores": score, "extra_logs": found.extra}
