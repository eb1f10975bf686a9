"""Faults on demand, usage plans, stop and start."""

import gzip
import json
import time
from http.client import BadStatusLine, HTTPConnection, IncompleteRead
from urllib.parse import urlsplit

from .. import Simulator
from ..faults import KINDS
from .common import ORDERS, SimulatorCase


class TestFaults(SimulatorCase):
    """``sim.faults``."""

    def setUp(self):
        super().setUp()
        self.ref = self.world.place_order()
        self.link()

    def fail(self, kind, operation="searchOrders", **more):
        self.sim.faults.add(operation, kind, **more)
        return self.search()

    def test_answers_in_place(self):
        expected = {
            "throttled": (429, "QuotaExceeded"),
            "throttled_message": (429, '{"message":"Too Many Requests"}'),
            "server_error": (500, "InternalFailure"),
            "empty": (502, ""),
            "html": (503, "<html>"),
            "wrong_shape": (200, "{}"),
            "forbidden": (403, "AccessDenied"),
            "forbidden_message": (403, '{"message":"Forbidden"}'),
            "unauthorized": (401, "Unauthorized"),
        }
        for kind, (status, said) in expected.items():
            with self.subTest(kind):
                answer = self.fail(kind)
                self.assertEqual(answer.status, status)
                self.assertIn(said, answer.text)
                self.assertIn("x-amzn-requestid", answer.headers)
                self.assertEqual(self.sim.received[-1].fault, kind)
        self.assertEqual(self.found(), [self.ref], "all used up")

    def test_truncated(self):
        answer = self.fail("truncated")
        self.assertEqual(answer.status, 200)
        self.assertEqual(int(answer.headers["content-length"]), len(answer.text))
        with self.assertRaises(json.JSONDecodeError):
            answer.json  # noqa: B018

    def test_short_body(self):
        with self.assertRaises(IncompleteRead):
            self.fail("short_body")

    def test_connection_is_cut(self):
        for kind in ("reset", "lost"):
            with self.assertRaises((ConnectionResetError, BadStatusLine)):
                self.fail(kind)
        statuses = [call.status for call in self.sim.calls("searchOrders")]
        self.assertEqual(statuses, [None, 200], "lost was carried out, reset was not")

    def test_slow(self):
        start = time.monotonic()
        answer = self.fail("slow", seconds=0.2)
        self.assertGreaterEqual(time.monotonic() - start, 0.2)
        self.assertEqual(answer.status, 200)

    def test_silence_lasts_until_the_client_gives_up(self):
        for kind, served in (("timeout", None), ("timeout_after", 200)):
            self.sim.faults.add("searchOrders", kind)
            connection = HTTPConnection(urlsplit(self.sim.url).netloc, timeout=0.2)
            path = f"{ORDERS}?lastUpdatedAfter=2026-01-01T00:00:00Z"
            connection.request("GET", path, headers={"x-amz-access-token": self.access})
            with self.assertRaises(TimeoutError):
                connection.getresponse()
            connection.close()
            self.assertEqual(self.sim.calls("searchOrders")[-1].status, served, kind)

    def test_gzip_is_cut_short(self):
        answer = self.fail("cut_gzip")
        self.assertEqual(answer.status, 200)
        self.assertEqual(answer.headers["content-encoding"], "gzip")
        self.assertEqual(int(answer.headers["content-length"]), len(answer.raw))
        with self.assertRaises(EOFError):
            gzip.decompress(answer.raw)

    def test_drip(self):
        start = time.monotonic()
        answer = self.fail("drip", seconds=0.2)
        self.assertGreaterEqual(time.monotonic() - start, 0.15)
        self.assertEqual([o["orderId"] for o in answer.json["orders"]], [self.ref])

    def test_page_token_has_expired(self):
        answer = self.fail("stale_token")
        self.assertInvalid(answer, "expired")

    def test_consent_is_withdrawn_in_mid_run(self):
        self.assertEqual(self.search().status, 200)
        self.assertEqual(self.fail("revoked").status, 403)
        self.assertEqual(self.ask_token().json["error"], "invalid_grant")

    def test_order_stands_on_two_pages(self):
        self.world.place_order()
        first = self.search(maxResultsPerPage=1).json
        self.sim.faults.add("searchOrders", "doubled")
        token = first["pagination"]["nextToken"]
        second = self.search(maxResultsPerPage=1, paginationToken=token).json
        self.assertEqual(second["orders"][0], first["orders"][0])
        self.assertEqual(len(second["orders"]), 2)

    def test_order_moves_while_pages_are_read(self):
        other = self.world.place_order()
        first = self.search(maxResultsPerPage=1).json
        self.sim.faults.add("searchOrders", "moved")
        token = first["pagination"]["nextToken"]
        second = self.search(maxResultsPerPage=1, paginationToken=token).json
        self.assertEqual(second["orders"], [], "it is not in that window any more")
        bound = first["lastUpdatedBefore"]
        self.assertEqual(self.found(lastUpdatedAfter=bound), [other])

    def test_clock_is_wrong_for_one_call(self):
        for seconds in (60, -60):
            bound = self.fail("skewed", seconds=seconds).json["lastUpdatedBefore"]
            self.assertEqual(bound, self.ago(seconds=120 - seconds))
        self.assertEqual(self.search().status, 200)

    def test_times_after_and_any(self):
        self.sim.faults.add("*", "html", times=2, after=1)
        statuses = [self.search().status for _ in range(4)]
        self.assertEqual(statuses, [200, 503, 503, 200])

    def test_token_fails_too(self):
        self.sim.faults.add("token", "html")
        self.assertEqual(self.search().status, 200, "another operation")
        self.assertEqual(self.ask_token().status, 503)
        self.assertEqual(self.ask_token().status, 200)

    def test_clear_and_unknown(self):
        self.sim.faults.add("searchOrders", "html")
        self.sim.faults.clear()
        self.assertEqual(self.search().status, 200)
        with self.assertRaises(ValueError):
            self.sim.faults.add("searchOrders", "gremlins")
        self.assertIn("reset", KINDS)


