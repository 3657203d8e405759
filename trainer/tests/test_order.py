import random
import unittest
from collections import Counter

from safemed_trainer.order import grouped_order, mixed_order


class Order(unittest.TestCase):
    def test_every_row_is_seen_once_per_epoch_whatever_the_sizes(self) -> None:
        generator = random.Random(3)
        for _ in range(200):
            lengths = [generator.randint(1, 500) for _ in range(generator.randint(1, 40))]
            epochs = generator.randint(1, 4)
            order = grouped_order(lengths, generator.randint(1, 8), epochs, seed=generator.randint(0, 9))
            self.assertEqual(Counter(order), dict.fromkeys(range(len(lengths)), epochs))

    def test_the_seed_alone_decides(self) -> None:
        lengths = list(range(50))
        self.assertEqual(grouped_order(lengths, 4, 2, seed=1), grouped_order(lengths, 4, 2, seed=1))
        self.assertNotEqual(grouped_order(lengths, 4, 2, seed=1), grouped_order(lengths, 4, 2, seed=2))

    def test_half_an_epoch_is_half_the_rows(self) -> None:
        self.assertEqual(len(grouped_order([5] * 40, 4, 0.5, seed=1)), 20)

    def test_batches_hold_rows_of_similar_length(self) -> None:
        generator = random.Random(5)
        lengths = [generator.choice((200, 450)) for _ in range(120)]
        order = grouped_order(lengths, 4, 1, seed=1)
        padded = sum(4 * max(lengths[index] for index in order[first : first + 4]) for first in range(0, 120, 4))
        self.assertLess(padded, 1.05 * sum(lengths))


class MixedOrder(unittest.TestCase):
    def test_every_batch_holds_both_kinds_however_rare_one_is(self) -> None:
        generator = random.Random(3)
        for _ in range(300):
            benign = [True, False] + [generator.random() < 0.2 for _ in range(generator.randint(0, 40))]
            batch = generator.randint(2, 8)
            order = mixed_order(benign, batch, generator.choice((0.5, 1, 3)), seed=generator.randint(0, 9))
            self.assertEqual(len(order) % batch, 0)
            for first in range(0, len(order), batch):
                self.assertEqual({benign[index] for index in order[first : first + batch]}, {True, False})

    def test_where_batches_can_hold_their_share_each_prompt_comes_once_per_epoch(self) -> None:
        benign = [index % 4 == 0 for index in range(32)]
        self.assertEqual(Counter(mixed_order(benign, 4, 2, seed=1)), dict.fromkeys(range(32), 2))

    def test_one_kind_alone_is_gone_through_as_it_is(self) -> None:
        for kind in (True, False):
            self.assertEqual(Counter(mixed_order([kind] * 6, 1, 2, seed=1)), dict.fromkeys(range(6), 2))

    def test_one_prompt_cannot_be_both(self) -> None:
        with self.assertRaises(ValueError):
            mixed_order([True, False], 1, 1, seed=1)

    def test_the_seed_alone_decides(self) -> None:
        benign = [index % 3 == 0 for index in range(30)]
        self.assertEqual(mixed_order(benign, 4, 2, seed=1), mixed_order(benign, 4, 2, seed=1))
        self.assertNotEqual(mixed_order(benign, 4, 2, seed=1), mixed_order(benign, 4, 2, seed=2))
