"""A plain TRL script, the peer of bench/training-overhead.ts: `bare_trl.py SETTINGS.json` prints {"seconds", "cpu"}.

What anyone would write after TRL's quick start; it shares no code with the worker. Times are those of the training loop,
from the trainer's first callback to its last. For GRPO also the seconds of each call of the reward function.
"""

import json
import os
import sys
import time
from pathlib import Path

os.environ |= {"HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1", "TOKENIZERS_PARALLELISM": "false"}
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import torch
from datasets import Dataset
from peft import LoraConfig
from transformers import AutoModelForCausalLM, AutoTokenizer, TrainerCallback, set_seed
from trl import GRPOConfig, GRPOTrainer, SFTConfig, SFTTrainer

LINEAR = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


class Clock(TrainerCallback):
    """Wall and processor seconds of the loop."""

    def on_train_begin(self, *_: object, **__: object) -> None:
        self.began = (time.monotonic(), time.process_time())

    def on_train_end(self, *_: object, **__: object) -> None:
        self.seconds = time.monotonic() - self.began[0]
        self.cpu = time.process_time() - self.began[1]


def main() -> None:
    """Train as the settings say."""
    settings = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    torch.set_num_threads(settings["threads"])
    set_seed(1)
    tokenizer = AutoTokenizer.from_pretrained(settings["base"])
    tokenizer.pad_token = tokenizer.pad_token or tokenizer.eos_token
    dtype = torch.bfloat16 if settings["dtype"] == "bfloat16" else torch.float32
    model = AutoModelForCausalLM.from_pretrained(settings["base"], dtype=dtype)
    lines = Path(settings["train"]).read_text(encoding="utf-8").splitlines()
    rows = [{name: json.loads(line)[name] for name in settings["fields"]} for line in lines]
    calls: list[float] = []

    def reward(completions: list, **_: object) -> list[float]:
        began = time.monotonic()
        time.sleep(settings["judge_seconds"])
        rewards = [len(set(completion[0]["content"])) / 10 for completion in completions]
        calls.append(time.monotonic() - began)
        return rewards

    grpo = settings["stage"] == "grpo"
    arguments = {
        "output_dir": settings["out"],
        "seed": 1,
        "use_cpu": True,
        "fp16": False,
        "bf16": dtype == torch.bfloat16,
        "report_to": "none",
        "disable_tqdm": True,
        "logging_steps": 1,
        "save_total_limit": 2,
        "gradient_checkpointing": False,
        "dataloader_pin_memory": False,
        "max_steps": settings["steps"],
        **settings["args"],
    }
    clock = Clock()
    common = {
        "model": model,
        "train_dataset": Dataset.from_list(rows),
        "processing_class": tokenizer,
        "peft_config": LoraConfig(r=8, lora_alpha=16, target_modules=LINEAR, task_type="CAUSAL_LM"),
        "callbacks": [clock],
    }
    if grpo:
        trainer = GRPOTrainer(args=GRPOConfig(**arguments), reward_funcs=[reward], **common)
    else:
        trainer = SFTTrainer(args=SFTConfig(completion_only_loss=True, **arguments), **common)
    trainer.train()
    print(json.dumps({"seconds": clock.seconds, "cpu": clock.cpu, "calls": calls}))


main()
