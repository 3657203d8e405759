"""ms-swift's reward function: `--external_plugins safemed_reward.py --reward_funcs safemed`.

ms-swift counts a missing reward as 0, which is below every score there is; see safemed_recipe for what stands in.
"""

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from safemed_http import sample_id  # noqa: E402
from safemed_recipe import batch_rewards, opened, sample, turns  # noqa: E402
from swift.rewards import AsyncORM, orms  # noqa: E402


class SafeMed(AsyncORM):
    """Asks the reward service for this process's completions in one request."""

    async def __call__(self, completions: list[str], **kwargs: Any) -> list[float]:
        return await asyncio.to_thread(self._rewards, completions, kwargs)

    def _rewards(self, completions: list[str], columns: dict[str, Any]) -> list[float]:
        service, _groups = opened("ms-swift")
        step = int(getattr(columns.get("trainer_state"), "global_step", 0) or 0)
        rank = int(os.environ.get("RANK", "0"))
        cases, first = columns["case"], rank * len(completions)
        rows = zip(columns["messages"], completions, cases, columns["meta"], strict=True)
        samples = [
            sample(sample_id(service.run_id, case, step, first + index), case, turns(chat), completion, meta)
            for index, (chat, completion, case, meta) in enumerate(rows)
        ]
        return batch_rewards(cases, service.score(samples, step, rank), service.generations)


orms["safemed"] = SafeMed
