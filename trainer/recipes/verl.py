"""verl's reward function: `reward.custom_reward_function.path=…/safemed_reward.py`, with `reward.num_workers=1`.

verl asks for one completion at a time and cannot leave one out. With one reward worker all completions of a prompt pass
through this process, so that one that could not be scored can wait for the others; see safemed_recipe.
"""

import asyncio
import hashlib
import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from safemed_recipe import opened, sample  # noqa: E402

# How long a completion waits for the others of its prompt: as long as a rollout may take.
_PATIENCE_S = 3600.0

_requests = ThreadPoolExecutor(max_workers=int(os.environ.get("SAFEMED_CONCURRENCY", "128")))
_first_step = int(os.environ.get("SAFEMED_FIRST_STEP", "0"))


async def compute_score(
    data_source: str, solution_str: str, ground_truth: str, extra_info: dict[str, Any], **_: Any
) -> dict[str, float]:
    """The completion's reward as `score`, and the service's numbers beside it: the same names in every call."""
    loop = asyncio.get_running_loop()
    service, groups = await loop.run_in_executor(_requests, opened, "verl")
    case, prompt = extra_info["case"], extra_info["prompt"]
    # verl says no step: counted in whole groups since this process began.
    step = _first_step + groups.closed // service.prompts_per_step
    identity = hashlib.sha256(f"{case}\n{prompt}\n{solution_str}".encode("utf-8", "replace")).hexdigest()
    asked = sample(identity, case, json.loads(prompt), solution_str, extra_info["meta"])
    [found] = await loop.run_in_executor(_requests, service.score, [asked], step)
    settled = groups.add(case, found)
    reward, _normal = await asyncio.wait_for(asyncio.wrap_future(settled), _PATIENCE_S)
    return {"score": float(reward), **found.extra}
