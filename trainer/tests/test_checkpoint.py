import json
import tempfile
import unittest
from pathlib import Path

from safemed_trainer.checkpoint import mark_complete, newest_complete, spent, tokens_counted

FILES = ("adapter_model.safetensors", "optimizer.pt", "scheduler.pt", "trainer_state.json")


class Checkpoints(unittest.TestCase):
    def setUp(self) -> None:
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.place = Path(directory.name)

    def write(self, step: int, complete: bool = True, world: int = 1) -> Path:
        checkpoint = self.place / f"checkpoint-{step}"
        checkpoint.mkdir()
        states = ["rng_state.pth"] if world == 1 else [f"rng_state_{rank}.pth" for rank in range(world)]
        for name in (*FILES, *states):
            (checkpoint / name).write_text(f"{name} {step}", encoding="utf-8")
        if complete:
            mark_complete(checkpoint, seconds=step * 1.5, world=world)
        return checkpoint

    def test_the_newest_whole_one_is_resumed_from(self) -> None:
        self.write(2)
        newest = self.write(10)
        self.assertEqual(newest_complete(self.place), newest)
        self.assertEqual(spent(newest), (15.0, 1))

    def test_one_cut_off_by_a_kill_or_changed_since_is_passed_over(self) -> None:
        whole = self.write(4)
        self.write(6, complete=False)
        changed = self.write(8)
        (changed / "optimizer.pt").write_text("other", encoding="utf-8")
        self.assertEqual(newest_complete(self.place), whole)

    def test_of_several_processes_each_has_its_random_state(self) -> None:
        checkpoint = self.write(3, world=2)
        self.assertEqual(spent(checkpoint), (4.5, 2))
        (checkpoint / "rng_state_1.pth").unlink()
        self.assertIsNone(newest_complete(self.place))

    def test_tokens_are_counted_on_from_the_last_that_were_logged(self) -> None:
        checkpoint = self.write(2)
        log = [{"loss": 1.0, "num_tokens": 40.0}, {"loss": 0.5, "num_tokens": 90.0}, {"eval_loss": 0.4}]
        (checkpoint / "trainer_state.json").write_text(json.dumps({"log_history": log}), encoding="utf-8")
        self.assertEqual(tokens_counted(checkpoint), 90)
        (checkpoint / "trainer_state.json").write_text(json.dumps({"log_history": []}), encoding="utf-8")
        self.assertEqual(tokens_counted(checkpoint), 0)

    def test_none_where_there_is_none(self) -> None:
        self.assertIsNone(newest_complete(self.place / "absent"))
