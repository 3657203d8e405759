import json
import os
import tempfile
import threading
import unittest
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from unittest import mock

from safemed_trainer import reward_client
from safemed_trainer.events import EventWriter
from safemed_trainer.progress import Progress, StopRequested
from safemed_trainer.reward_client import RewardClient, RewardRefusedError
from safemed_trainer.spec import RewardService

Answer = Callable[[int], tuple[int, dict[str, str], Any]]
REQUEST = {"run_id": "r", "engine": "trl", "step": 0, "rank": 0, "samples": [{"id": "a"}, {"id": "b"}]}
GOOD = {"rewards": [1.5, None], "extra": [{"judge": 3, "note": "x"}, {"judge": 4}]}


class Service(unittest.TestCase):
    """A real HTTP service that answers each request as told."""

    def setUp(self) -> None:
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.events = Path(directory.name) / "events.jsonl"
        self.progress = Progress()
        self.authorizations: list[str | None] = []
        os.environ["TEST_TOKEN"] = "secret"
        sleep = mock.patch.object(reward_client.time, "sleep", self.waited)
        sleep.start()
        self.addCleanup(sleep.stop)
        self.waits: list[float] = []

    def waited(self, seconds: float) -> None:
        self.waits.append(seconds)

    def client(self, answer: Answer, retries: int = 3) -> RewardClient:
        test = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["content-length"]))
                test.authorizations.append(self.headers["authorization"])
                status, headers, body = answer(len(test.authorizations))
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body if isinstance(body, bytes) else json.dumps(body).encode())

            def log_message(self, *_: Any) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        service = RewardService(f"http://127.0.0.1:{server.server_address[1]}", "TEST_TOKEN", 5.0, retries)
        return RewardClient(service, EventWriter(self.events), self.progress)

    def errors(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.events.read_text(encoding="utf-8").splitlines()]

    def test_rewards_and_numeric_remarks_come_back_with_null_kept(self) -> None:
        client = self.client(lambda _: (200, {}, GOOD))
        self.assertEqual(client.score(REQUEST), ([1.5, None], [{"judge": 3.0}, {"judge": 4.0}]))
        self.assertEqual(self.authorizations, ["Bearer secret"])

    def test_a_failing_service_is_asked_again_as_late_as_it_wishes(self) -> None:
        client = self.client(lambda n: (503, {"retry-after": "7"}, {}) if n < 3 else (200, {}, GOOD))
        self.assertEqual(client.score(REQUEST)[0], [1.5, None])
        self.assertEqual(self.waits, [7.0, 7.0])
        self.assertEqual([error["attempt"] for error in self.errors()], [1, 2])

    def test_what_cannot_be_had_is_none_never_a_number(self) -> None:
        broken: list[Any] = [
            b"",
            b"not json",
            [1, 2],
            {"rewards": [1]},
            {"rewards": ["5", 1]},
            {"rewards": [True, 1]},
            b'{"rewards": [NaN, 1]}',
            b'{"rewards": [Infinity, 1]}',
            {"rewards": [1, 2], "extra": 3},
        ]
        for body in broken:
            with self.subTest(body):
                client = self.client(lambda _, body=body: (200, {}, body), retries=1)
                self.assertEqual(client.score(REQUEST), ([None, None], []))

    def test_a_refusal_ends_the_run_at_once(self) -> None:
        for status in (401, 404, 422):
            client = self.client(lambda _, status=status: (status, {}, {"error": "why"}))
            with self.subTest(status), self.assertRaises(RewardRefusedError) as caught:
                client.score(REQUEST)
            self.assertIn(str(status), str(caught.exception))
        self.assertEqual(self.waits, [])

    def test_a_missing_token_is_told_before_the_first_request(self) -> None:
        with self.assertRaises(RewardRefusedError) as caught:
            RewardClient(RewardService("http://127.0.0.1:1", "NO_SUCH_TOKEN"), EventWriter(self.events), self.progress)
        self.assertIn("NO_SUCH_TOKEN", str(caught.exception))

    def test_a_stop_request_does_not_wait_for_the_service(self) -> None:
        client = self.client(lambda _: (503, {}, {}))
        self.progress.stopping = True
        with self.assertRaises(StopRequested):
            client.score(REQUEST)
        self.assertEqual(self.authorizations, [])

    def test_an_absent_service_costs_the_retries_and_gives_none(self) -> None:
        service = RewardService("http://127.0.0.1:9", None, 1.0, 2)
        client = RewardClient(service, EventWriter(self.events), self.progress)
        self.assertEqual(client.score(REQUEST), ([None, None], []))
        self.assertEqual(self.waits, [0.5, 1.0, 0.0])
