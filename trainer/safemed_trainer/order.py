"""The order in which rows are trained on: seeded, the same after a resume, and with little padding."""

import random


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
