"""Orders are read before a quantity is stated; one account does not stop another
(feature J1)."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tools import mute_logger

from odoo.addons.amazon_connector.models.stock.amazon_account import Scan

from ..common import ACCOUNT_LOG
from ..stock_case import STOCK_LOG, StockFeedCase


class TestStockAndOrders(StockFeedCase):
    def test_j1_orders_of_this_moment_are_read_before(self):
        self.scan()
        self.accept()
        self.stock(MUG_BLUE=12)
        self.buy(items=[self.world.item("MUG-BLUE", quantity=5)])
        self.amazon.received.clear()
        self.scan()
        self.assertCalls("searchOrders")
        self.assertEqual(self.outbox()["MUG-BLUE"], ("todo", 7))
        self.assertEqual(self.outbox()["MUG-WHITE"], ("done", 20))

    def counted(self, meanwhile=None):
        """Look at the stock.

        :param callable meanwhile: what happens while orders are read
        :return list: of the SKUs that were counted, each time
        """
        counted, counting = self.counting()
        sync = type(self.account)._sync_orders

        def read(account, *args, **kwargs):
            result = sync(account, *args, **kwargs)
            if meanwhile:
                meanwhile()
            return result

        with counting, patch.object(type(self.account), "_sync_orders", read):
            self.scan()
        return counted

    def test_j1_goal_5_stock_is_counted_once_when_the_orders_took_nothing(self):
        self.scan()
        self.accept()
        self.stock(MUG_BLUE=12)
        self.assertEqual(self.counted(), [["MUG-BLUE"]])
        self.assertEqual(self.outbox()["MUG-BLUE"], ("todo", 12))

    def test_j1_what_is_taken_while_orders_are_read_is_counted_again(self):
        self.scan()
        self.accept()
        self.stock(MUG_BLUE=12, TEA_SENCHA=25)
        counted = self.counted(lambda: self.stock(MUG_BLUE=9, MUG_WHITE=11))
        self.assertEqual(
            counted, [["MUG-BLUE", "TEA-SENCHA"], ["MUG-BLUE", "MUG-WHITE"]]
        )
        expected = {"MUG-BLUE": 9, "MUG-WHITE": 11, "TEA-SENCHA": 25}
        self.assertEqual(
            self.outbox(), {sku: ("todo", count) for sku, count in expected.items()}
        )

    def test_j1_reservation_of_a_person_while_orders_are_read_counts(self):
        self.scan()
        self.accept()
        self.stock(MUG_BLUE=12)

        def reserve():
            quants = self.env["stock.quant"]
            quants._update_reserved_quantity(self.products["MUG-BLUE"], self.shelf, 5)

        self.assertEqual(self.counted(reserve), [["MUG-BLUE"], ["MUG-BLUE"]])
        self.assertEqual(self.outbox()["MUG-BLUE"], ("todo", 7))

    def test_j1_setting_changed_while_orders_are_read_counts_all(self):
        self.scan()
        self.accept()
        self.stock(MUG_BLUE=12)
        changed = self.counted(lambda: self.account.write({"stock_basis": "forecast"}))
        self.assertEqual(changed, [["MUG-BLUE"], sorted(self.offers)])

    @mute_logger(ACCOUNT_LOG)
    def test_j1_quantities_wait_while_orders_can_not_be_read(self):
        self.scan()
        self.messages("TEA-SENCHA").next_try_at = False
        self.stock(MUG_BLUE=12)
        self.account.last_orders_sync = fields.Datetime.now() - timedelta(days=1)
        self.amazon.faults.add("searchOrders", "server_error")
        triggers = self.env["ir.cron.trigger"].search_count([])
        self.scan()
        self.assertEqual(self.outbox()["MUG-BLUE"], ("todo", 10))
        self.assertTrue(all(self.messages().mapped("next_try_at")))  # they wait as well
        self.assertGreater(self.env["ir.cron.trigger"].search_count([]), triggers)
        self.assertIn("Amazon has a fault", self.account.connection_message)

        self.amazon.faults.add("searchOrders", "server_error")
        message = self.press()
        self.assertIn("Orders are read first", message)
        self.assertIn("Amazon has a fault", message)

        self.scan()
        self.assertEqual(self.outbox()["MUG-BLUE"], ("todo", 12))

    def test_j1_quantities_wait_for_the_next_page_of_orders(self):
        self.set_page_size(1)
        for _number in range(3):
            self.buy("MUG-BLUE")
        account = self.account.sudo()._in_company()
        with patch.object(type(account), "_sync_orders", self._read_one_page(account)):
            counts = account._sync_stock(self.budget(), Scan())
        self.assertTrue(counts["waiting"])
        self.assertFalse(self.messages())
        self.scan()
        self.assertEqual(self.outbox()["MUG-BLUE"], ("todo", 7))

    def _read_one_page(self, account):
        sync = type(account)._sync_orders
        return lambda records, budget: sync(records, budget, max_pages=1)

    def test_j1_each_account_has_its_turn(self):
        second = self.account.copy(
            {"name": "Second", "sync_stock": True, "location_id": False}
        )
        self.assertFalse(second.is_linked)
        self.scan()
        self.assertFalse(second.last_stock_run)
        self.assertTrue(self.account.last_stock_run)

    def test_j1_trouble_of_one_account_does_not_stop_the_others(self):
        first = self.account.copy(
            {
                "name": "First",
                "sync_stock": True,
                **self.keys_of(self.another_seller()),
            }
        )
        account_class = type(first)
        sync = account_class._sync_stock

        def stumble(account, *args):
            if account.id == first.id:
                raise ZeroDivisionError
            return sync(account, *args)

        with (
            patch.object(account_class, "_sync_stock", stumble),
            mute_logger(STOCK_LOG),
        ):
            self.scan()
        self.assertEqual(len(self.messages()), 3)

    def test_j1_archived_account_makes_no_call(self):
        self.account.action_archive()
        self.scan()
        self.assertCalls()
        self.assertFalse(self.messages())
