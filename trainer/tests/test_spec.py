import json
import tempfile
import unittest
from pathlib import Path
from typing import Any

from safemed_trainer.spec import SpecError, load_spec


class RunFile(unittest.TestCase):
    def setUp(self) -> None:
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.place = Path(directory.name)
        (self.place / "train.jsonl").write_text("{}\n", encoding="utf-8")

    def load(self, **changes: Any) -> Any:
        raw = {
            "run_id": "r",
            "stage": "sft",
            "seed": 1,
            "base": {"path": str(self.place)},
            "data": {"train": str(self.place / "train.jsonl")},
            **changes,
        }
        path = self.place / "run.json"
        path.write_text(json.dumps(raw), encoding="utf-8")
        return load_spec(path)

    def test_defaults_fit_the_small_model(self) -> None:
        spec = self.load()
        self.assertEqual((spec.lora.r, spec.lora.alpha, spec.device, spec.dtype), (8, 16, "auto", "auto"))

    def test_every_wrong_field_is_named(self) -> None:
        reward = {"url": "http://localhost:1"}
        cases = [
            ({"stage": "ppo"}, "stage"),
            ({"seed": "1"}, "seed"),
            ({"seed": True}, "seed"),
            ({"base": {"path": str(self.place / "absent")}}, "absent"),
            ({"args": {"report_to": "wandb"}}, "args.report_to"),
            ({"args": {"learning_rate": "high"}}, "args.learning_rate"),
            ({"args": {"num_generations": 4}}, "args.num_generations"),
            ({"stage": "dpo", "args": {"beta": 0}}, "args.beta"),
            ({"stage": "dpo", "args": {"num_generations": 4}}, "args.num_generations"),
            ({"limits": {"max_minutes": 0}}, "limits.max_minutes"),
            ({"limits": {"max_minutes": True}}, "limits.max_minutes"),
            ({"mix_kinds": 1}, "mix_kinds"),
            ({"lora": {"use_dora": True}}, "lora.use_dora"),
            ({"lora": {"target_modules": ["lm_head"]}}, "lm_head"),
            ({"stage": "grpo"}, "reward"),
            ({"stage": "grpo", "reward": {"url": ""}}, "url"),
            ({"stage": "grpo", "reward": reward, "args": {"beta": 0}}, "args.beta"),
            ({"stage": "grpo", "reward": {**reward, "max_retries": -1}}, "reward.max_retries"),
            ({"stage": "grpo", "reward": {**reward, "deadline_s": "1"}}, "reward.deadline_s"),
        ]
        for changes, named in cases:
            with self.subTest(named), self.assertRaises(SpecError) as caught:
                self.load(**changes)
            self.assertIn(named, str(caught.exception))
