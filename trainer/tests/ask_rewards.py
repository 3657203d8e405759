"""`python -m tests.ask_rewards`: the worker's own reward client, asked once with the JSON on stdin.

{"service": {"url", "timeout_s", …}, "request": {…}} -> {"rewards": [number or null, …], "errors": [message, …]}
or {"refused": text}.
"""

import json
import sys
import tempfile
from pathlib import Path

from safemed_trainer.events import EventWriter
from safemed_trainer.progress import Progress
from safemed_trainer.reward_client import RewardClient
from safemed_trainer.reward_http import RewardRefusedError
from safemed_trainer.spec import RewardService


def main() -> None:
    asked = json.load(sys.stdin)
    with tempfile.TemporaryDirectory() as directory:
        events = Path(directory) / "events.jsonl"
        client = RewardClient(RewardService(**asked["service"]), EventWriter(events), Progress())
        try:
            rewards, _ = client.score(asked["request"])
            lines = [json.loads(line) for line in events.read_text().splitlines()] if events.exists() else []
            answer = {"rewards": rewards, "errors": [line["message"] for line in lines if line["type"] == "reward_error"]}
        except RewardRefusedError as error:
            answer = {"refused": str(error)}
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
