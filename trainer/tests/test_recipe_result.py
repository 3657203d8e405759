import json
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

TRAINER = Path(__file__).resolve().parents[1]


def write_tensors(path: Path, shapes: list[list[int]]) -> None:
    """The header of a safetensors file; its tensors' bytes are not looked at."""
    header = {f"t{index}": {"dtype": "BF16", "shape": shape} for index, shape in enumerate(shapes)}
    text = json.dumps({"__metadata__": {"format": "pt"}, **header}).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"\0" * 8)


class RecipeResult(unittest.TestCase):
    """What a recipe's `safemed_result.py` writes, run as its user does."""

    def setUp(self) -> None:
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.place = Path(directory.name)
        shutil.copy(TRAINER / "recipes" / "safemed_result.py", self.place)
        shutil.copy(TRAINER / "safemed_trainer" / "digest.py", self.place / "safemed_digest.py")
        for name in ("base", "adapter"):
            (self.place / name).mkdir()
        write_tensors(self.place / "base" / "model-1.safetensors", [[640, 128], [128]])
        write_tensors(self.place / "base" / "model-2.safetensors", [[3, 5]])
        write_tensors(self.place / "adapter" / "adapter_model.safetensors", [[8, 128]])

    def run_script(self, *more: str) -> subprocess.CompletedProcess[str]:
        words = ["--base", "base", "--adapter", "adapter", "--steps", "40", "--seconds", "1.5", *more]
        script = [sys.executable, "safemed_result.py", *words]
        return subprocess.run(script, cwd=self.place, capture_output=True, text=True, check=False)

    def test_digests_parameters_and_figures(self) -> None:
        (self.place / "metrics.json").write_text('{"reward_last": 3.5, "kl": null}')
        (self.place / "left.txt").write_text("k-en-001\ng-zh-002\n")
        done = self.run_script("--metrics", "metrics.json", "--left-out", "left.txt")
        self.assertEqual(done.returncode, 0, done.stderr)
        result = json.loads(done.stdout)
        self.assertEqual(result["base"]["parameters"], 640 * 128 + 128 + 15)
        command = ["sh", "-c", "LC_ALL=C; sha256sum * | sha256sum"]
        listed = subprocess.check_output(command, cwd=self.place / "adapter", text=True)
        self.assertEqual(result["adapter"]["sha256"], listed.split()[0])
        self.assertEqual(result["metrics"], {"reward_last": 3.5, "kl": None})
        self.assertEqual(result["leftOut"], ["k-en-001", "g-zh-002"])
        self.assertEqual((result["state"], result["steps"], result["seconds"]), ("succeeded", 40, 1.5))

    def test_a_directory_without_weights_is_named(self) -> None:
        for file in (self.place / "base").iterdir():
            file.unlink()
        done = self.run_script()
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("base: holds no parameters", done.stderr)


if __name__ == "__main__":
    unittest.main()
