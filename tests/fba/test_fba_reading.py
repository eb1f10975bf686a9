"""What lies in Amazon's warehouses is read and compared (feature G3)."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields

from odoo.addons.amazon_connector.amazon_api import StockCount
from odoo.addons.amazon_connector.models.fba import amazon_account as amazon_account_fba
from odoo.addons.amazon_connector.sim import SELLER_NA

from ..common import DE, FR, GB
from .case import FbaStockCase


class TestFbaReading(FbaStockCase):
    def test_g3_stock_is_read_and_compared(self):
        self.store("MUG-BLUE", 5)
        self.store("TEA-SENCHA", 9)
        self.count(
            "MUG-BLUE",
            7,
            reserved_orders=1,
            reserved_transfer=2,
            inbound_working=20,
            inbound_shipped=6,
            inbound_receiving=3,
            defective=4,
            researching=1,
        )
        self.count("TEA-SENCHA", 9)
        self.count("NO-SUCH", 3)

        self.assertEqual(
            self.read_stock(),
            "SKUs read: 3. With a difference: 1. Without a product: 1.",
        )

        mug, unknown, _tea = self.rows()
        self.assertRecordValues(
            mug,
            [
                {
                    "company_id": self.company.id,
                    "marketplace_id": self.env.ref(
                        "amazon_connector.marketplace_de"
                    ).id,
                    "fnsku": self.world.fba_stock("MUG-BLUE").fnsku,
                    "product_id": self.products["MUG-BLUE"].id,
                    "location_id": self.account.location_id.id,
                    "fulfillable_quantity": 7,
                    "reserved_quantity": 3,
                    "inbound_quantity": 9,
                    "announced_quantity": 20,
                    "unfulfillable_quantity": 4,
                    "researching_quantity": 1,
                }
            ],
        )
        self.assertEqual(
            self.compared(),
            {
                "MUG-BLUE": (15.0, 5.0, 10.0),
                "NO-SUCH": (0.0, 0.0, 0.0),
                "TEA-SENCHA": (9.0, 9.0, 0.0),
            },
        )
        self.assertEqual(self.differing(), ["MUG-BLUE"])
        self.assertReadNow()
        self.assertEqual(unknown.offer_id.amazon_channel, "fba")
        self.assertEqual(unknown.action_open_offer()["res_id"], unknown.offer_id.id)
        self.assertEqual(self.adjustments().ids, [], "nothing is booked by itself")

    def test_g3_the_account_says_what_counts(self):
        self.count("MUG-BLUE", 7, inbound_shipped=6, inbound_working=9, defective=4)
        self.read_stock()
        self.assertEqual(self.compared()["MUG-BLUE"][0], 11.0)
        self.account.fba_count_damaged = False
        self.assertEqual(self.compared()["MUG-BLUE"][0], 7.0)
        self.account.fba_count_inbound = True
        self.assertEqual(self.compared()["MUG-BLUE"][0], 13.0)

    def test_g3_linked_marketplaces_are_counted_once_others_apart(self):
        britain = self.env["stock.location"].create(
            {
                "name": "Amazon in Britain",
                "usage": "internal",
                "location_id": self.warehouse.view_location_id.id,
                "company_id": self.company.id,
            }
        )
        shop = self.env["amazon.marketplace"]._by_api_ref([GB])[GB]
        setting = self.env["amazon.account.marketplace"].create(
            {"account_id": self.account.id, "marketplace_id": shop.id}
        )
        self.store("MUG-BLUE", 10)
        self.count("MUG-BLUE", 7, FR)
        self.count("MUG-BLUE", 2, GB)
        self.read_stock()
        by_shop = {
            row.marketplace_id.api_ref: (row.fulfillable_quantity, row.difference)
            for row in self.rows()
        }
        self.assertEqual(by_shop, {DE: (7, -1.0), GB: (2, -1.0)}, "one location")

        setting.location_id = britain
        self.env.invalidate_all()
        by_shop = {
            row.marketplace_id.api_ref: (row.location_id, row.difference)
            for row in self.rows()
        }
        self.assertEqual(
            by_shop, {DE: (self.account.location_id, -3.0), GB: (britain, 2.0)}
        )

    def test_g3_all_skus_of_a_product_and_their_factors_count(self):
        self.create_fba_offer("MUG-SIX", "MUG-BLUE", quantity_factor=6)
        self.create_fba_offer("MUG-ONE", "MUG-BLUE")
        self.store("MUG-BLUE", 20)
        self.count("MUG-SIX", 2)
        self.count("MUG-ONE", 5)
        self.read_stock()
        quantities = (17.0, 20.0, -3.0)
        self.assertEqual(
            self.compared(), {"MUG-SIX": quantities, "MUG-ONE": quantities}
        )

    def test_g3_accounts_that_share_a_location_are_compared_together(self):
        other = self._link_account(
            SELLER_NA,
            base_marketplace_id=self.env.ref("amazon_connector.marketplace_us").id,
            available_marketplace_ids=[],
            active_marketplace_ids=[],
        )
        other.location_id = self.account.location_id
        self.store("MUG-BLUE", 10)
        self.count("MUG-BLUE", 7)
        self.world.fba_stock(
            "MUG-BLUE", "ATVPDKIKX0DER", self.world.sellers[1], fulfillable=3
        )
        self.read_stock()
        self.assertEqual(self.compared()["MUG-BLUE"], (7.0, 10.0, -3.0))
        other.action_read_fba_stock()
        self.assertEqual(self.compared()["MUG-BLUE"], (10.0, 10.0, 0.0))
        other.action_archive()
        self.assertEqual(self.compared()["MUG-BLUE"], (7.0, 10.0, -3.0))

    def test_g3_products_follow_the_offers(self):
        offer = self.create_fba_offer("NEW-MUG")
        self.count("NEW-MUG", 4)
        self.assertIn("Without a product: 1.", self.read_stock())
        offer.product_id = self.products["MUG-BLUE"]
        self.assertEqual(self.compared(), {"NEW-MUG": (4.0, 0.0, 4.0)})

    def test_g3_new_sku_takes_the_product_of_the_same_sku_shipped_by_the_seller(self):
        self.create_fba_offer(
            "MUG-SIX", "MUG-BLUE", amazon_channel="fbm", quantity_factor=6
        )
        self.count("MUG-SIX", 2)
        self.read_stock()
        self.assertEqual(self.compared(), {"MUG-SIX": (12.0, 0.0, 12.0)})

    def test_g3_second_reading_changes_what_changed(self):
        self.count("MUG-BLUE", 7)
        self.count("MUG-WHITE", 1)
        self.create_fba_offer("NEVER-SENT", "TEA-SENCHA")
        self.read_stock()
        rows = self.rows()
        self.let_time_pass(days=1)
        self.count("MUG-BLUE", 4)
        self.world.fba_stocks.pop((self.account.seller_key, "EU", "MUG-WHITE"))
        self.read_stock()
        self.assertEqual(self.rows(), rows)
        self.assertEqual(
            {row.sku: row.fulfillable_quantity for row in rows},
            {"MUG-BLUE": 4, "MUG-WHITE": 0, "NEVER-SENT": 0},
        )
        self.assertReadNow()

    def test_g3_what_amazon_never_had_or_has_no_more_is_left_out(self):
        self.count("OLD-ONE", 0)
        self.assertEqual(self.read_stock(), "Amazon has no stock of this account.")
        self.assertFalse(self.rows())
        self.assertFalse(self.account.offer_count)

    def test_g3_sku_that_can_not_be_read_stays_as_it_was(self):
        self.count("MUG-BLUE", 7)
        self.count("MUG-WHITE", 3)
        self.read_stock()
        account = self.account.sudo()._in_company()
        shops = account._get_fba_pools()["linked"]
        moment = fields.Datetime.now() + timedelta(hours=1)
        for doubtful, is_whole, expected in (
            ({"MUG-BLUE"}, True, {"MUG-BLUE": 7, "MUG-WHITE": 0}),
            (set(), False, {"MUG-BLUE": 7, "MUG-WHITE": 0}),
            (set(), True, {"MUG-BLUE": 0, "MUG-WHITE": 0}),
        ):
            download = amazon_account_fba.FbaDownload(
                "linked", shops, {}, {}, frozenset(doubtful), is_whole
            )
            account._note_fba_stock([download], moment)
            self.assertEqual(
                {row.sku: row.fulfillable_quantity for row in self.rows()}, expected
            )
        self.assertEqual(StockCount(0) + StockCount(1), StockCount(1))

    def test_g3_marketplace_that_is_given_up_takes_its_rows_along(self):
        self.count("MUG-BLUE", 7)
        self.count("MUG-BLUE", 2, GB)
        self.read_stock()
        self.assertEqual(len(self.rows()), 2)
        self.account.active_marketplace_ids = self.account.base_marketplace_id
        self.read_stock()
        self.assertEqual(self.rows().marketplace_id.api_ref, DE)

    def test_g3_many_pages_also_when_the_worker_comes_back_too_late(self):
        for number in range(120):
            self.count(f"ART-{number:03d}", number + 1)
        pauses = []

        def pause(seconds):
            pauses.append(seconds)
            if len(pauses) == 1:  # the token is over when it comes back
                for token in self.world.inventory_tokens.values():
                    object.__setattr__(
                        token, "issued", token.issued - timedelta(minutes=1)
                    )
            sleep(seconds)

        sleep = amazon_account_fba.time.sleep
        with patch.object(amazon_account_fba.time, "sleep", pause):
            self.assertIn("SKUs read: 120.", self.read_stock())
        self.assertEqual(
            sorted(self.rows().mapped("fulfillable_quantity")), [*range(1, 121)]
        )

    def test_g3_button_leaves_to_the_cron_what_takes_long(self):
        for number in range(120):
            self.count(f"ART-{number:03d}", number + 1)
        with patch.object(amazon_account_fba, "BUTTON_SECONDS", 0):
            self.assertIn("in the background", self.read_stock())
        self.assertFalse(self.rows())
        self.assertFalse(self.account.fba_stock_read_at)
