"""Waits are kept in the database (public contract: ``next_allowed_at``)."""

from datetime import datetime, timedelta, timezone

from odoo.addons.amazon_connector.amazon_api import Bucket
from odoo.addons.amazon_connector.models.connection.amazon_rate_limit import (
    RateLimitStore,
)

from ..common import AmazonCase


class TestRateLimit(AmazonCase):
    def test_bucket_comes_back_as_it_was_kept(self):
        store = RateLimitStore(self.account)
        self.assertIsNone(store.load("getOrder"))
        moment = datetime(2026, 11, 20, 12, 0, 0, 123456, tzinfo=timezone.utc)
        for bucket in (
            Bucket(0.0056, 20, 0.25, moment, moment + timedelta(seconds=178.5)),
            Bucket(2.0, 30, 29.0, moment, None),
        ):
            store.save("getOrder", bucket)
            self.env.flush_all()
            self.env.invalidate_all()
            self.assertEqual(store.load("getOrder"), bucket)
