import unittest

from safemed_trainer.ranks import Ranks, ranks_from
from safemed_trainer.spec import SpecError

PLACE = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": "29500"}


class Environment(unittest.TestCase):
    def test_without_variables_a_run_has_one_process(self) -> None:
        self.assertEqual(ranks_from({}), Ranks(0, 1))
        self.assertEqual(ranks_from({"WORLD_SIZE": "1", "RANK": "0"}), Ranks(0, 1))
        self.assertTrue(Ranks().first)
        self.assertEqual(Ranks().share(3), [3])

    def test_the_first_of_several_reports(self) -> None:
        found = [ranks_from({**PLACE, "WORLD_SIZE": "2", "RANK": rank}) for rank in "01"]
        self.assertEqual([one.first for one in found], [True, False])

    def test_what_is_missing_or_wrong_is_named(self) -> None:
        whole = {**PLACE, "WORLD_SIZE": "2", "RANK": "0"}
        for name, value in (("RANK", "2"), ("RANK", "-1"), ("RANK", ""), ("MASTER_ADDR", ""), ("WORLD_SIZE", "two")):
            with self.subTest(name), self.assertRaises(SpecError) as caught:
                ranks_from({**whole, name: value})
            self.assertIn(name, str(caught.exception))
