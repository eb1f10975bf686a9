"""FBA stock is read once a day, whatever happens on the way (feature G3)."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tools import mute_logger

from odoo.addons.amazon_connector.models.fba import amazon_account as amazon_account_fba
from odoo.addons.amazon_connector.sim import SELLER_NA
from odoo.addons.amazon_connector.sim.sellers import ROLE_FBA, ROLE_LISTINGS

from ..common import ACCOUNT_LOG, GB
from .case import FbaStockCase


class TestFbaReadingByCron(FbaStockCase):
    def test_g3_cron_reads_once_a_day_what_has_to_do_with_fba(self):
        self.count("MUG-BLUE", 7)
        self.read_by_cron()
        self.assertFalse(self.amazon.calls("getInventorySummaries"))

        self.create_fba_offer("MUG-BLUE", "MUG-BLUE")
        self.read_by_cron()
        self.assertEqual(self.compared(), {"MUG-BLUE": (7.0, 0.0, 7.0)})
        self.assertEqual(len(self.amazon.calls("getInventorySummaries")), 3)
        self.read_by_cron()
        self.assertEqual(len(self.amazon.calls("getInventorySummaries")), 3)
        self.let_time_pass(hours=21)
        self.read_by_cron()
        self.assertEqual(len(self.amazon.calls("getInventorySummaries")), 6)

    def test_g3_orders_are_booked_before_stock_is_read(self):
        self.store("MUG-BLUE", 10)
        self.count("MUG-BLUE", 10)
        self.buy_fba("MUG-BLUE")
        self.read_stock()
        self.assertEqual(self.compared(), {"MUG-BLUE": (9.0, 9.0, 0.0)})

    def test_g3_missing_role_concerns_nothing_else(self):
        self.count("MUG-BLUE", 7)
        self.world.sellers[0].roles -= {ROLE_FBA, ROLE_LISTINGS}
        answer = self.account.action_read_fba_stock()["params"]
        self.assertEqual(answer["type"], "danger")
        self.assertIn("“Amazon Fulfillment”", answer["message"])
        self.assertEqual(self.account.fba_stock_message, answer["message"])
        self.assertEqual(self.account.connection_state, "connected")
        self.world.sellers[0].roles |= {ROLE_FBA}
        self.read_stock()
        self.assertFalse(self.account.fba_stock_message)

    def test_g3_half_a_reading_changes_nothing(self):
        self.count("MUG-BLUE", 7)
        self.count("MUG-BLUE", 2, GB)
        self.read_stock()
        self.let_time_pass(days=1)
        before = self.account.fba_stock_read_at
        self.count("MUG-BLUE", 5)
        self.amazon.faults.add(
            "getInventorySummaries", "server_error", times=9, after=1
        )
        self.read_by_cron()
        self.assertEqual(
            sorted(self.rows().mapped("fulfillable_quantity")), [2, 7], "as before"
        )
        self.assertIn("tries again", self.account.fba_stock_message)
        self.assertEqual(self.account.fba_stock_read_at, before, "it is due still")
        self.amazon.faults.clear()
        self.env["amazon.rate.limit"].search([]).next_allowed_at = False
        self.read_by_cron()
        self.assertEqual(sorted(self.rows().mapped("fulfillable_quantity")), [2, 5])

    def test_g3_account_that_breaks_off_stops_no_other(self):
        other = self._link_account(
            SELLER_NA,
            base_marketplace_id=self.env.ref("amazon_connector.marketplace_us").id,
            available_marketplace_ids=[],
            active_marketplace_ids=[],
        )
        self.account.fba_stock_read_at = fields.Datetime.now() - timedelta(days=9)
        other.fba_stock_read_at = fields.Datetime.now() - timedelta(days=8)
        self.world.fba_stock(
            "MUG-BLUE", "ATVPDKIKX0DER", self.world.sellers[1], fulfillable=3
        )
        model = type(self.account)
        real = model._fetch_fba_stock

        def fetch(account, budget):
            if account == self.account:
                raise ValueError("Surprise")
            return real(account, budget)

        with patch.object(model, "_fetch_fba_stock", fetch):
            with self.assertLogs(amazon_account_fba._logger, "ERROR"):
                self.read_by_cron()
        rows = self.env["amazon.fba.stock"].search([("account_id", "=", other.id)])
        self.assertEqual(rows.fulfillable_quantity, 3)

    @mute_logger(ACCOUNT_LOG)
    def test_g3_no_connection_is_said_on_the_account(self):
        self.amazon.stop()
        answer = self.account.action_read_fba_stock()["params"]
        self.assertEqual(answer["type"], "danger")
        self.assertIn("No simulator answers", answer["message"])

    def test_g3_costs_do_not_grow_with_the_number_of_skus(self):
        for number in range(20):
            self.count(f"ART-{number:03d}", number + 1)
            self.create_fba_offer(f"ART-{number:03d}", "MUG-BLUE")
        self._count_statements()
        few = self._count_statements()
        for number in range(20, 49):  # one page of Amazon still
            self.count(f"ART-{number:03d}", number + 1)
        new = self._count_statements()
        self.assertLessEqual(new, few + 12, "29 rows more, all of them new")
        self.assertLessEqual(self._count_statements(), few + 2, "49 rows, changed")

    def _count_statements(self):
        """Change all of Amazon's stock and count what it costs to store it.

        :return int: SQL to take over a reading and to show the differences
        """
        for stock in self.world.fba_stocks.values():
            stock.fulfillable += 1
        account = self.account.sudo()._in_company()
        downloads = account._fetch_fba_stock(None)
        now = fields.Datetime.now()
        return self.count_sql(lambda: account._note_fba_stock(downloads, now))
