"""Amazon's quota, one token bucket for each account and operation."""

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
        self._limits = account.env["amazon.rate.limit"]
        self._cursor = account.env.cr
        self._account = account

    def load(self, operation):
        """Read the stored bucket of an operation.

        :return Bucket|None: None when the operation was never called
        """
        self._limits.flush_model()
        self._cursor.execute(SELECT_BUCKET, [self._account.id, operation])
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


class AmazonRateLimit(models.Model):
    _name = "amazon.rate.limit"
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
