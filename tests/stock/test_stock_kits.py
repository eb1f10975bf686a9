"""Stock of kits, and one stock for several marketplaces (features J2, J5)."""

from unittest.mock import patch

from odoo import _
from odoo.fields import Command

from odoo.addons.amazon_connector.models.stock_count.amazon_account import (
    AmazonAccount,
    Kit,
)

from ..common import FR, GB
from ..kits import KitCase
from ..stock_case import StockCase, StockFeedCase


class TestStockInEurope(StockFeedCase):
    def test_j5_marketplaces_share_the_smallest_quantity(self):
        france = self.create_offer("MUG-BLUE", FR, stock_buffer=3)
        britain = self.create_offer("MUG-BLUE", GB, stock_cap=8)
        self.offers.update(France=france, Britain=britain)
        expected = {"MUG-BLUE": 7, "France": 7, "Britain": 7}
        self.assertEqual(self.available(*expected), expected)

        france.sync_stock = False  # its own number counts for itself only
        self.env.invalidate_all()
        self.assertEqual(france.available_quantity, 7)
        expected = {"MUG-BLUE": 8, "Britain": 8}
        self.assertEqual(self.available(*expected), expected)

        britain.amazon_channel = "fba"
        self.assertEqual(self.available("MUG-BLUE"), {"MUG-BLUE": 10})

    def test_j5_changed_buffer_of_one_marketplace_moves_the_others(self):
        france = self.create_offer("MUG-BLUE", FR)
        self.compute()
        self.let_time_pass()
        france.stock_buffer = 4
        self.env.flush_all()
        self.compute()
        self.assertEqual((self.mug.stock_quantity, france.stock_quantity), (6, 6))

    def test_j5_elsewhere_each_marketplace_has_its_own(self):
        france = self.create_offer("MUG-BLUE", FR, stock_buffer=3)
        shops = self.mug.marketplace_id + france.marketplace_id
        self.account.active_marketplace_ids = False
        shops.region = "na"
        self.account.active_marketplace_ids = shops
        expected = {"MUG-BLUE": 10, "France": 7}
        self.offers["France"] = france
        self.assertEqual(self.available(*expected), expected)

    def test_j5_each_product_is_computed_once(self):
        self.create_offers(self.products, FR)
        self.create_offers(self.products, GB)
        counted = []
        count_stored = AmazonAccount._count_stored

        def count(account, product_ids, *args):
            counted.append(len(product_ids))
            return count_stored(account, product_ids, *args)

        self.account.stock_read_until = False
        with patch.object(AmazonAccount, "_count_stored", count):
            self.compute()
        self.assertEqual(counted, [3])


class TestStockOfKits(KitCase, StockCase):
    """What can be bought of a kit depends on its parts. The parts list is that of
    Manufacturing where it is installed, else one that answers alike."""

    def setUp(self):
        super().setUp()
        self.has_mrp = "mrp.bom" in self.env
        self.kit = self.create_consumable("GIFT-BOX", "Tea for two")
        self.products["GIFT-BOX"] = self.kit
        self.parts = {self.products["MUG-WHITE"]: 2, self.products["TEA-SENCHA"]: 1}
        if self.has_mrp:
            self._create_bom()
        else:
            self._imitate_manufacturing()
        self.box = self.create_offer("GIFT-BOX")

    def _imitate_manufacturing(self):
        kit = self.kit

        def find(account, products):
            parts = {part.id: quantity for part, quantity in self.parts.items()}
            stored = account._filter_stored_ids(parts)
            parts = {part: parts[part] for part in stored}
            return {kit.id: Kit(1, parts)} if kit in products else {}

        for patcher in (
            patch.object(AmazonAccount, "_find_stock_kits", find),
            patch(
                "odoo.addons.amazon_connector.models.kits.search_all", lambda env: kit
            ),
        ):
            patcher.start()
            self.addCleanup(patcher.stop)

    def test_j6_parts_that_a_delivery_needs_make_no_kits(self):
        self.stock(MUG_WHITE=20, TEA_SENCHA=10)
        move = self.env["stock.move"].create(
            {
                "name": _("Amazon move"),
                "product_id": self.products["TEA-SENCHA"].id,
                "product_uom_qty": 8,
                "location_id": self.shelf.id,
                "location_dest_id": self.env.ref("stock.stock_location_customers").id,
                "company_id": self.company.id,
            }
        )
        move._action_confirm()
        move._do_unreserve()
        self.assertEqual(self.box.available_quantity, 2)
        self.compute()
        self.assertEqual(self.box.stock_quantity, 2)
        move.product_uom_qty = 15
        self.env.invalidate_all()
        self.assertEqual(self.box.available_quantity, 0)

    def test_j2_kit_is_worth_what_its_parts_make(self):
        self.stock(MUG_WHITE=9, TEA_SENCHA=3)
        self.assertEqual(self.box.available_quantity, 3)
        self.compute()
        self.assertEqual(self.box.stock_quantity, 3)

    def test_j1_change_of_a_part_changes_the_kit(self):
        self.stock(MUG_WHITE=9, TEA_SENCHA=30)
        self.compute()
        self.assertEqual(self.box.stock_quantity, 4)
        self.let_time_pass()
        self.stock(MUG_WHITE=5)
        self.compute()
        self.assertEqual(self.box.stock_quantity, 2)

    def test_j6_kit_of_parts_without_stock_is_left_out(self):
        """Its parts are always there: it is not sold out."""
        bag = self.create_consumable("BAG", "Bag")
        if self.has_mrp:
            self.env["mrp.bom"].search(
                [("product_tmpl_id", "=", self.kit.product_tmpl_id.id)]
            ).bom_line_ids = [
                Command.clear(),
                Command.create({"product_id": bag.id, "product_qty": 1}),
            ]
        else:
            self.parts.clear()
            self.parts[bag] = 1
        self.account.stock_read_until = False
        self.compute()
        self.env.cr.execute(
            "SELECT stock_quantity FROM amazon_offer WHERE id = %s", [self.box.id]
        )
        self.assertEqual(self.env.cr.fetchone(), (None,))
        self.assertEqual(self.box.available_quantity, 0)

    def test_j6_part_without_stock_does_not_count(self):
        bag = self.create_consumable("BAG", "Bag")
        if self.has_mrp:
            self.env["mrp.bom"].search(
                [("product_tmpl_id", "=", self.kit.product_tmpl_id.id)]
            ).bom_line_ids = [Command.create({"product_id": bag.id, "product_qty": 1})]
        else:
            self.parts[bag] = 1
        self.stock(MUG_WHITE=9, TEA_SENCHA=3)
        self.assertEqual(self.box.available_quantity, 3)
