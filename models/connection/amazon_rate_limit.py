"""Amazon's quota, one token bucket for each account and operation."""

import math
from dataclasses import replace
from datetime import datetime, timedelta, timezone

from odoo import fields, models

from ...amazon_api import PUBLISHED, Bucket
from ...tools.amazon_time import aware_utc, naive_utc

# A call is counted before it leaves, and its rate is looked up when it is answered: by
# these two that costs 3 SQL; by the ORM, whose caches each commit empties, 8.
SELECT_BUCKET = """
    SELECT rate, burst, tokens, updated_at, next_allowed_at
      FROM amazon_rate_limit
     WHERE account_id = %s AND operation = %s
"""
LOCK_BUCKET = f"{SELECT_BUCKET} FOR UPDATE"
GIVE_BACK = """
    UPDATE amazon_rate_limit AS bucket
       SET tokens = least(bucket.burst, bucket.tokens + back.tokens)
      FROM unnest(%s::varchar[], %s::numeric[]) AS back (operation, tokens)
     WHERE bucket.operation = back.operation AND account_id = %s
"""
# So fast an operation earns within seconds what a killed worker had taken in advance.
LEASED_RATE = 1
UPSERT_BUCKET = """
    INSERT INTO amazon_rate_limit (
        account_id, company_id, operation, rate, burst, tokens, updated_at,
        next_allowed_at
    )
    SELECT id, company_id, %s, %s, %s, %s, %s, %s FROM amazon_account WHERE id = %s
    ON CONFLICT (account_id, operation) DO UPDATE SET
        rate = excluded.rate, burst = excluded.burst, tokens = excluded.tokens,
        updated_at = excluded.updated_at, next_allowed_at = excluded.next_allowed_at
"""


class RateLimitStore:
    """Keeps the token buckets of one account in the database.

    Implements the store that :class:`amazon_api.Throttle` asks for, so that waits
    are shared by all workers and survive a restart.
    """

    def __init__(self, account):
        """Open the store of one account.

        :param account: one amazon.account
        """
        self.requests_left = {}  # by operation, as of the last call
        self.clock_is_right = False  # as of the last answer, and stored so
        self._limits = account.env["amazon.rate.limit"]
        self._cursor = account.env.cr
        self._account = account

    def load(self, operation):
        """Read the stored bucket of an operation.

        :return Bucket|None: None when the operation was never called
        """
        self._limits.flush_model()
        return self._read(operation, SELECT_BUCKET)

    def _read(self, operation, query):
        self._cursor.execute(query, [self._account.id, operation])
        row = self._cursor.fetchone()
        if not row:
            return None
        rate, burst, tokens, updated_at, next_allowed_at = row
        return Bucket(
            rate=float(rate),
            burst=burst,
            tokens=float(tokens),
            updated_at=aware_utc(updated_at),
            next_allowed_at=aware_utc(next_allowed_at),
        )

    def load_or_full(self, operation):
        """Read the bucket that a call would find now.

        :return Bucket: a full one when the operation was never called
        """
        now = aware_utc(fields.Datetime.now())
        bucket = self.load(operation) or Bucket.full(PUBLISHED[operation], now)
        return bucket.believed(now)

    def save(self, operation, bucket):
        """Commit the bucket: no row stays locked while a request is under way.

        :param Bucket bucket: times are aware
        """
        self.requests_left[operation] = bucket.tokens
        self._account._run_step(self._write, operation, bucket)

    def _write(self, operation, bucket):
        self._limits.flush_model()
        self._cursor.execute(
            UPSERT_BUCKET,
            [
                operation,
                bucket.rate,
                bucket.burst,
                bucket.tokens,
                naive_utc(bucket.updated_at),
                naive_utc(bucket.next_allowed_at) or None,
                self._account.id,
            ],
        )
        self._limits.invalidate_model()


