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
    # of the document store
    "expired_url": (403, _XML, store_error("AccessDenied", "Request has expired")),
    "busy_store": (
        503,
        _XML,
        store_error("SlowDown", "Please reduce your request rate."),
    ),
}
# the operation is carried out, its answer does not arrive whole, or late
SPOILED = ("truncated", "short_body", "lost", "slow")
# the connection is closed, nothing happens
CUT = ("reset",)
KINDS = (*ANSWERS, *SPOILED, *CUT)


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
        :param seconds: how long a ``slow`` answer takes
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
