"""The words the tests are told in: an Amazon on loopback, a clock, some orders."""

from __future__ import annotations

import json
import logging
import socket
import struct
import threading
import time
import unittest
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from .. import Credentials, Order, SellingPartner, forget_tokens, parse_order

CLIENT_ID = "amzn1.application-oa2-client.0a1b2c3d4e5f"
CLIENT_SECRET = "amzn1.oa2-cs.v1.5ec2e7"
REFRESH_TOKEN = "Atzr|IwEBIrefresh"
ACCESS_TOKEN = "Atza|IwEBIaccess"
SECRETS = (CLIENT_SECRET, REFRESH_TOKEN, ACCESS_TOKEN)

NOON = datetime(2026, 11, 20, 12, 0, 0, tzinfo=timezone.utc)
SINCE = datetime(2026, 11, 20, 9, 15, 0, 123456, tzinfo=timezone.utc)
GERMANY = "A1PA6795UKMFR9"
ORDER_ID = "302-1111111-2222222"
RESET = object()


class Clock:
    """Stands still until it is moved."""

    def __init__(self, now: datetime = NOON):
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def pass_seconds(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass(frozen=True)
class Reply:
    """An answer of our Amazon; a dict is sent as JSON."""

    status: int = 200
    body: dict | list | str | bytes = b""
    headers: dict = field(default_factory=dict)

    def content(self) -> bytes:
        if isinstance(self.body, bytes):
            return self.body
        text = self.body if isinstance(self.body, str) else json.dumps(self.body)
        return text.encode()


@dataclass(frozen=True)
class Drip:
    """An answer whose body comes byte by byte."""

    head: bytes
    body: bytes
    pause: float


@dataclass(frozen=True)
class Call:
    """A request that arrived."""

    method: str
    path: str
    query: dict
    headers: dict
    body: bytes


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def setup(self):
        self.server.amazon.connections += 1
        super().setup()

    def do_GET(self):
        url = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        headers = {name.lower(): value for name, value in self.headers.items()}
        query = dict(parse_qsl(url.query, keep_blank_values=True))
        call = Call(self.command, url.path, query, headers, self.rfile.read(length))
        self._give(self.server.amazon.reply_to(call))

    do_POST = do_PUT = do_PATCH = do_GET

    def _give(self, reply):
        if callable(reply):
            reply = reply()
        if reply is RESET:
            linger = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.close_connection = True
        elif isinstance(reply, bytes):
            self.wfile.write(reply)
            self.close_connection = True
        elif isinstance(reply, Drip):
            self.wfile.write(reply.head)
            for byte in reply.body:
                self.wfile.write(bytes([byte]))
                time.sleep(reply.pause)
            self.close_connection = True
        else:
            content = reply.content()
            self.send_response(reply.status)
            for name, value in {
                "Content-Length": len(content),
                **reply.headers,
            }.items():
                self.send_header(name, str(value))
            self.end_headers()
            self.wfile.write(content)

    def log_message(self, *_args):
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, *_args):
        """A client that went away is part of the stories told here."""


class FakeAmazon:
    """A server on loopback. It signs everybody in and answers what it was told to:
    a `Reply`, raw bytes, ``RESET``, or a function that gives one of them.
    """

    def __init__(self):
        self.calls: list[Call] = []
        self.token_calls: list[Call] = []
        self.connections = 0
        self.replies: list = []
        self.token_replies: list = []
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.amazon = self
        threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        ).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def reply_to(self, call: Call):
        if call.path == "/auth/o2/token":
            self.token_calls.append(call)
            if self.token_replies:
                return self.token_replies.pop(0)
            token = f"{ACCESS_TOKEN}{len(self.token_calls)}"
            return Reply(200, {"access_token": token, "expires_in": 3600})
        self.calls.append(call)
        return self.replies.pop(0) if self.replies else Reply(500, "not told")


class AmazonCase(unittest.TestCase):
    """A fresh Amazon, a clock at noon and no token in the cache."""

    def setUp(self):
        self.clock = Clock()
        self.amazon = FakeAmazon()
        self.addCleanup(self.amazon.close)
        forget_tokens()
        self.addCleanup(forget_tokens)
        self.records = []
        self._hush(logging.getLogger(__package__.rpartition(".")[0]))

    def _hush(self, logger):
        level = logger.level
        logger.setLevel(logging.CRITICAL)
        self.addCleanup(logger.setLevel, level)

    def seller(self, **changes) -> SellingPartner:
        options = {
            "credentials": Credentials(CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN),
            "region": "eu",
            "environment": "simulator",
            "simulator_url": self.amazon.url,
            "clock": self.clock,
            "on_call": self.records.append,
        }
        partner = SellingPartner(**{**options, **changes})
        self.addCleanup(partner.close)
        return partner

    def amazon_answers(self, *replies) -> None:
        self.amazon.replies = list(replies)

    def search(self, partner: SellingPartner | None = None, **changes):
        partner = partner or self.seller()
        options = {"marketplace_ids": [GERMANY], "last_updated_after": SINCE}
        return partner.search_orders(**{**options, **changes})

    def failure_of(self, error_class, call, *args, **kwargs):
        """The error that a call must raise; exactly this class, with clean hands."""
        with self.assertRaises(error_class) as caught:
            call(*args, **kwargs)
        self.assertIs(type(caught.exception), error_class)
        return caught.exception


def page(*orders: dict, **more) -> Reply:
    return Reply(200, {"orders": list(orders), **more})


def refusal(status: int, code: str, message: str = "", **headers) -> Reply:
    error = {"code": code, "message": message, "details": ""}
    return Reply(status, {"errors": [error]}, headers)


def money(amount: str, currency: str = "EUR") -> dict:
    return {"amount": amount, "currencyCode": currency}


def item_json(item_id: str = "12345678901234", **changes) -> dict:
    item = {
        "orderItemId": item_id,
        "quantityOrdered": 2,
        "product": {"asin": "B000000001", "sellerSku": "SKU-1", "title": "Mug"},
        "proceeds": {
            "proceedsTotal": money("27.98"),
            "breakdowns": [
                {"type": "ITEM", "subtotal": money("23.98")},
                {"type": "SHIPPING", "subtotal": money("4.00")},
            ],
        },
    }
    return {**item, **changes}


def order_json(order_id: str = ORDER_ID, **changes) -> dict:
    order = {
        "orderId": order_id,
        "createdTime": "2026-11-18T09:15:00.123Z",
        "lastUpdatedTime": "2026-11-18T09:47:10.004Z",
        "salesChannel": {"channelName": "AMAZON", "marketplaceId": GERMANY},
        "proceeds": {"grandTotal": money("27.98")},
        "fulfillment": {"fulfillmentStatus": "UNSHIPPED", "fulfilledBy": "MERCHANT"},
        "orderItems": [item_json()],
    }
    return {**order, **changes}


def read_order(**changes) -> Order:
    order = parse_order(order_json(**changes))
    assert isinstance(order, Order), order
    return order


def at(*parts: int, ms: int = 0) -> datetime:
    """A moment in UTC: year, month, day, hour, minute, second."""
    return datetime(*parts, microsecond=ms * 1000, tzinfo=timezone.utc)
