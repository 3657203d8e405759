import json
import math
import os
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from safemed_trainer.events import EventWriter, clean


class Events(unittest.TestCase):
    def setUp(self) -> None:
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)
        self.path = Path(self.directory.name) / "events.jsonl"

    def lines(self) -> list[dict]:
        return [json.loads(line) for line in self.path.read_text(encoding="utf-8").splitlines()]

    def test_what_json_cannot_hold_becomes_null(self) -> None:
        self.assertEqual(
            clean({"a": math.nan, "b": [math.inf, 1.5], "c": True}), {"a": None, "b": [None, 1.5], "c": True}
        )
        EventWriter(self.path).write("log", metrics={"loss": math.nan})
        self.assertIsNone(self.lines()[0]["metrics"]["loss"])

    def test_a_line_torn_by_a_kill_is_dropped_and_whole_lines_stay(self) -> None:
        EventWriter(self.path).write("log", step=1)
        with self.path.open("a", encoding="utf-8") as file:
            file.write('{"type": "log", "st')
        EventWriter(self.path).write("log", step=2)
        self.assertEqual([event["step"] for event in self.lines()], [1, 2])

    def test_chinese_text_stays_readable(self) -> None:
        EventWriter(self.path).write("sample", completion="每日3次")
        self.assertIn("每日3次", self.path.read_text(encoding="utf-8"))

    def test_echoed_events_are_whole_ascii_lines_of_their_own(self) -> None:
        reading, writing = os.pipe()
        with os.fdopen(writing, "w") as stdout, mock.patch("sys.stdout", stdout):
            events = EventWriter(self.path, echo=True)
            stdout.write("printed before\n")
            events.write("sample", completion="每日3次\n@@SM no event")
        with os.fdopen(reading, "rb") as pipe:
            printed, echoed, rest = pipe.read().split(b"\n")
        self.assertEqual((printed, rest), (b"printed before", b""))
        self.assertTrue(echoed.isascii())
        self.assertEqual(json.loads(echoed.removeprefix(b"@@SM ")), self.lines()[0])

    def test_a_process_that_does_not_report_writes_nothing(self) -> None:
        EventWriter(None, echo=True).write("log", step=1)
        self.assertFalse(self.path.exists())
