"""The order in which rows are trained on: seeded, the same after a resume, and with little padding."""

import itertools
import random
from collections.abc import Iterator


def grouped_order(lengths: list[int], batch: int, epochs: float, seed: int) -> list[int]:
    """Row indices for all epochs, in batches of rows of similar length.

    A batch is padded to its longest row, and Chinese rows take about twice the tokens of English ones: random batches
    would spend a third of the time on padding. Lengths are jittered so that batches differ between epochs. The order of
    all epochs is laid out beforehand because transformers' own length grouping is not reproduced by a resumed run.
    """
    generator = random.Random(seed)
    order: list[int] = []
    left_over: list[int] = []
    wanted = round(len(lengths) * epochs)
    while len(order) + len(left_over) < wanted:
        rows = list(range(len(lengths)))
        generator.shuffle(rows)
        pool = left_over + rows
        full = len(pool) - len(pool) % batch
        left_over = pool[full:]
        order += _batches(pool[:full], lengths, batch, generator)
    return (order + left_over)[:wanted]


def _batches(pool: list[int], lengths: list[int], batch: int, generator: random.Random) -> list[int]:
    jittered = {index: lengths[index] * generator.uniform(0.9, 1.1) for index in dict.fromkeys(pool)}
    alike = sorted(pool, key=jittered.__getitem__)
    batches = [alike[first : first + batch] for first in range(0, len(alike), batch)]
    generator.shuffle(batches)
    return [index for rows in batches for index in rows]


def mixed_order(benign: list[bool], batch: int, epochs: float, seed: int) -> list[int]:
    """Prompt indices for all epochs, in batches that each hold benign prompts and others, where there are both.

    Their share in a batch is their share of the prompts, but at least one and never all: a safety reward on harmful
    prompts alone teaches a model to refuse everything. A kind that is too rare for every batch is repeated. Each kind
    is gone through in a fresh random order before any of its prompts comes again.
    """
    generator = random.Random(seed)
    kinds = {kind: [index for index, one in enumerate(benign) if one is kind] for kind in (True, False)}
    both = bool(kinds[True] and kinds[False])
    if both and batch < 2:
        raise ValueError("a batch of one prompt cannot hold two kinds")
    streams = {kind: _again_and_again(rows, generator) for kind, rows in kinds.items() if rows}
    share = len(kinds[True]) / len(benign)
    order: list[int] = []
    drawn = 0
    for number in range(1, -(-round(len(benign) * epochs) // batch) + 1):
        count = round(share * batch * number) - drawn
        count = min(max(count, int(both)), batch - int(both))
        drawn += count
        rows = [next(streams[True]) for _ in range(count)] + [next(streams[False]) for _ in range(batch - count)]
        generator.shuffle(rows)
        order += rows
    return order


def _again_and_again(rows: list[int], generator: random.Random) -> Iterator[int]:
    for _ in itertools.count():
        yield from generator.sample(rows, len(rows))
