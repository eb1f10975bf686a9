"""What may come over the wire in place of an answer. Nothing of it is "no orders"."""

import gzip
import json
import socket
import time
from unittest import mock

from .. import Unavailable, deadline
from .. import wire as wire_module
from .common import RESET, AmazonCase, Drip, Reply, order_json, page

WHOLE = json.dumps({"orders": [order_json()]}).encode()


def raw(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    lines = [f"HTTP/1.1 {status}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def zipped(body: bytes = WHOLE, cut: int = 0) -> Reply:
    content = gzip.compress(body)
    return Reply(200, content[: len(content) - cut], {"Content-Encoding": "gzip"})


class TestAnswers(AmazonCase):
    def assert_unavailable(self, reply, reason):
        with self.subTest(str(reply)[:80]):
            self.amazon_answers(reply)
            error = self.failure_of(Unavailable, self.search)
            self.assertEqual(error.reason, reason)
            self.assertEqual(self.records[-1].error, "Unavailable")

    def test_broken_answers(self):
        half = WHOLE[: len(WHOLE) // 2]
        for reply in (
            Reply(200, b""),
            Reply(200, "<html>Sorry</html>"),
            Reply(200, half),
            Reply(200, WHOLE + b"}"),
            Reply(200, b"\xff\xfe" + WHOLE),
            Reply(200, "[]"),
            Reply(200, [{"orders": []}]),
            Reply(200, "null"),
            Reply(200, "{}"),
            Reply(200, {"payload": {"orders": []}}),
            Reply(200, {"orders": {}}),
            Reply(200, {"orders": None}),
            Reply(200, {"orders": [], "errors": [{"code": "InternalFailure"}]}),
            Reply(200, '{"orders": [], "orders": []}'),
            Reply(200, '{"orders": [], "x": NaN}'),
            Reply(200, '{"orders": [], "x": -Infinity}'),
            Reply(200, '{"orders": [], "x": ' + "[" * 100_000),
            Reply(201, {"orders": []}),
            Reply(204),
            Reply(206, WHOLE),
            Reply(302, "", {"Location": f"{self.amazon.url}/elsewhere"}),
            Reply(304),
            Reply(404, "<html>Not here</html>"),
        ):
            self.assert_unavailable(reply, "answer")

    def test_cut_off_bodies(self):
        chunk = b"%x\r\n%s\r\n" % (len(WHOLE), WHOLE)
        length = f"Content-Length: {len(WHOLE)}"
        for reply in (
            raw(WHOLE[:-9], length),
            raw(b"", length),
            raw(WHOLE + b"  ", f"Content-Length: {len(WHOLE) + 9}"),
            raw(WHOLE, "Content-Length: many"),
            raw(chunk, "Transfer-Encoding: chunked"),
            raw(chunk[:40], "Transfer-Encoding: chunked"),
            raw(b"zz\r\n", "Transfer-Encoding: chunked"),
        ):
            self.assert_unavailable(reply, "answer")

    def test_broken_compression(self):
        for cut in (1, 4, 8, 12, 60):
            self.assert_unavailable(zipped(cut=cut), "answer")
        encodings = {"Content-Encoding": "gzip"}, {"Content-Encoding": "br"}
        for headers in encodings:
            self.assert_unavailable(Reply(200, WHOLE, headers), "answer")

    def test_bodies_beyond_all_measure(self):
        with mock.patch.object(wire_module, "_LARGEST_BODY", len(WHOLE) - 1):
            self.assert_unavailable(Reply(200, WHOLE), "answer")
            self.assert_unavailable(zipped(), "answer")
        with mock.patch.object(wire_module, "_LARGEST_BODY", len(WHOLE)):
            self.amazon_answers(Reply(200, WHOLE), zipped())
            self.search()
            self.search()

    def test_whole_answers(self):
        chunks = b"5\r\n%s\r\n%x\r\n%s\r\n0\r\n\r\n"
        for reply in (
            Reply(200, WHOLE),
            Reply(200, WHOLE, {"Content-Type": "text/plain"}),
            Reply(200, WHOLE, {"Content-Type": "application/json;charset=UTF-8"}),
            Reply(200, WHOLE, {"Content-Encoding": "identity"}),
            Reply(200, {"orders": [order_json()], "errors": []}),
            zipped(),
            raw(WHOLE, "Connection: close"),
            raw(
                chunks % (WHOLE[:5], len(WHOLE) - 5, WHOLE[5:]),
                "Transfer-Encoding: chunked",
            ),
        ):
            with self.subTest(str(reply)[:80]):
                self.amazon_answers(reply)
                self.assertEqual(len(self.search().orders), 1)

    def test_no_redirect_is_followed(self):
        target = {"Location": f"{self.amazon.url}/orders/2026-01-01/orders?x=1"}
        for status in (301, 302, 303, 307, 308):
            self.assert_unavailable(Reply(status, "", target), "answer")
        self.assertEqual(len(self.amazon.calls), 5)

    def test_errors_at_amazon(self):
        for reply in (
            Reply(500, {"error": {"code": "InternalFailure"}}),
            Reply(500, {"errors": []}),
            Reply(502),
            Reply(503, "<html>Service Unavailable</html>"),
            Reply(504, {"message": "Endpoint request timed out"}),
            raw(b"<ht", "Content-Length: 900", status="503 Busy"),
        ):
            self.assert_unavailable(reply, "server")

    def test_amazon_says_when_to_come_back(self):
        self.amazon_answers(Reply(503, "", {"Retry-After": "30"}))
        self.assertEqual(self.failure_of(Unavailable, self.search).retry_after, 30)

    def test_connection_is_lost(self):
        self.assert_unavailable(RESET, "network")
        self.assert_unavailable(b"", "network")
        self.assert_unavailable(b"HTTP/1.1 nonsense\r\n\r\n", "network")

    def test_slow_answers(self):
        def later():
            time.sleep(0.3)
            return page()

        def half_later():
            return raw(b"", "Content-Length: 900") if not time.sleep(0.3) else b""

        with mock.patch.object(wire_module, "TIMEOUT", (0.1, 0.1)):
            self.assert_unavailable(later, "timeout")
            self.assert_unavailable(half_later, "timeout")

    def test_answer_that_drips_does_not_hold_a_worker_for_ever(self):
        """Each byte comes in time, and all of them would take hours."""
        for more in ("X-More: 1", "Connection: close"):
            head = raw(b"", f"Content-Length: {len(WHOLE)}", more)
            with mock.patch.object(deadline, "LONGEST_BODY", 0.2):
                began = time.monotonic()
                self.assert_unavailable(Drip(head, WHOLE, 0.05), "timeout")
                self.assertLess(time.monotonic() - began, 5)
        self.amazon_answers(Reply(200, WHOLE))
        self.assertEqual(len(self.search().orders), 1)

    def test_nobody_listens(self):
        with socket.socket() as spare:
            spare.bind(("127.0.0.1", 0))
            port = spare.getsockname()[1]
        seller = self.seller(simulator_url=f"http://127.0.0.1:{port}")
        error = self.failure_of(Unavailable, self.search, seller)
        self.assertEqual(error.reason, "network")
