"""What can go wrong with a call to Amazon's Selling Partner API.

Two questions decide the branch: does it help to try again, and who must act?

::

    SpApiError
    ├── Retryable            try again later, nobody needs to act
    │   ├── Throttled        the quota is used up; says when to come back
    │   ├── Unavailable      reason: network, timeout, server, answer
    │   ├── LinkExpired      the address of a document is over; make a new one
    │   └── ReportFailed     Amazon made no report; reason: fatal, cancelled,
    │                        no_document
    ├── Permanent            the same call will never succeed
    │   ├── NotFound         Amazon does not know it (for this seller and region)
    │   └── Rejected         Amazon refused what we sent
    ├── ConfigError          a person must change a setting
    │                        reason: credentials, consent, role, region, address,
                                 key, copy, home
    └── OutcomeUnknown       a write whose answer was lost: ask Amazon, then decide

No error text ever holds a token, a name, an address, a query string or a body, so
``str(error)`` may be logged and shown.
"""

from __future__ import annotations

from datetime import datetime


class SpApiError(Exception):
    """Any failure of a call to Amazon.

    :param str message: a sentence in plain English, safe to log and to show
    :param operation: Amazon's name of the operation, e.g. ``searchOrders``
    :param status: HTTP status of the answer, None when there was none
    :param code: Amazon's error code, e.g. ``InvalidInput``
    :param request_id: value of ``x-amzn-RequestId``; Amazon's support asks for it
    """

    def __init__(
        self,
        message: str,
        *,
        operation: str | None = None,
        status: int | None = None,
        code: str | None = None,
        request_id: str | None = None,
    ):
        super().__init__(message)
        self.message = message
        self.operation = operation
        self.status = status
        self.code = code
        self.request_id = request_id

    def __str__(self) -> str:
        facts = [
            self.operation,
            self.status and f"HTTP {self.status}",
            self.code,
            self.request_id and f"request {self.request_id}",
        ]
        known = ", ".join(fact for fact in facts if fact)
        return f"{self.message} ({known})" if known else self.message


class Retryable(SpApiError):
    """A temporary failure.

    :param retry_after: seconds to wait before the next try, None when not known
    """

    def __init__(self, message: str, *, retry_after: float | None = None, **facts):
        super().__init__(message, **facts)
        self.retry_after = retry_after


class Throttled(Retryable):
    """The quota of the operation is used up, by our own count or by Amazon's (429).

    :param retry_at: aware UTC moment from which the next call is allowed
    """

    def __init__(self, message: str, *, retry_at: datetime | None = None, **facts):
        super().__init__(message, **facts)
        self.retry_at = retry_at


class _WithReason(SpApiError):
    """Adds a ``reason`` out of the class's ``REASONS``, for machines to branch on."""

    REASONS: tuple[str, ...] = ()

    def __init__(self, message: str, *, reason: str, **facts):
        if reason not in self.REASONS:
            raise ValueError(f"{type(self).__name__} knows no reason {reason!r}")
        super().__init__(message, **facts)
        self.reason = reason


class Unavailable(_WithReason, Retryable):
    """Amazon could not be reached, or gave no answer that can be trusted.

    :param str reason: ``network`` (no connection, DNS, refused), ``timeout``,
        ``server`` (5xx) or ``answer`` (not whole, not JSON, wrong shape)
    """

    REASONS = ("network", "timeout", "server", "answer")


class LinkExpired(Retryable):
    """Amazon's storage does not accept the presigned address of a document any more.

    The same address will not work again: start with a new document.
    """


class ReportFailed(_WithReason, Retryable):
    """Amazon ended a report without anything to download.

    The same report will not come back: request a new one, not before
    `MINIMUM_INTERVAL` has passed.

    :param str reason: ``fatal``; ``cancelled`` (there was nothing to report, or the
        same was requested too soon: Amazon does not say which) or ``no_document``
    """

    REASONS = ("fatal", "cancelled", "no_document")


class Permanent(SpApiError):
    """The same call will fail again."""


class NotFound(Permanent):
    """404: Amazon does not know it for this seller and region."""


class Rejected(Permanent):
    """400, 409, 413, 415 …: Amazon refused what we sent."""


class ConfigError(_WithReason, SpApiError):
    """Nothing works until a person changes a setting.

    :param str reason: ``credentials`` (client id or secret wrong or empty),
        ``consent`` (the seller's authorisation was revoked or has expired), ``role``
        (the application lacks a role), ``region`` (marketplace or account of another
        region), ``address`` (the simulator's address is not on this machine), ``key``
        (the stored credentials can not be read), ``copy`` (the caller is a copy that
        must not reach Amazon), ``home`` (the stored credentials were entered elsewhere)
    """

    REASONS = (
        "credentials",
        "consent",
        "role",
        "region",
        "address",
        "key",
        "copy",
        "home",
    )


class OutcomeUnknown(SpApiError):
    """A write was sent and its answer was lost: Amazon may have carried it out."""
