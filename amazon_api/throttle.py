"""Amazon's quotas, kept on our side: a token bucket per operation.

The throttle says *when* a call is allowed. It never sleeps: a call of ``searchOrders``
is allowed every 179 seconds, far too long to block a worker.

Source: the usage plans in Amazon's API models; "Usage Plans and Rate Limits".
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from typing import Protocol

from .errors import Throttled


@dataclass(frozen=True)
class Quota:
    """``rate`` calls per second are earned, at most ``burst`` calls are saved up."""

    rate: float
    burst: int


PUBLISHED: dict[str, Quota] = {
    "searchOrders": Quota(0.0056, 20),
    "getOrder": Quota(0.5, 30),
    "getMarketplaceParticipations": Quota(0.016, 15),
    "confirmShipment": Quota(2, 10),
    "createFeedDocument": Quota(0.5, 15),
    "createFeed": Quota(0.0083, 15),
    # 5 in 5 minutes ("Update: Feed size and rate limit changes" of 2025-05-06), apart
    # from what createFeed allows for all other types of feeds.
    "createFeed:JSON_LISTINGS_FEED": Quota(0.0166, 5),
    # one in three seconds ("Invoice feeds attributes"), and once more where the access
    # token is over
    "createFeed:UPLOAD_VAT_INVOICE": Quota(0.3333, 2),
    "getFeed": Quota(2, 15),
    "getFeeds": Quota(0.0222, 10),
    "getFeedDocument": Quota(0.0222, 10),
    "getListingsItem": Quota(5, 10),
    "patchListingsItem": Quota(5, 5),
    "createReport": Quota(0.0167, 15),
    "getReport": Quota(2, 15),
    "getReports": Quota(0.0222, 10),
    "getReportDocument": Quota(0.0167, 15),
    "createRestrictedDataToken": Quota(1, 10),
    "getInventorySummaries": Quota(2, 2),
    "listTransactions": Quota(0.5, 10),
}

# A stated rate outside of this is taken for garbage: it would never let a call
# through again, or never hold one back.
_SANE_RATES = (0.0001, 10_000)
# What a refusal costs at least, so that a fast operation does not hammer Amazon.
_REFUSED_FLOOR = 1.0
# Longer than the slowest sane rate takes for a call.
_LONGEST_WAIT = 10_800.0
# The clocks of several servers differ a little.
_CLOCK_SKEW = timedelta(minutes=5)


def utcnow() -> datetime:
    """The clock of this package: aware, UTC."""
    return datetime.now(timezone.utc)


@dataclass(frozen=True)
class Bucket:
    """State of one operation's quota; kept by a `BucketStore` between calls.

    ``next_allowed_at`` (aware UTC or None) is the only thing that makes a call wait:
    whoever sets it to the past lets the next call through, saved-up tokens or not.
    ``tokens`` are the calls saved up at ``updated_at``.
    """

    rate: float
    burst: int
    tokens: float
    updated_at: datetime
    next_allowed_at: datetime | None = None

    @classmethod
    def full(cls, quota: Quota, now: datetime) -> Bucket:
        return cls(quota.rate, quota.burst, float(quota.burst), now)

    def believed(self, now: datetime) -> Bucket:
        """Correct what was noted while the clock was ahead, so that nobody waits for
        it: Amazon refuses what is too much.
        """
        waits = self.next_allowed_at
        if self.updated_at > now + _CLOCK_SKEW:
            return replace(self, updated_at=now, next_allowed_at=None)
        if waits and waits > now + timedelta(seconds=_LONGEST_WAIT) + _CLOCK_SKEW:
            return replace(self, next_allowed_at=None)
        return self

    def is_allowed(self, now: datetime) -> bool:
        return self.next_allowed_at is None or self.next_allowed_at <= now

    def refilled(self, now: datetime) -> Bucket:
        elapsed = max(0.0, (now - self.updated_at).total_seconds())
        tokens = min(float(self.burst), self.tokens + elapsed * self.rate)
        return replace(self, tokens=tokens, updated_at=max(now, self.updated_at))

    def taken(self, now: datetime) -> Bucket:
        """One call less; says when the next whole token is there."""
        bucket = self.refilled(now)
        tokens = max(0.0, bucket.tokens - 1)
        next_at = None if tokens >= 1 else _after(now, (1 - tokens) / self.rate)
        return replace(bucket, tokens=tokens, next_allowed_at=next_at)

    def with_rate(self, rate: float, now: datetime) -> Bucket:
        """The rate that Amazon stated, at once, up or down."""
        bucket = replace(self.refilled(now), rate=rate)
        if bucket.next_allowed_at is None or bucket.tokens >= 1:
            return bucket
        return replace(bucket, next_allowed_at=_after(now, (1 - bucket.tokens) / rate))

    def emptied(self, now: datetime, retry_after: float | None = None) -> Bucket:
        """Amazon refused a call (429): nothing is saved up any more."""
        wait = retry_after or max(1 / self.rate, _REFUSED_FLOOR)
        return replace(
            self, tokens=0.0, updated_at=now, next_allowed_at=_after(now, wait)
        )


def _after(now: datetime, seconds: float) -> datetime:
    return now + timedelta(seconds=min(seconds, _LONGEST_WAIT))


class BucketStore(Protocol):
    """Keeps the buckets of one seller and region between calls."""

    def load(self, operation: str) -> Bucket | None: ...

    def save(self, operation: str, bucket: Bucket) -> None: ...


class MemoryStore:
    """Buckets that live as long as the object."""

    def __init__(self):
        self.buckets: dict[str, Bucket] = {}

    def load(self, operation: str) -> Bucket | None:
        return self.buckets.get(operation)

    def save(self, operation: str, bucket: Bucket) -> None:
        self.buckets[operation] = bucket


class Throttle:
    """Counts the calls of one seller in one region.

    :param store: keeps a `Bucket` per operation
    :param clock: function that returns the current aware UTC datetime
    """

    def __init__(self, store: BucketStore, clock: Callable[[], datetime] = utcnow):
        self._store = store
        self._clock = clock
        self._lock = threading.RLock()

    def close(self) -> None:
        """End the job: what the store keeps for it in advance is given back."""
        with self._lock:
            close = getattr(self._store, "close", None)  # not each store has one
            if close:
                close()

    def check(self, operation: str) -> None:
        """Check whether a call is allowed, without using it up.

        :raise Throttled: with ``retry_at`` and ``retry_after`` when it must wait
        """
        with self._lock:
            self._allowed(operation, self._clock())

    def take(self, operation: str) -> None:
        """Use up one call.

        :raise Throttled: with ``retry_at`` and ``retry_after`` when it must wait
        """
        with self._lock:
            now = self._clock()
            self._store.save(operation, self._allowed(operation, now).taken(now))

    def state_rate(self, operation: str, stated: str | None) -> float | None:
        """Adopt the rate of an ``x-amzn-RateLimit-Limit`` header.

        :return: the rate in calls per second, None when there is none to be read
        """
        rate = read_rate(stated)
        if rate is None:
            return None
        with self._lock:
            now = self._clock()
            bucket = self._load(operation, now)
            if bucket.rate != rate:
                self._store.save(operation, bucket.with_rate(rate, now))
        return rate

    def refused(self, operation: str, retry_after: float | None = None) -> datetime:
        """Amazon answered 429.

        :param retry_after: seconds that Amazon asked for, if it did
        :return: when the next call is allowed, aware UTC
        """
        with self._lock:
            now = self._clock()
            bucket = self._load(operation, now).emptied(now, retry_after)
            self._store.save(operation, bucket)
            return bucket.next_allowed_at or now

    def _load(self, operation: str, now: datetime) -> Bucket:
        bucket = self._store.load(operation)
        return (
            bucket.believed(now) if bucket else Bucket.full(PUBLISHED[operation], now)
        )

    def _allowed(self, operation: str, now: datetime) -> Bucket:
        bucket = self._load(operation, now)
        if bucket.next_allowed_at is None or bucket.is_allowed(now):
            return bucket
        raise Throttled(
            "Amazon's quota for this kind of call is used up for now.",
            operation=operation,
            retry_at=bucket.next_allowed_at,
            retry_after=(bucket.next_allowed_at - now).total_seconds(),
        )


def read_rate(stated: str | None) -> float | None:
    """Read a rate header; None for anything that is not one sane number."""
    try:
        rate = float(stated or "")
    except (TypeError, ValueError):
        return None
    low, high = _SANE_RATES
    return rate if math.isfinite(rate) and low <= rate <= high else None
