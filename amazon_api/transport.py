"""From an operation to its checked answer: throttle, auth, send, judge.

Nothing here sleeps or tries again by itself, but for one thing: a token that Amazon
no longer accepts is replaced once.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from urllib.parse import quote, urlencode

from .answers import Answer, read_answer
from .errors import OutcomeUnknown, Rejected, SpApiError, Throttled
from .operations import Operation
from .throttle import Throttle
from .wire import Wire


class Transport:
    """Calls operations of one seller in one region.

    :param wire: carries the bytes
    :param str api: base URL of the region, without final slash
    :param tokens: `TokenSource` of the seller
    :param throttle: `Throttle` of the seller and region
    :param clock: function that returns the current aware UTC datetime
    """

    def __init__(self, wire: Wire, api: str, tokens, throttle: Throttle, clock):
        self._wire = wire
        self._api = api
        self._tokens = tokens
        self._throttle = throttle
        self._clock: Callable[[], datetime] = clock

    def close(self) -> None:
        """End the job in good order."""
        self._throttle.close()

    def call(
        self,
        operation: Operation,
        path: str,
        params: dict[str, str] | None = None,
        body: bytes | None = None,
        tokens=None,
    ) -> dict:
        """Call Amazon once, or twice when the first token was no longer accepted.

        :param path: percent-encoded path, starting with a slash
        :param params: query parameters; those that are None are left out
        :param tokens: `RestrictedTokens` for an operation that shows personal data;
            None: the seller's own
        :return: the whole, checked JSON object
        :raise SpApiError: see `errors`; `Throttled` before any byte is sent when our
            own count of the quota says so
        """
        url = self._api + _safe_path(operation, path) + _query(params)
        self._throttle.check(operation.name)
        tokens = tokens or self._tokens
        token = tokens.get()
        try:
            return self._attempt(operation, url, token.value, body)
        except SpApiError as failure:
            if failure.status not in (401, 403):
                raise
            tokens.drop(token)
            if isinstance(failure, OutcomeUnknown):
                raise
            denied = failure
        if token.is_fresh or getattr(denied, "reason", None) == "region":
            raise denied
        return self._attempt(operation, url, tokens.get().value, body)

    def _attempt(
        self, operation: Operation, url: str, token: str, body: bytes | None
    ) -> dict:
        self._throttle.take(operation.name)
        headers = {
            "x-amz-access-token": token,
            "x-amz-date": self._clock().strftime("%Y%m%dT%H%M%SZ"),
        }
        if body is not None:
            headers["Content-Type"] = "application/json"
        answer = self._wire.send(operation.method, url, headers, body)
        error = None
        try:
            return read_answer(operation, answer)
        except SpApiError as failure:
            error = failure
            raise
        finally:
            self._wire.report(operation.name, operation.method, answer, error)
            self._learn(operation.name, answer, error)

    def _learn(self, name: str, answer: Answer, error: SpApiError | None) -> None:
        """Adopt what the answer says about the quota, be it a success or an error."""
        self._throttle.state_rate(name, answer.headers.get("x-amzn-RateLimit-Limit"))
        if isinstance(error, Throttled):
            error.retry_at = self._throttle.refused(name, error.retry_after)
            error.retry_after = (error.retry_at - self._clock()).total_seconds()


def _safe_path(operation: Operation, path: str) -> str:
    """Refuse empty and dotted segments, which would lead to another address."""
    if any(segment in ("", ".", "..") for segment in path.split("/")[1:]):
        raise Rejected("A reference can not stand in a URL.", operation=operation.name)
    return path


def _query(params: dict[str, str] | None) -> str:
    stated = {
        name: value for name, value in (params or {}).items() if value is not None
    }
    return "?" + urlencode(stated, quote_via=quote, safe=",") if stated else ""
