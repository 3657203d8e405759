"""`check_engine.py ENGINE MODEL RESULT DIRECTORY…`: an engine reads recipes with its own argument parser and data loader.

Each directory is an unpacked recipe with `argv.json`, the words its launch script would have started. MODEL is a directory
with a tiny configuration and tokenizer, which stands in for the base model. Nothing is trained and no GPU is used. Writes a
JSON object to RESULT: by directory the arguments as the engine understood them, and the rows as it read them.
"""

import argparse
import ast
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import json
import math
import os
import subprocess
import sys
import traceback
import types
from pathlib import Path
from typing import Any
from unittest import mock

os.environ |= {"DISABLE_VERSION_CHECK": "1", "HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}
os.environ |= {"CUDA_VISIBLE_DEVICES": "", "TOKENIZERS_PARALLELISM": "false", "USE_HF": "1"}

Found = dict[str, Any]


class Absent(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Stands in for packages that want a GPU or weigh too much, and that neither parsers nor loaders of data call."""

    def __init__(self, *packages: str) -> None:
        self._packages = packages

    def find_spec(self, name: str, *_: Any) -> Any:
        if name.split(".")[0] not in self._packages:
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec: Any) -> Any:
        module = mock.MagicMock(name=spec.name)
        module.__version__ = "0.0.0"
        return module

    def exec_module(self, module: Any) -> None:
        pass


def after(words: list[str], word: str) -> list[str]:
    return words[words.index(word) + 1 :]


def trl(words: list[str], _model: str) -> Found:
    from datasets import load_dataset

    script = after(words, "-m")[0]
    parser = importlib.import_module(script).make_parser()
    given = [*after(words, script), "--bf16", "false", "--use_cpu", "true"]
    # A word that the parser does not know is an error.
    script_args, training, model, *_ = parser.parse_args_and_config(given, fail_with_unknown_args=True)
    rows = load_dataset(script_args.dataset_name)
    return {
        "model": model.model_name_or_path,
        "lora": [model.lora_r, model.lora_alpha, model.lora_target_modules],
        "training": _plain(training),
        "rewards": getattr(script_args, "reward_funcs", None),
        "rows": [_plain(row) for row in rows[script_args.dataset_train_split]],
        "splits": sorted(rows),
    }


def ms_swift(words: list[str], model: str) -> Found:
    from swift.arguments import RLHFArguments, SftArguments
    from swift.cli.main import parse_yaml_args
    from swift.dataset import load_dataset
    from swift.utils import parse_args

    method, *argv = after(words, "swift")
    parse_yaml_args(argv)
    overrides = ["--model", model, "--torch_dtype", "float32", "--attn_impl", "eager"]
    overrides += ["--use_vllm", "false"] if "--use_vllm" in argv else []
    drop = {"--deepspeed", "--model", "--torch_dtype", "--attn_impl", "--use_vllm", "--external_plugins"}
    kept: list[str] = []
    skip = False
    for word in argv:
        if word.startswith("--"):
            skip = word in drop or word.startswith("--vllm_") or word == "--sleep_level"
        if not skip:
            kept.append(word)
    kind = SftArguments if method == "sft" else RLHFArguments
    args, unknown = parse_args(kind, [*kept, *overrides, "--model_type", "qwen3", "--template", "qwen3"])
    if unknown:
        raise ValueError(f"unknown arguments {unknown}")
    names = {field for base in kind.__mro__ for field in getattr(base, "__dataclass_fields__", {})}
    for word in argv:
        if word.startswith("--") and word[2:] not in names:
            raise ValueError(f"ms-swift has no argument {word}")
    if "--external_plugins" in argv:
        _swift_plugin(argv[argv.index("--external_plugins") + 1])
    rows, _ = load_dataset(args.dataset, split_dataset_ratio=0, remove_unused_columns=False)
    return {"training": _plain(args), "rows": [_plain(row) for row in rows]}


def _swift_plugin(path: str) -> None:
    """Loads the plugin as ms-swift does; it has to name its function and be asked as an asynchronous one."""
    from swift.rewards import AsyncORM, orms
    from swift.utils.utils import import_external_file

    import_external_file(path)
    if not issubclass(orms["safemed"], AsyncORM):
        raise TypeError("the plugin's reward is no AsyncORM")


def llama_factory(words: list[str], model: str) -> Found:
    sys.meta_path.append(Absent("torchaudio", "av"))
    import yaml
    from llamafactory.data.loader import _load_single_dataset
    from llamafactory.data.parser import get_dataset_list
    from llamafactory.hparams import get_train_args

    given = yaml.safe_load(Path(after(words, "train")[0]).read_text(encoding="utf-8"))
    json.loads(Path(given.pop("deepspeed")).read_text(encoding="utf-8"))
    given |= {"model_name_or_path": model, "bf16": False, "use_cpu": True}
    model_args, data_args, training, finetuning, _ = get_train_args(given)
    rows = []
    for attributes in get_dataset_list(data_args.dataset, data_args.dataset_dir):
        rows += list(_load_single_dataset(attributes, model_args, data_args, training))
    both = {"finetuning": _plain(finetuning), "data": _plain(data_args)}
    return {"training": _plain(training), **both, "rows": [_plain(row) for row in rows]}


def verl(words: list[str], model: str) -> Found:
    import verl.trainer
    from hydra import compose, initialize_config_dir
    from omegaconf import OmegaConf

    module = next(word for word in words if word.startswith("verl.trainer."))
    name = {"verl.trainer.main_ppo": "ppo_trainer", "verl.trainer.sft_trainer": "sft_trainer_engine"}[module]
    given = [word for word in after(words, module)]
    folder = str(Path(verl.trainer.__file__).parent / "config")
    with initialize_config_dir(config_dir=folder, version_base=None):
        config = compose(config_name=name, overrides=given)
    tokenizer = _tokenizer(model)
    if name == "ppo_trainer":
        from verl.experimental.reward_loop.reward_loop import migrate_legacy_reward_impl
        from verl.trainer.ppo.reward import get_custom_reward_fn
        from verl.utils.dataset.rl_dataset import RLHFDataset

        config = migrate_legacy_reward_impl(config)
        reward = get_custom_reward_fn(config)
        data = RLHFDataset([config.data.train_files], tokenizer, config.data)
        names = ("raw_prompt", "data_source", "reward_model", "extra_info")
        rows = [_plain({name: row[name] for name in names}) for row in data]
        return {"config": OmegaConf.to_container(config, resolve=False), "reward": reward is not None, "rows": rows}
    import runpy

    runpy.run_path("prepare.py", run_name="__main__")
    from verl.utils.dataset.multiturn_sft_dataset import MultiTurnSFTDataset

    data = MultiTurnSFTDataset(config.data.train_files, tokenizer, config.data)
    rows = [{"tokens": int(row["input_ids"].numel()), "learned": int(row["loss_mask"].sum())} for row in data]
    return {"config": OmegaConf.to_container(config, resolve=False), "rows": rows}


def openrlhf(words: list[str], model: str) -> Found:
    sys.meta_path.append(Absent("vllm", "deepspeed", "flash_attn", "torchdata", "wandb"))
    module = next(word for word in words if word.startswith("openrlhf.cli."))
    args = _openrlhf_arguments(module, after(words, module))
    from datasets import load_dataset

    from openrlhf.datasets import PromptDataset, RewardDataset, SFTDataset

    strategy = types.SimpleNamespace(args=args, is_rank_0=lambda: False, print=lambda *_: None)
    tokenizer = _tokenizer(model)
    path = args.data.prompt_dataset if hasattr(args.data, "prompt_dataset") else args.data.dataset
    table = load_dataset("json", data_files=path)["train"]
    if module.endswith("train_ppo_ray"):
        rows = [{"prompt": row[1], "label": row[2]} for row in PromptDataset(table, tokenizer, strategy)]
    elif module.endswith("train_sft"):
        data = SFTDataset(table, tokenizer, args.data.max_len, strategy)
        both = zip(data.prompts, data.responses, strict=True)
        rows = [{"prompt": prompt, "answer": answer} for prompt, answer in both]
    else:
        data = RewardDataset(table, tokenizer, args.data.max_len, strategy, is_dpo=module.endswith("train_dpo"))
        both = zip(data.prompts, data.chosens, data.rejects, strict=True)
        rows = [{"prompt": prompt, "chosen": chosen, "rejected": rejected} for prompt, chosen, rejected in both]
    return {"config": args, "rows": rows}


def _openrlhf_arguments(module: str, words: list[str]) -> Any:
    """What OpenRLHF's program makes of its words: its own main block without the call that trains."""
    spec = importlib.util.find_spec(module)
    tree = ast.parse(Path(str(spec.origin)).read_text(encoding="utf-8"))
    [main] = [node for node in tree.body if isinstance(node, ast.If) and "__main__" in ast.unparse(node.test)]
    main.body = [node for node in main.body if ast.unparse(node) != "train(args)"]
    space: dict[str, Any] = {"__name__": "__main__"}
    with mock.patch.object(sys, "argv", [module, *words]):
        exec(compile(tree, str(spec.origin), "exec"), space)
    return space["args"]


def _tokenizer(model: str) -> Any:
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(model)


def _plain(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, str | int | float | bool) or value is None:
        return value
    if isinstance(value, dict):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, argparse.Namespace | types.SimpleNamespace):
        return _plain(vars(value))
    if hasattr(value, "__dataclass_fields__"):
        return {name: _plain(getattr(value, name, None)) for name in value.__dataclass_fields__}
    if hasattr(value, "tolist"):
        return _plain(value.tolist())
    return str(value)


def make_model(directory: Path) -> None:
    """A configuration and a tokenizer without weights, in the form of a Qwen3 model."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    from tests.tiny_model import TEMPLATE, build_tokenizer  # before anything that imports torch
    from transformers import PreTrainedTokenizerFast, Qwen3Config

    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=build_tokenizer(), eos_token="<|im_end|>", pad_token="<|endoftext|>", bos_token="<|im_start|>"
    )
    tokenizer.chat_template = TEMPLATE
    tokenizer.save_pretrained(directory)
    Qwen3Config(
        vocab_size=len(tokenizer), hidden_size=64, intermediate_size=128, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, head_dim=16, max_position_embeddings=40960, architectures=["Qwen3ForCausalLM"],
    ).save_pretrained(directory)


def main() -> None:
    if sys.argv[1] == "make-model":
        return make_model(Path(sys.argv[2]))
    engine, model, result, *directories = sys.argv[1:]
    if not Path(model).exists():
        # In a process of its own: engines want to import torch as they like.
        subprocess.run([sys.executable, __file__, "make-model", model], check=True)
    act = {"trl": trl, "ms-swift": ms_swift, "verl": verl, "openrlhf": openrlhf, "llama-factory": llama_factory}[engine]
    found = {}
    for directory in directories:
        os.chdir(directory)
        words = json.loads(Path("argv.json").read_text(encoding="utf-8"))
        try:
            found[directory] = act(words, model)
        except BaseException as error:
            found[directory] = {"error": "".join(traceback.format_exception(error))}
    Path(result).write_text(json.dumps(_plain(found), allow_nan=False), encoding="utf-8")


if __name__ == "__main__":
    main()
