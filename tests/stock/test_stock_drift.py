"""What Amazon lists is compared with what was sent (feature J8)."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tools import mute_logger

from odoo.addons.amazon_connector.sim import report_listings

from ..stock_case import StockFeedCase


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
        self.scan()
        self.assertEqual(self.outbox()["MUG-BLUE"], ("done", 10))

        self.let_hours_pass()
        said = self.lists(3)
        self.assertIn("1, sent again", said)
        self.assertEqual(self.mug.drift_count, 2)
        self.let_time_pass()
        self.tell()
        self.assertEqual(self.sent()[-1], {"MUG-BLUE": 10})
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

    def leave_out(self, column):
        """Amazon's lists have a column less, as those of some sellers."""
        columns = [each for each in report_listings.COLUMNS if each != column]
        patcher = patch.object(report_listings, "COLUMNS", columns)
        patcher.start()
        self.addCleanup(patcher.stop)

    def test_j8_list_without_quantities_proves_nothing(self):
        self.leave_out("quantity")
        for _day in range(3):
            self.lists(3)
            self.let_hours_pass()
        self.assertEqual(self.mug.listing_status, "active")
        self.assertEqual(set(self._counts().values()), {0})
        self.assertFalse(self.mug.drift_message)
        self.lists(0)  # nobody can buy it: that is a quantity
        self.assertEqual(self.mug.listing_status, "inactive")
        self.assertEqual(self.mug.drift_count, 1)

    def test_j8_list_without_states_is_compared(self):
        self.leave_out("status")
        self.lists(3)
        self.assertFalse(self.mug.listing_status)
        self.assertEqual(self.mug.drift_count, 1)

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

    def order_unpaid(self, quantity, sku="MUG-BLUE", **details):
        """A buyer orders and does not pay yet; Odoo has read that.

        :return str: Amazon's reference
        """
        items = [self.world.item(sku, quantity=quantity)]
        ref = self.buy(items=items, status="PENDING", **details)
        self.run_cron()
        self.assertEqual(self.row(ref).state, "waiting")
        return ref

    def assertNoDrift(self, *quantities):
        """Each time Amazon lists so many, which is right; nothing is sent again."""
        sent = len(self.sent())
        for quantity in quantities:
            self.lists(quantity)
            self.assertEqual(self.mug.drift_count, 0, quantity)
            self.tell()
            self.let_hours_pass()
        self.assertEqual(len(self.sent()), sent)

    def test_j8_unpaid_order_is_no_drift(self):
        self.order_unpaid(2)
        self.assertEqual(self.at_amazon()["MUG-BLUE"], 8)
        self.assertFalse(self.sale_orders())
        self.assertNoDrift(None, None, None)
        self.lists(7)
        self.assertEqual(self.mug.drift_count, 1)

    def test_j8_unpaid_orders_add_up_and_are_of_their_sku_and_channel(self):
        self.order_unpaid(2)
        self.order_unpaid(3)
        self.order_unpaid(4, sku="MUG-WHITE")
        self.order_unpaid(4, channel="fba")
        self.assertNoDrift(5)
        self.lists(4)
        self.assertEqual(self.mug.drift_count, 1)
        self.assertEqual(self.offers["MUG-WHITE"].drift_count, 0)

    def test_j8_order_that_is_paid_counts_once(self):
        self.mug.stock_cap = 4  # so that a sale does not change what is sent
        self.tell()
        self.let_hours_pass()
        ref = self.order_unpaid(2)
        self.world.authorize_payment(ref)
        self.run_cron()
        self.assertEqual(len(self.sale_orders()), 1)
        self.assertNoDrift(2)
        self.lists(1)
        self.assertEqual(self.mug.drift_count, 1)

    def test_j8_unpaid_order_that_is_cancelled_explains_nothing_more(self):
        ref = self.order_unpaid(2)
        self.world.cancel(ref)
        self.run_cron()
        self.assertEqual(self.row(ref).state, "ignored")
        self.let_time_pass()
        self.tell()  # as Amazon has given the pieces back
        self.let_hours_pass()
        self.assertNoDrift(10)
        self.lists(8)
        self.assertEqual(self.mug.drift_count, 1)

    def test_j8_unpaid_order_whose_goods_are_held_is_no_drift(self):
        """Whether Amazon keeps its pieces back from a new quantity, it does not say."""
        self.account.hold_pending = True
        self.order_unpaid(2)
        self.tell()
        self.assertEqual(self.mug.sent_quantity, 8)
        self.let_hours_pass()
        self.assertNoDrift(8, 6)
        self.lists(5)
        self.assertEqual(self.mug.drift_count, 1)

    def test_j8_order_that_can_not_be_imported_is_no_drift(self):
        items = [self.world.item("MUG-BLUE", quantity=2)]
        ref = self.buy(items=items)
        order = type(self.env["sale.order"])
        with (
            patch.object(order, "_amazon_import", side_effect=ZeroDivisionError),
            mute_logger("odoo.addons.amazon_connector.models.orders.amazon_order"),
        ):
            self.run_cron()
        self.assertEqual(self.row(ref).state, "failed")
        self.assertNoDrift(8, 8)

    def test_j8_packs_of_unpaid_orders_count_as_packs(self):
        self.mug.quantity_factor = 3
        self.tell()
        self.assertEqual(self.mug.sent_quantity, 3)
        self.let_hours_pass()
        self.order_unpaid(1)
        self.assertNoDrift(2)
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

    def test_j8_offer_that_is_stopped_is_not_shown_any_more(self):
        self.mug.drift_count = 3
        problems = self.env["amazon.problem"]
        self.env.flush_all()
        self.assertTrue(problems.search([("kind", "=", "drift")]))
        self.mug.action_stop_stock()
        self.env.flush_all()
        self.assertFalse(problems.search([("kind", "=", "drift")]))
        self.mug.action_send_stock()
        self.assertFalse(self.mug.drift_message)

    def test_j8_account_that_sends_no_stock_compares_nothing(self):
        self.account.sync_stock = False
        self.lists(3)
        self.assertEqual(self.mug.drift_count, 0)