class TestRates(SimulatorCase):
    """``sim.rates``."""

    def rate(self, answer):
        return answer.headers.get("x-amzn-ratelimit-limit")

    def test_generous_by_default(self):
        answers = [self.search() for _ in range(30)]
        self.assertEqual({answer.status for answer in answers}, {200})
        self.assertEqual(self.rate(answers[0]), "5.0")

    def test_set_rate(self):
        self.sim.rates["searchOrders"] = (0.5, 2)
        statuses = [self.search().status for _ in range(3)]
        self.assertEqual(statuses, [200, 200, 429])
        self.assertEqual(self.search().error["code"], "QuotaExceeded")
        self.clock.advance(seconds=2)
        answer = self.search()
        self.assertEqual((answer.status, self.rate(answer)), (200, "0.5"))
        self.assertEqual(self.search().status, 429)
        self.sim.rates["searchOrders"] = None
        answer = self.search()
        self.assertEqual((answer.status, self.rate(answer)), (200, None))

    def test_each_seller_and_operation_has_its_own(self):
        self.sim.rates["searchOrders"] = (0.01, 1)
        self.assertEqual([self.search().status for _ in range(2)], [200, 429])
        self.assertEqual(self.get(f"{ORDERS}/302-0000000-0000000").status, 404)
        self.link(self.world.sellers[1])
        self.assertEqual(self.search().status, 200)


class TestPublishedRates(TestRates):
    """Amazon's usage plans."""

    options = {"published_rates": True}

    def test_generous_by_default(self):
        statuses = [self.search().status for _ in range(21)]
        self.assertEqual(statuses, [200] * 20 + [429])
        self.clock.advance(seconds=178)
        self.assertEqual(self.search().status, 429)
        self.clock.advance(seconds=1)
        answer = self.search()
        self.assertEqual((answer.status, self.rate(answer)), (200, "0.0056"))

    def test_plans(self):
        path = "/sellers/v1/marketplaceParticipations"
        statuses = [self.get(path).status for _ in range(16)]
        self.assertEqual(statuses, [200] * 15 + [429])
        statuses = [self.get(f"{ORDERS}/302-1").status for _ in range(31)]
        self.assertEqual(statuses, [400] * 30 + [429])
        tokens = {self.ask_token().status for _ in range(40)}
        self.assertEqual(tokens, {200}, "tokens have no plan")


class TestServer(SimulatorCase):
    """The HTTP side."""

    def test_received(self):
        self.link()
        self.sim.received.clear()
        self.search(includedData="BUYER,TAX")
        (call,) = self.sim.received
        self.assertEqual(
            (call.operation, call.method, call.path, call.status),
            ("searchOrders", "GET", ORDERS, 200),
        )
        self.assertEqual(call.parameters["includedData"], "BUYER,TAX")
        self.assertEqual(call.at, self.clock())
        self.ask_token()
        (call,) = self.sim.calls("token")
        self.assertEqual(call.parameters["grant_type"], "refresh_token")

    def test_keep_alive(self):
        connection = HTTPConnection(urlsplit(self.sim.url).netloc, timeout=10)
        self.addCleanup(connection.close)
        sockets = set()
        for _ in range(3):
            connection.request("GET", ORDERS)
            self.assertEqual(connection.getresponse().read()[:1], b"{")
            sockets.add(connection.sock)
        self.assertEqual(len(sockets), 1)

    def test_stop_and_start_on_the_same_port(self):
        ref, url = self.world.place_order(), self.sim.url
        self.assertEqual(self.found(), [ref])
        kept = HTTPConnection(urlsplit(url).netloc, timeout=10)
        self.addCleanup(kept.close)
        kept.request("GET", ORDERS)
        kept.getresponse().read()
        self.sim.stop()
        with self.assertRaises(ConnectionRefusedError):
            self.search()
        with self.assertRaises((ConnectionError, BadStatusLine)):
            kept.sock.sendall(b"GET / HTTP/1.1\r\n\r\n")
            if not kept.sock.recv(1):
                raise ConnectionResetError("closed")
        self.sim.start()
        self.assertEqual(self.sim.url, url)
        self.assertEqual(self.found(), [ref], "the world went on, the token too")

    def test_loopback_only(self):
        for host in ("0.0.0.0", "192.0.2.1", "example.com", "", "::"):
            with self.assertRaises(ValueError, msg=host):
                Simulator(host=host)
        with Simulator(host="localhost") as sim:
            self.assertTrue(sim.url.startswith("http://localhost:"))

    def test_two_simulators_side_by_side(self):
        with Simulator(seed=2) as other:
            other.world.place_order()
            self.assertNotEqual(other.url, self.sim.url)
            self.assertEqual(self.found(), [])

    def test_too_large_a_body(self):
        answer = self.send(
            "POST", "/auth/o2/token", None, {"Content-Length": "99999999"}
        )
        self.assertEqual(answer.status, 413)
