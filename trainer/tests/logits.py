"""`python -m tests.logits BASE ADAPTER`: log-probabilities of the next token after each text on stdin (JSON list)."""

import json
import sys

from safemed_trainer.process import loading, prepare_process

prepare_process()

with loading():
    import torch
    from peft import PeftModel
    from transformers import AutoModelForCausalLM, AutoTokenizer


def main() -> None:
    base, adapter = sys.argv[1:]
    tokenizer = AutoTokenizer.from_pretrained(base)
    plain = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32).eval()
    texts = json.load(sys.stdin)
    result = {"base": after(plain, tokenizer, texts)}
    result["adapted"] = after(PeftModel.from_pretrained(plain, adapter).eval(), tokenizer, texts)
    print(json.dumps(result))


@torch.inference_mode()
def after(model: torch.nn.Module, tokenizer: object, texts: list[str]) -> list[list[float]]:
    ids = [tokenizer(text, add_special_tokens=False, return_tensors="pt")["input_ids"] for text in texts]
    return [torch.log_softmax(model(one).logits[0, -1].float(), -1).tolist() for one in ids]


if __name__ == "__main__":
    main()
