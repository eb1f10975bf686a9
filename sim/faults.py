"""Failures on demand: ``sim.faults.add("searchOrders", "html", times=2)``."""

import json
from dataclasses import dataclass


def _errors(code, message, details=""):
    body = {"errors": [{"code": code, "message": message, "details": details}]}
    return json.dumps(body).encode()


_DENIED = "Access to requested resource is denied."
_HTML = (
    b"<html><head><title>503 Service Temporarily Unavailable</title></head>"
    b"<body><center><h1>503 Service Temporarily Unavailable</h1></center></body></html>"
)
_JSON, _XML = "application/json", "application/xml"


def store_error(code, message):
    """Write an error as the document store does, which is S3."""
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    text = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    return f"{head}\n{text}".encode()


# kind -> status, content type, body: sent in place of the answer, nothing happens
ANSWERS = {
    "throttled": (
        429,
        _JSON,
        _errors("QuotaExceeded", "You exceeded your quota for the requested resource."),
    ),
    "throttled_message": (429, _JSON, b'{"message":"Too Many Requests"}'),
    "server_error": (
        500,
        _JSON,
        _errors(
            "InternalFailure", "We encountered an internal error. Please try again."
        ),
    ),
    "empty": (502, None, b""),
    "html": (503, "text/html", _HTML),
    "wrong_shape": (200, _JSON, b"{}"),
    "forbidden": (403, _JSON, _errors("AccessDenied", _DENIED)),
    "forbidden_message": (403, _JSON, b'{"message":"Forbidden"}'),
    "unauthorized": (
        401,
        _JSON,
        _errors("Unauthorized", _DENIED, "The access token you provided has expired."),
    ),
    "stale_token": (
        400,
        _JSON,
        _errors("InvalidInput", "paginationToken has expired"),
    ),
    # of the document store
    "expired_url": (403, _XML, store_error("AccessDenied", "Request has expired")),
    "busy_store": (
        503,
        _XML,
        store_error("SlowDown", "Please reduce your request rate."),
    ),
}
# the operation is carried out, its answer does not arrive whole, or late
SPOILED = (
    "truncated",  # half of it, and the length says that this is all
    "short_body",  # half of it, then the connection is closed
    "cut_gzip",  # compressed, and its end is missing
    "lost",  # the connection is reset before a byte of it
    "timeout_after",  # no byte of it, until the client gives up
    "slow",  # after so many seconds
    "drip",  # byte for byte, for so many seconds
)
# nothing is carried out: the connection is reset, or silent until the client gives up
CUT = ("reset", "timeout")
# the call is carried out as always, in a world that has changed a moment before
EFFECTS = (
    "revoked",  # the sellers have withdrawn their consent
    "moved",  # the newest order has just changed again
    "skewed",  # Amazon's clock is so many seconds ahead, for this call
    "doubled",  # a page of orders repeats the last one of the page before
    "unkept",  # a shipment is taken with 204, and nothing of it is kept
)
KINDS = (*ANSWERS, *SPOILED, *CUT, *EFFECTS)


@dataclass
class Fault:
    """A failure that waits for its call."""

    operation: str
    kind: str
    times: int = 1
    after: int = 0
    seconds: float = 0


class Faults:
    """A queue of failures; the first that fits a call is used up by it."""

    def __init__(self):
        self.waiting = []

    def add(self, operation, kind, times=1, after=0, seconds=0):
        """Let calls of `operation` ("*": of any) fail.

        :param times: how many calls fail
        :param after: how many calls pass before
        :param seconds: how long a ``slow`` or ``drip`` answer takes, how far ahead
            a ``skewed`` clock is
        """
        if kind not in KINDS:
            raise ValueError(f"No such fault: {kind}. There are: {', '.join(KINDS)}")
        self.waiting.append(Fault(operation, kind, times, after, seconds))

    def clear(self):
        """Forget what has not struck yet."""
        self.waiting.clear()

    def strike(self, operation):
        """Return the fault that meets this call, or None."""
        for fault in self.waiting:
            if fault.operation not in ("*", operation):
                continue
            if fault.after:
                fault.after -= 1
                continue
            fault.times -= 1
            if fault.times <= 0:
                self.waiting.remove(fault)
            return fault
        return None


def take_effect(world, fault):
    """Change the world as the fault says, before the call is carried out."""
    if fault.kind == "revoked":
        for seller in world.sellers:
            seller.consent_revoked = True
    elif fault.kind == "moved" and world.orders:
        newest = max(world.orders.values(), key=lambda order: order.updated)
        world.touch(newest.ref)


class LastPage:
    """Remembers the last page of orders, for a page that is to repeat some of it."""

    def __init__(self):
        self._orders = []

    def pass_on(self, body, fault):
        """Let the body of an answer go out, or spoil it as the fault says."""
        orders = isinstance(body, dict) and body.get("orders")
        if not isinstance(orders, list):
            return
        if fault and fault.kind == "doubled":
            body["orders"] = self._orders[-1:] + orders
        self._orders = orders
