"""What Amazon lists is compared with what was sent (feature J8)."""

from datetime import timedelta

from odoo import fields

from .case import StockFeedCase


class TestStockDrift(StockFeedCase):
    """Amazon accepted all quantities thirteen hours ago."""

    def setUp(self):
        super().setUp()
        self.account.active_marketplace_ids = self.mug.marketplace_id
        self.amazon.reports.minimum_interval = timedelta()  # Odoo waits by itself
        self.tell()
        self.assertUpToDate()
        self.let_hours_pass()

    def let_hours_pass(self, hours=13):
        self.let_time_pass(60 * hours)
        for offer in self.offers.values():
            for name in ("sent_at", "sent_since"):
                if offer[name]:
                    offer[name] -= timedelta(hours=hours)
        for report in self.env["amazon.report"].search([]):
            report.requested_at -= timedelta(hours=hours)
        self.env.flush_all()

    def lists(self, quantity, sku="MUG-BLUE"):
        """Amazon shows another quantity, and its list of offers is read.

        :return str: what is said about the report"""
        if quantity is not None:
            self.world.listing(sku).quantity = quantity
        self.account.action_import_catalogue()
        report = self.env["amazon.report"].search([], order="id desc", limit=1)
        read = self.env.ref("amazon_connector.ir_cron_read_reports")
        for _time in range(3):
            report.next_try_at = False
            read.ir_actions_server_id.run()
        self.assertEqual(report.state, "done")
        self.env.invalidate_all()
        return report.summary

    def test_j8_what_is_listed_as_it_was_sent_is_well(self):
        self.lists(None)
        self.assertEqual(set(map(int, self._counts().values())), {0})

    def _counts(self):
        return {sku: offer.drift_count for sku, offer in self.offers.items()}

    def test_j8_different_twice_is_sent_again_then_shown(self):
        self.lists(3)
        self.assertEqual(self.mug.drift_count, 1)
        self.look()
        self.assertEqual(self.outbox()["MUG-BLUE"], ("done", 10))

        self.let_hours_pass()
        said = self.lists(3)
        self.assertIn("1, sent again", said)
        self.assertEqual(self.mug.drift_count, 2)
        self.let_time_pass()
        self.tell()
        self.assertEqual(self.told()[-1], {"MUG-BLUE": 10})
        self.assertEqual(self.at_amazon()["MUG-BLUE"], 10)
        self.assertFalse(self.mug.drift_message)

        self.lists(3)  # too soon after it was sent
        self.assertEqual(self.mug.drift_count, 2)
        self.let_hours_pass()
        self.lists(3)
        self.assertEqual(self.mug.drift_count, 3)
        self.assertIn("lists 3", self.mug.drift_message)
        self.assertIn("accepted 10", self.mug.drift_message)
        found = self.env["amazon.offer"].search([("drift_message", "!=", False)])
        self.assertEqual(found, self.mug)

        self.mug.action_retry_stock()
        self.let_time_pass()  # what leaves in the same second is not believed
        self.tell()
        self.assertEqual(self.at_amazon()["MUG-BLUE"], 10)
        self.let_hours_pass()
        self.lists(None)
        self.assertEqual(self.mug.drift_count, 0)

    def test_j8_once_is_no_drift(self):
        self.lists(3)
        self.let_hours_pass()
        self.lists(10)
        self.assertEqual(self.mug.drift_count, 0)

    def test_j8_more_than_was_sent_is_a_drift_too(self):
        self.lists(11)
        self.assertEqual(self.mug.drift_count, 1)

    def test_j8_open_orders_explain_what_is_missing(self):
        self.mug.stock_cap = 4  # so that a sale does not change what is sent
        self.tell()
        self.let_hours_pass()
        self.buy(items=[self.world.item("MUG-BLUE", quantity=2)])
        self.assertEqual(self.at_amazon()["MUG-BLUE"], 2)
        self.account.sudo()._in_company()._sync_orders(self.budget())
        self.assertEqual(self.mug.available_quantity, 4)
        self.lists(None)
        self.assertEqual(self.mug.drift_count, 0)
        self.let_hours_pass()
        self.lists(1)
        self.assertEqual(self.mug.drift_count, 1)

    def test_j8_what_changed_since_is_not_compared(self):
        self.stock(MUG_BLUE=12)
        self.compute()
        self.lists(3)
        self.assertEqual(self.mug.drift_count, 0)

    def test_j8_daily_repetition_does_not_hide_a_drift(self):
        """It is sent again each day, and Amazon's list is never twelve hours later."""
        self.lists(3)
        self.account.last_full_stock_run = fields.Datetime.now() - timedelta(days=2)
        self.world.feeds.refuse("TEA-SENCHA")
        self.tell()
        self.assertEqual(self.mug.sent_quantity, 10)
        self.let_hours_pass(1)
        self.lists(3)
        self.assertEqual(self.mug.drift_count, 2)

    def test_j8_account_that_sends_no_stock_compares_nothing(self):
        self.account.sync_stock = False
        self.lists(3)
        self.assertEqual(self.mug.drift_count, 0)
