"""A feed costs the same SQL however many messages it tells (feature J1)."""

import gzip
import json

from odoo.addons.amazon_connector.amazon_api import quantity_feed
from odoo.addons.amazon_connector.models.outbox import (
    amazon_feed,
    amazon_submission,
)
from odoo.addons.amazon_connector.models.stock.amazon_submission import AmazonSubmission

from ..common import DE
from .case import FeedCase

# A quota that was not touched for a moment is not written down again.
QUOTAS = 4


class TestFeedCosts(FeedCase):
    def setUp(self):
        super().setUp()
        self.amazon._contract = None  # far slower than what is measured here
        # What a quantity is, and what follows from it, is not the matter here: these
        # messages are of no offer, so that none of them is present either.
        for module in (amazon_feed, amazon_submission):
            self._replace(module, "IS_PRESENT", "TRUE")
        self._replace(
            AmazonSubmission,
            "_prepare_stock_feed",
            lambda rows, account: quantity_feed(
                account.seller_key, [(row, f"SKU-{row}", 1) for row in rows.ids]
            ),
        )
        self._replace(
            AmazonSubmission, "_end_stock_feed", lambda rows, account, refused: None
        )

    def _owe(self, count):
        shop = self.env["amazon.marketplace"]._by_api_ref([DE])[DE]
        start = len(self.messages())
        self.env["amazon.submission"]._enqueue(
            "stock",
            [
                {
                    "account_id": self.account.id,
                    "marketplace_id": shop.id,
                    "dedup_key": f"stock/{number}",
                }
                for number in range(start, start + count)
            ],
        )

    def _cost(self, count):
        """Count what quantities cost on their way through a feed.

        :return list: SQL statements to send so many quantities, and for the result
        of them
        """
        self._owe(count)
        sending = self.count_sql(self.send)
        self._accept_all()
        self._let_be_due()
        asking = self.count_sql(self.send)
        self.assertEqual({row.state for row in self.messages()}, {"done"})
        return sending, asking

    def _accept_all(self):
        """These SKUs are nobody's; Amazon is to say that all is well."""
        feed = list(self.amazon.feeds)[-1]
        report = feed.report
        sent = report["summary"]["messagesProcessed"]
        report["issues"] = []
        report["summary"].update(errors=0, messagesAccepted=sent, messagesInvalid=0)
        feed.result_document.content = gzip.compress(json.dumps(report).encode())

    def _let_be_due(self):
        self.env.cr.execute("UPDATE amazon_submission SET next_try_at = NULL")
        self.env.invalidate_all()

    def test_j1_feeds_cost_the_same_for_few_and_for_many(self):
        self._cost(5)  # warm: caches, the quotas
        few, many = self._cost(50), self._cost(500)
        for one, other in zip(few, many, strict=True):
            self.assertAlmostEqual(one, other, delta=QUOTAS)
        # A run forgets waits of a wrong clock and looks at earlier shipments, too.
        self.assertLessEqual(max(many), 95, "SQL, a third of it savepoints")

    def test_j1_refusals_cost_the_same_for_few_and_for_many(self):
        self._replace(type(self.account), "_report_failures", lambda account: None)
        costs = []
        for count in (5, 50, 500):
            self._owe(count)
            self.send()
            self._let_be_due()
            costs.append(self.count_sql(self.send))
        self.assertEqual({row.state for row in self.messages()}, {"failed"})
        self.assertAlmostEqual(costs[1], costs[2], delta=QUOTAS)
