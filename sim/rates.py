"""Usage plans: a token bucket per seller and operation."""

from dataclasses import dataclass

from .operations import PLANS

GENEROUS = 5.0  # what is stated when nothing is limited: demos need not wait


@dataclass
class _Bucket:
    tokens: float
    at: object


class Rates:
    """The limits in force.

    ``sim.rates["searchOrders"] = 0.5`` (or ``(0.5, 3)`` with the burst) limits one
    operation, None leaves the header out; what was not set is generous, or follows
    Amazon's usage plan when `published`. Feeds of listings have a plan of their own:
    ``sim.rates["createFeed/JSON_LISTINGS_FEED"]``.
    """

    def __init__(self, published=False):
        self.published = published
        self._set = {}
        self._buckets = {}

    def __setitem__(self, operation, limit):
        if operation not in PLANS:
            raise KeyError(operation)
        self._set[operation] = limit
        self._buckets = {
            key: b for key, b in self._buckets.items() if key[0] != operation
        }

    def __getitem__(self, operation):
        """Return (rate, burst); the burst is None where nothing is limited."""
        rate, burst = PLANS[operation]
        if operation in self._set:
            limit = self._set[operation]
            if limit is None or isinstance(limit, tuple):
                return limit or (None, None)
            return limit, burst or 1
        if self.published or rate is None:
            return rate, burst
        return GENEROUS, None

    def forget(self):
        """Nobody has called yet."""
        self._buckets.clear()

    def take(self, operation, seller, now):
        """Take one call from the bucket; tell whether there was one."""
        rate, burst = self[operation]
        if burst is None:
            return True
        bucket = self._buckets.setdefault((operation, seller), _Bucket(burst, now))
        passed = (now - bucket.at).total_seconds()
        bucket.tokens = min(burst, bucket.tokens + passed * rate)
        bucket.at = now
        if bucket.tokens < 1:
            return False
        bucket.tokens -= 1
        return True

    def header(self, operation):
        """Return what x-amzn-RateLimit-Limit says, or None."""
        rate = self[operation][0]
        return None if rate is None else str(rate)
