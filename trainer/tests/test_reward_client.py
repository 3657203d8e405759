import contextlib
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

from safemed_trainer import reward_http
from safemed_trainer.events import EventWriter
from safemed_trainer.progress import Progress, StopRequested
from safemed_trainer.reward_client import RewardClient
from safemed_trainer.reward_http import RewardRefusedError
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
        sleep = mock.patch.object(reward_http.time, "sleep", self.waited)
        sleep.start()
        self.addCleanup(sleep.stop)
        self.waits: list[float] = []
        self.paths: list[str] = []

    def waited(self, seconds: float) -> None:
        self.waits.append(seconds)

    def client(self, answer: Answer, retries: int = 3, timeout: float = 5.0, deadline: float = 60.0) -> RewardClient:
        test = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                test.paths.append(self.path)
                self.do_POST()

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["content-length"] or 0))
                test.authorizations.append(self.headers["authorization"])
                status, headers, body = answer(len(test.authorizations))
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                if callable(body):
                    body(self.wfile.write)
                else:
                    self.wfile.write(body if isinstance(body, bytes) else json.dumps(body).encode())

            def log_message(self, *_: Any) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        service = RewardService(
            f"http://127.0.0.1:{server.server_address[1]}",
            "TEST_TOKEN",
            timeout,
            retries,
            deadline_s=deadline,
        )
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
            {"rewards": [1, 2], "extra": [{}]},
            {"rewards": {"0": 1, "1": 2}},
            {"rewards": [[1], 2]},
            {"error": "busy"},
            b"<html>502 Bad Gateway</html>",
            b"\xff\xfe",
            b"[" * 100_000,
            b'{"rewards": [1e999, 1]}',
            b'{"rewards": [%s, 1]}' % (b"9" * 400),
            b'{"rewards": [1, 2',
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
        self.progress.reason = "request"
        with self.assertRaises(StopRequested):
            client.score(REQUEST)
        self.assertEqual(self.authorizations, [])

    def test_an_absent_service_costs_the_retries_and_gives_none(self) -> None:
        service = RewardService("http://127.0.0.1:9", None, 1.0, 2)
        client = RewardClient(service, EventWriter(self.events), self.progress)
        self.assertEqual(client.score(REQUEST), ([None, None], []))
        self.assertEqual(self.waits, [0.5, 1.0, 0.0])

    def test_a_strange_wish_for_a_pause_is_not_obeyed(self) -> None:
        for wish in ("-5", "nan", "inf", "soon"):
            client = self.client(lambda n, wish=wish: (429, {"retry-after": wish}, {}), retries=1)
            with self.subTest(wish):
                self.assertEqual(client.score(REQUEST), ([None, None], []))
        self.assertEqual(set(self.waits), {0.5, 0.0})

    def test_a_batch_has_a_deadline_whatever_the_service_does(self) -> None:
        def drip(write: Callable[[bytes], Any]) -> None:
            with contextlib.suppress(OSError):  # until the client has had enough
                while not threading.Event().wait(0.05):
                    write(b" ")

        dripping = self.client(lambda _: (200, {}, drip), retries=50, timeout=0.2, deadline=0.5)
        self.assertEqual(dripping.score(REQUEST), ([None, None], []))
        self.assertLessEqual(len(self.errors()), 4)
        failing = self.client(lambda _: (503, {"retry-after": "20"}, {}), retries=50, deadline=10.0)
        self.assertEqual(failing.score(REQUEST), ([None, None], []))
        self.assertEqual(max(self.waits), 0.0)

    def test_a_redirect_is_refused_and_never_given_the_token(self) -> None:
        client = self.client(lambda _: (307, {"location": "/elsewhere"}, {}))
        with self.assertRaises(RewardRefusedError):
            client.score(REQUEST)
        self.assertEqual(len(self.authorizations), 1)

    def test_the_run_waits_for_the_service_before_its_first_step(self) -> None:
        client = self.client(lambda n: (503, {}, {}) if n < 3 else (200, {}, {"ready": True}))
        client.warm_up()
        self.assertEqual(self.paths, ["/health"] * 3)

    def test_a_service_without_a_health_route_is_taken_as_it_is(self) -> None:
        self.client(lambda _: (404, {}, {})).warm_up()
        self.assertEqual(self.waits, [])

    def test_a_service_that_is_not_there_or_locked_ends_the_run_before_its_first_step(self) -> None:
        service = RewardService("http://127.0.0.1:9/secret", None, 1.0, 1)
        absent = RewardClient(service, EventWriter(self.events), self.progress)
        for client in (absent, self.client(lambda _: (401, {}, {}))):
            with self.assertRaises(RewardRefusedError) as caught:
                client.warm_up()
            self.assertNotIn("secret", str(caught.exception))