class LeasingStore(RateLimitStore):
    """Takes calls of a fast operation out of the database in advance, several at once,
    and counts them in memory.

    What one worker has taken no other one can take. What a worker has left when it is
    killed is lost, for the seconds in which the quota earns it again.
    """

    def __init__(self, account):
        """Open the store for one run; `close` gives back what is left."""
        super().__init__(account)
        self._leases = {}  # operation -> Bucket: its tokens are ours alone
        self._seen = {}  # operation -> Bucket that was handed out last

    def load(self, operation):
        """Hand out what is left in memory, with the rest of it what is stored.

        :return Bucket|None: None when the operation was never called
        """
        lease, now = self._leases.get(operation), datetime.now(timezone.utc)
        if lease and lease.tokens >= 2:  # one less, and there is still one
            bucket = replace(lease, updated_at=now)
        else:
            bucket = super().load(operation)
            if lease and bucket:
                bucket = _with_more(bucket, lease.tokens, now)
        self._seen[operation] = bucket
        return bucket

    def load_or_full(self, operation):
        """Read all calls that are left, with those that were taken in advance.

        :return Bucket: a full one when the operation was never called
        """
        now = aware_utc(fields.Datetime.now())
        stored = super().load(operation) or Bucket.full(PUBLISHED[operation], now)
        lease = self._leases.get(operation)
        return _with_more(stored, lease.tokens if lease else 0.0, now)

    def save(self, operation, bucket):
        """Count a call in memory; commit the bucket when none is left in advance, or
        when Amazon has said something else.

        :param Bucket bucket: times are aware
        """
        lease = self._leases.get(operation)
        if lease and lease.tokens >= 2 and _is_one_less(bucket, lease):
            self._leases[operation] = bucket
            self.requests_left[operation] = bucket.tokens
            self._account._commit()  # nothing is held while a request is under way
            return
        self.requests_left[operation] = bucket.tokens
        self._leases.pop(operation, None)
        self._account._run_step(self._take, operation, bucket, lease)

    def _take(self, operation, bucket, lease):
        """Write a bucket, less what is taken of it in advance.

        :param Bucket bucket: as `Throttle` has it, computed from what was handed out
        :param Bucket|None lease: what was left in memory
        """
        count = 0
        if not bucket.next_allowed_at and bucket.rate >= LEASED_RATE:
            self._limits.flush_model()
            stored = self._read(operation, LOCK_BUCKET)
            if stored:  # another worker may have taken of it since
                bucket = self._count_anew(operation, bucket, stored, lease)
            count = math.floor(bucket.tokens) - 1  # one stays for another worker
        if count < 2 or bucket.next_allowed_at:
            self._write(operation, bucket)
            return
        self._write(operation, replace(bucket, tokens=bucket.tokens - count))
        self._leases[operation] = replace(bucket, tokens=float(count))

    def _count_anew(self, operation, bucket, stored, lease):
        """Take from what is stored now what was taken from what was handed out.

        :param Bucket stored: as it is now, and locked
        :return Bucket: what all workers have left, with what was left in memory here
        """
        now = bucket.updated_at
        seen = self._seen.get(operation) or replace(bucket, tokens=bucket.burst)
        taken = seen.refilled(now).tokens - bucket.tokens
        more = (lease.tokens if lease else 0) - taken
        return _with_more(replace(stored, rate=bucket.rate), more, now)

    def close(self):
        """Give back what was taken in advance and is left."""
        left = {name: lease.tokens for name, lease in self._leases.items() if lease}
        self._leases.clear()
        if left:
            self._account._run_step(self._give_back, left)

    def _give_back(self, left):
        self._limits.flush_model()
        self._cursor.execute(GIVE_BACK, [[*left], [*left.values()], self._account.id])
        self._limits.invalidate_model()


def _with_more(bucket, count, now):
    """Add calls to a bucket, never more than it holds; less than one: wait for it."""
    bucket = bucket.believed(now).refilled(now)
    tokens = min(float(bucket.burst), max(0.0, bucket.tokens + count))
    next_at = None if bucket.is_allowed(now) else bucket.next_allowed_at
    if tokens < 1 and not next_at:
        next_at = now + timedelta(seconds=(1 - tokens) / bucket.rate)
    return replace(bucket, tokens=tokens, next_allowed_at=next_at)


def _is_one_less(bucket, lease):
    """Recognize a call that was counted, and nothing else.

    :return bool: whether Amazon neither refused a call nor stated another rate
    """
    return (
        bucket.next_allowed_at is None
        and bucket.rate == lease.rate
        and bucket.tokens <= lease.tokens
    )


class AmazonRateLimit(models.Model):
    _name = "amazon.rate.limit"
    _inherit = ["amazon.own.fields"]
    _description = "Amazon: requests left"
    _order = "account_id, operation"
    _rec_name = "operation"
    _sql_constraints = [
        (
            "unique_operation",
            "UNIQUE(account_id, operation)",
            "There is one line per account and kind of request.",
        ),
    ]

    account_id = fields.Many2one(
        "amazon.account", required=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    operation = fields.Char(
        required=True, readonly=True, help="Amazon's name of the request"
    )
    rate = fields.Float(
        "Requests per second",
        digits=(16, 6),
        readonly=True,
        help="As last stated by Amazon, else Amazon's published default.",
    )
    burst = fields.Integer(readonly=True, help="Requests that may be made in a row.")
    tokens = fields.Float("Requests left", digits=(16, 6), readonly=True)
    updated_at = fields.Datetime("Last request", readonly=True)
    next_allowed_at = fields.Datetime(
        "Waits until",
        help="No such request leaves before this moment. Empty or past: it may leave.",
    )
