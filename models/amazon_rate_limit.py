from odoo import fields, models

from ..amazon_api import PUBLISHED, Bucket
from .amazon_time import aware_utc, naive_utc


class AmazonRateLimit(models.Model):
    _name = "amazon.rate.limit"
    _description = "Amazon: requests left"
    _order = "account_id, operation"
    _rec_name = "operation"

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

    _sql_constraints = [
        (
            "unique_operation",
            "UNIQUE(account_id, operation)",
            "There is one line per account and kind of request.",
        ),
    ]


class RateLimitStore:
    """Keeps the token buckets of one account in the database.

    Implements the store that :class:`amazon_api.Throttle` asks for, so that waits
    are shared by all workers and survive a restart.
    """

    def __init__(self, account):
        """:param account: one amazon.account"""
        self.requests_left = {}  # by operation, as of the last call
        self._limits = account.env["amazon.rate.limit"].sudo()
        self._account = account

    def load(self, operation):
        """:return Bucket|None: None when the operation was never called"""
        limit = self._find(operation)
        if not limit:
            return None
        return Bucket(
            rate=limit.rate,
            burst=limit.burst,
            tokens=limit.tokens,
            updated_at=aware_utc(limit.updated_at),
            next_allowed_at=aware_utc(limit.next_allowed_at),
        )

    def load_or_full(self, operation):
        """:return Bucket: a full one when the operation was never called"""
        now = aware_utc(fields.Datetime.now())
        return self.load(operation) or Bucket.full(PUBLISHED[operation], now)

    def save(self, operation, bucket):
        """Commit the bucket: no row stays locked while a request is under way.

        :param Bucket bucket: times are aware
        """
        values = {
            "rate": bucket.rate,
            "burst": bucket.burst,
            "tokens": bucket.tokens,
            "updated_at": naive_utc(bucket.updated_at),
            "next_allowed_at": naive_utc(bucket.next_allowed_at),
        }
        self.requests_left[operation] = bucket.tokens
        self._account._run_step(self._write, operation, values)

    def _write(self, operation, values):
        limit = self._find(operation)
        if limit:
            limit.write(values)
        else:
            self._limits.create(
                {"account_id": self._account.id, "operation": operation, **values}
            )

    def _find(self, operation):
        return self._limits.search(
            [("account_id", "=", self._account.id), ("operation", "=", operation)]
        )
