"""Calls a recipe's reward function as its engine does: `call_reward.py DIRECTORY ENGINE < CALLS > RESULTS`.

A call is {"step", "rows": [{"case", "messages", "meta", "completion"}]}; results are what the engine is given, or an error.
"""

import asyncio
import importlib
import json
import sys
import types
from concurrent.futures import ThreadPoolExecutor
from typing import Any

Row = dict[str, Any]


def _swift() -> None:
    """The two names of ms-swift that its plugins need."""
    rewards = types.ModuleType("swift.rewards")
    rewards.AsyncORM = type("AsyncORM", (), {"__init__": lambda self, args=None, **_: None})
    rewards.orms = {}
    sys.modules |= {"swift": types.ModuleType("swift"), "swift.rewards": rewards}


def trl(module: Any, call: dict[str, Any]) -> Any:
    rows, logged = call["rows"], {}
    given = module.safemed(
        prompts=[row["messages"] for row in rows],
        completions=[[{"role": "assistant", "content": row["completion"]}] for row in rows],
        completion_ids=[[0] for _ in rows],
        case=[row["case"] for row in rows],
        meta=[row["meta"] for row in rows],
        trainer_state=types.SimpleNamespace(global_step=call["step"]),
        log_metric=logged.__setitem__,
        log_extra=None,
    )
    return {"rewards": given, "logged": logged}


def ms_swift(module: Any, call: dict[str, Any]) -> Any:
    rows = call["rows"]
    columns = {name: [row[name] for row in rows] for name in ("case", "meta")}
    # ms-swift leaves the completion at the end of the messages.
    columns["messages"] = [[*row["messages"], {"role": "assistant", "content": row["completion"]}] for row in rows]
    reward = module.orms["safemed"](args=None)
    state = types.SimpleNamespace(global_step=call["step"])
    return asyncio.run(reward([row["completion"] for row in rows], trainer_state=state, **columns))


def verl(module: Any, call: dict[str, Any]) -> Any:
    async def one(row: Row) -> Any:
        told = {"case": row["case"], "prompt": json.dumps(row["messages"]), "meta": row["meta"], "num_turns": 2}
        return await module.compute_score(
            data_source="one", solution_str=row["completion"], ground_truth="", extra_info=told
        )

    async def all_at_once() -> Any:
        return await asyncio.gather(*map(one, call["rows"]))

    return asyncio.run(all_at_once())


def openrlhf(module: Any, call: dict[str, Any]) -> Any:
    def one(row: Row) -> Any:
        said = "".join(f"<|im_start|>{turn['role']}\n{turn['content']}<|im_end|>\n" for turn in row["messages"])
        prompt = f"{said}<|im_start|>assistant\n"
        label = json.dumps({"case": row["case"], "meta": json.loads(row["meta"]), "prompt": row["messages"]})
        return module.reward_func([f"{prompt}{row['completion']}<|im_end|>"], [prompt], [label])

    with ThreadPoolExecutor(max_workers=32) as pool:
        return list(pool.map(one, call["rows"]))


def main() -> None:
    directory, engine = sys.argv[1:]
    sys.path.insert(0, directory)
    if engine == "ms-swift":
        _swift()
    module = importlib.import_module("safemed_reward")
    act = {"trl": trl, "ms-swift": ms_swift, "verl": verl, "openrlhf": openrlhf}[engine]
    results = []
    for call in json.load(sys.stdin):
        try:
            results.append({"result": act(module, call)})
        except Exception as error:
            results.append({"error": type(error).__name__, "message": str(error)})
    json.dump(results, sys.stdout)


if __name__ == "__main__":
    main()
