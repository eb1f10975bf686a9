"""Check an answer: accept it as a whole, or say what is wrong with it.

Gateways answer with HTML, empty bodies and half a document; none of that may ever
pass for "no orders". So only the expected status with a whole, well-formed JSON
object that carries the expected block is a success.

Source: Amazon's "Usage Plans and Rate Limits" and the error lists of its API models.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from .errors import (
    ConfigError,
    NotFound,
    OutcomeUnknown,
    Rejected,
    SpApiError,
    Throttled,
    Unavailable,
)
from .operations import Operation
from .safe_text import safe_code, safe_text

_WRONG_REGION = re.compile(r"\bmarketplace.*\bregion\b", re.IGNORECASE | re.DOTALL)
_LONGEST_RETRY_AFTER = 10_800
# 4xx that concern the connection, not the request.
_PASSING = {407: "network", 408: "timeout", 421: "server", 425: "server"}

_MESSAGES = {
    "network": "Amazon can not be reached.",
    "timeout": "Amazon did not answer in time.",
    "server": "Amazon has a problem on its side.",
    "answer": "Amazon's answer can not be trusted: it is not whole or not as agreed.",
}


@dataclass(frozen=True)
class Answer:
    """What came back over the wire.

    ``status`` is None when nothing did. ``lost`` is None when the answer is
    complete, else a reason of `Unavailable`. ``sent`` is False when the request has
    certainly not reached the server.
    """

    status: int | None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = field(default=b"", repr=False)
    lost: str | None = None
    sent: bool = True
    duration_ms: int = 0

    @property
    def request_id(self) -> str | None:
        """The API's name for the call, or the storage's."""
        stated = self.headers.get("x-amzn-RequestId")
        return safe_code(stated or self.headers.get("x-amz-request-id"))

    @property
    def has_begun(self) -> bool:
        """Whether there was a body, be it whole or not."""
        return bool(self.body or self.lost)

    @property
    def retry_after(self) -> float | None:
        """Seconds of a ``Retry-After`` header; None when absent or not a number."""
        stated = self.headers.get("Retry-After", "").strip()
        if not re.fullmatch(r"[0-9]{1,9}", stated, re.ASCII):
            return None
        return float(min(int(stated), _LONGEST_RETRY_AFTER)) or None


class NotJson(ValueError):
    """The body is not one well-formed JSON document."""


def decode(body: bytes) -> object:
    """Strict JSON: UTF-8, exact decimals, no NaN, no key twice.

    :raise NotJson: for everything else
    """
    try:
        return json.loads(
            body.decode(),
            parse_float=Decimal,
            parse_constant=_refuse_constant,
            object_pairs_hook=_unique_keys,
        )
    except (ValueError, RecursionError, ArithmeticError):
        raise NotJson("The body is not well-formed JSON.") from None


def _refuse_constant(name: str):
    raise ValueError(name)


def _unique_keys(pairs: list[tuple[str, object]]) -> dict:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("A key is there twice.")
    return fields


def read_answer(operation: Operation, answer: Answer) -> dict:
    """Check and return the result of a call.

    :return: the JSON object of the answer, ``{}`` where no content is expected
    :raise SpApiError: the branch of the tree that fits, see `errors`
    """
    if answer.status is None:
        raise _lost(operation, answer, answer.lost or "answer")
    if answer.status != operation.status:
        raise _refusal(operation, answer)
    if operation.key is None:
        return {}
    payload = object_in(answer)
    if (
        payload is None
        or payload.get("errors")
        or not isinstance(payload.get(operation.key), operation.kind)
    ):
        raise _lost(operation, answer, answer.lost or "answer")
    return payload


def object_in(answer: Answer) -> dict | None:
    """The JSON object of the body; None when it is not whole or something else."""
    if answer.lost:
        return None
    try:
        payload = decode(answer.body)
    except NotJson:
        return None
    return payload if isinstance(payload, dict) else None


def _refusal(operation: Operation, answer: Answer) -> SpApiError:
    status, payload = answer.status or 0, object_in(answer)
    code, message = stated_error(payload)
    facts = _facts(operation, answer, code)
    if status == 429:
        return Throttled(
            "Amazon asks to slow down.", retry_after=answer.retry_after, **facts
        )
    if status in _PASSING:
        return _lost(operation, answer, _PASSING[status], code)
    if status in (401, 403, 404) and payload is None and answer.has_begun:
        return _lost(operation, answer, "answer")
    if status in (400, 401, 403) and _WRONG_REGION.search(message):
        return ConfigError(
            "The marketplace or the account belongs to another region.",
            reason="region",
            **facts,
        )
    if status in (401, 403):
        return ConfigError(
            "Amazon denies access: the application lacks a role for this, or the "
            "seller has to authorise it again.",
            reason="role",
            **facts,
        )
    if status == 404:
        return NotFound("Amazon does not know this for the seller.", **facts)
    if 400 <= status < 500:
        said = f": {message}" if message else "."
        return Rejected(f"Amazon refused the call{said}", **facts)
    return _lost(operation, answer, "server" if status >= 500 else "answer", code)


def _lost(
    operation: Operation, answer: Answer, reason: str, code: str | None = None
) -> SpApiError:
    """The error for a lost answer: harmless for a read, open outcome for a write."""
    facts = _facts(operation, answer, code)
    if answer.sent and not operation.idempotent:
        return OutcomeUnknown(
            "The answer was lost: it is not known whether Amazon carried this out.",
            **facts,
        )
    return Unavailable(
        _MESSAGES[reason], reason=reason, retry_after=answer.retry_after, **facts
    )


def _facts(operation: Operation, answer: Answer, code: str | None) -> dict:
    return {
        "operation": operation.name,
        "status": answer.status,
        "code": code,
        "request_id": answer.request_id,
    }


def stated_error(payload: object) -> tuple[str | None, str]:
    """Code and safe message of an error answer, in any of the forms Amazon uses:
    ``{"errors": [{…}]}``, ``{"error": {…}}``, ``{"message": …}``, ``{"error": code}``.
    """
    if not isinstance(payload, dict):
        return None, ""
    errors, error = payload.get("errors"), payload.get("error")
    if isinstance(errors, list) and errors and isinstance(errors[0], dict):
        payload = errors[0]
    elif isinstance(error, dict):
        payload = error
    code = payload.get("code") or payload.get("error")
    return safe_code(code), safe_text(payload.get("message"))
