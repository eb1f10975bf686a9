"""From when on, of which marketplaces and accounts orders are read (features A1, A5,
D14)."""

from datetime import datetime, timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import Form

from ..common import DE, FR, GB, AmazonCase


class TestReadingWindow(AmazonCase):
    def test_next_reading_overlaps_the_last_one(self):
        self.run_cron()
        bound = self.account.last_orders_sync
        with freeze_time(datetime.now() + timedelta(minutes=10)):
            self.env["amazon.account"]._cron_sync_orders()
        last = self.amazon.calls("searchOrders")[-1]
        self.assertEqual(
            last.parameters["lastUpdatedAfter"],
            (bound - timedelta(minutes=2)).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        )

    def test_a_person_moves_the_cursor(self):
        self.run_cron()
        with Form(self.account) as form:
            form.last_orders_sync = datetime(2026, 10, 1, 12, 0, 0)
        self.run_cron()
        last = self.amazon.calls("searchOrders")[-1]
        self.assertEqual(
            last.parameters["lastUpdatedAfter"], "2026-10-01T12:00:00.000Z"
        )

    def test_nothing_older_than_the_account_is_read(self):
        account = self.account.copy(
            {"active_marketplace_ids": self.account.active_marketplace_ids.ids}
        )
        account.sudo().refresh_token = self.another_seller().refresh_token
        self.assertAlmostEqual(
            account.last_orders_sync,
            fields.Datetime.now(),
            delta=timedelta(seconds=10),
        )
        self.account = account
        self.assertEqual(
            self.sync(), "Nothing to read yet: Amazon shows changes after two minutes."
        )
        self.assertCalls()

    def test_a1_one_call_serves_all_marketplaces(self):
        refs = [self.buy("MUG-BLUE", marketplace=shop) for shop in (DE, FR, GB)]
        self.run_cron()
        self.assertCalls("searchOrders")
        self.assertEqual(
            [self.sale_order(ref).currency_id.name for ref in refs],
            ["EUR", "EUR", "GBP"],
        )

    def test_a1_orders_of_two_accounts_stay_apart(self):
        from odoo.addons.amazon_connector.sim import SELLER_NA

        other = self._link_account(
            SELLER_NA,
            base_marketplace_id=self.env.ref("amazon_connector.marketplace_us").id,
            available_marketplace_ids=[],
            active_marketplace_ids=[],
        )
        mine = self.buy("MUG-BLUE")
        theirs = self.world.place_order(
            marketplace="ATVPDKIKX0DER",
            seller=self.world.sellers[1],
            items=[self.world.item("MUG-BLUE")],
            status="UNSHIPPED",
        )
        self.run_cron()
        self.assertEqual(self.sale_order(mine).amazon_account_id, self.account)
        self.assertEqual(self.sale_order(theirs).amazon_account_id, other)
        self.assertEqual(self.sale_order(theirs).currency_id.name, "USD")

    def test_a5_marketplace_taken_away_is_not_read(self):
        self.account.active_marketplace_ids = self.env.ref(
            "amazon_connector.marketplace_de"
        )
        german, french = self.buy("MUG-BLUE"), self.buy("MUG-BLUE", marketplace=FR)
        self.run_cron()
        self.assertEqual(self.states(), {german: "done"})
        self.assertFalse(self.sale_order(french))
