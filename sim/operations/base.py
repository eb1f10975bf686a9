"""What every operation is made of."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import unquote


class ApiError(Exception):
    """An answer of the form ``{"errors": [{code, message, details}]}``."""

    def __init__(self, status, code, message, details=""):
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.details = details

    def body(self):
        """Return the error list as Amazon writes it."""
        error = {"code": self.code, "message": self.message, "details": self.details}
        return {"errors": [error]}


def invalid(message, details=""):
    """Build the 400 that Amazon gives for bad parameters."""
    return ApiError(400, "InvalidInput", message, details)


@dataclass
class Answer:
    """The answer: a JSON body (or none) with a status."""

    status: int = 200
    body: object = None
    headers: dict = field(default_factory=dict)

    def payload(self):
        """Return the bytes of the body."""
        if self.body is None:
            return b""
        if isinstance(self.body, bytes):
            return self.body
        return json.dumps(self.body, ensure_ascii=False).encode()


@dataclass
class Call:
    """One call of an operation, already authorised."""

    world: object
    seller: object
    path: dict
    query: list  # of (name, value), in the order sent
    headers: dict
    body: bytes = b""
    url: str = ""  # where the simulator itself is reached
    plan: str | None = None  # the usage plan that it counted for
    remarks: list | None = None  # None: a strict simulator, which refuses instead

    def tolerate(self, refusal):
        """Note what Amazon's documentation does not know and Amazon evidently takes.

        :param refusal: the ApiError of a strict simulator, which raises it
        """
        if self.remarks is None:
            raise refusal
        self.remarks.append(f"{refusal.message} {refusal.details}".strip())


@dataclass(frozen=True)
class Operation:
    """One operation of the API: where it is reached, its limits, who answers."""

    name: str
    method: str
    template: str  # "/orders/2026-01-01/orders/{orderId}", as in Amazon's models
    handler: Callable
    rate: float | None = None  # published requests per second; None: no limit
    burst: int | None = None
    roles: tuple = ()  # one of them is needed
    needs_token: bool = True
    plans: dict = field(default_factory=dict)  # variant -> (rate, burst)
    variant_of: Callable | None = None  # call -> variant, "": the usual plan

    def plan_of(self, call):
        """Name the usage plan that a call counts for."""
        variant = self.variant_of(call) if self.variant_of else ""
        return f"{self.name}/{variant}" if variant in self.plans else self.name

    def match(self, path):
        """Return the path parameters, or None when `path` is another operation's."""
        pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(self.template))
        found = re.fullmatch(pattern, path)
        if not found:
            return None
        return {name: unquote(text) for name, text in found.groupdict().items()}
