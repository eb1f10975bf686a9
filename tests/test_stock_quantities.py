"""How many pieces of an offer can be bought (features J2, J5, C3)."""

from unittest.mock import patch

from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tools import mute_logger

from odoo.addons.amazon_connector.models.amazon_account_stock_settings import (
    AmazonAccount,
)

from .common import FR, GB
from .stock_out import StockCase


class TestStockQuantities(StockCase):
    def setUp(self):
        super().setUp()
        self.stock(MUG_BLUE=10, MUG_WHITE=20, TEA_SENCHA=30)
        self.mug = self.offers["MUG-BLUE"]

    def available(self, *skus):
        """:return dict: SKU -> what would be sent, as the offers show it; the look
        computes the same"""
        self.env.invalidate_all()
        shown = {
            sku: offer.available_quantity
            for sku, offer in self.offers.items()
            if not skus or sku in skus
        }
        self.account.stock_read_until = False
        self.compute()
        for sku, quantity in shown.items():
            self.assertEqual(self.offers[sku].stock_quantity, quantity, sku)
        return shown

    def _move(self, sku, quantity, source, destination):
        """:return: a stock.move that is confirmed and reserved as far as possible"""
        move = self.env["stock.move"].create(
            {
                "name": "Amazon move",
                "product_id": self.products[sku].id,
                "product_uom_qty": quantity,
                "location_id": source.id,
                "location_dest_id": destination.id,
                "company_id": self.company.id,
            }
        )
        move._action_confirm()
        move._action_assign()
        return move

    def test_j2_what_is_free_on_the_shelf_is_sent(self):
        self.assertEqual(
            self.available(), {"MUG-BLUE": 10, "MUG-WHITE": 20, "TEA-SENCHA": 30}
        )
        customers = self.env.ref("stock.stock_location_customers")
        self._move("MUG-BLUE", 3, self.shelf, customers)
        self.assertEqual(self.available("MUG-BLUE"), {"MUG-BLUE": 7})
        self._move("MUG-BLUE", 9, self.shelf, customers)
        self.assertEqual(self.available("MUG-BLUE"), {"MUG-BLUE": 0})

    def test_j2_forecast_counts_what_comes_and_what_goes(self):
        self.account.stock_basis = "forecast"
        suppliers = self.env.ref("stock.stock_location_suppliers")
        customers = self.env.ref("stock.stock_location_customers")
        self._move("MUG-BLUE", 5, suppliers, self.shelf)
        self.assertEqual(self.available("MUG-BLUE"), {"MUG-BLUE": 15})
        self._move("MUG-BLUE", 18, self.shelf, customers)
        self.assertEqual(self.available("MUG-BLUE"), {"MUG-BLUE": 0})

    def test_j2_buffer_and_limit(self):
        for buffer, limit, expected in (
            (3, 0, 7),
            (0, 4, 4),
            (3, 4, 4),
            (8, 4, 2),
            (10, 0, 0),
            (11, 0, 0),
            (0, 0.5, 0),
            (9.5, 0, 0),
        ):
            with self.subTest(buffer=buffer, limit=limit):
                self.mug.write({"stock_buffer": buffer, "stock_cap": limit})
                self.assertEqual(self.available("MUG-BLUE"), {"MUG-BLUE": expected})

    def test_c3_packs_are_counted_whole(self):
        for factor, stock, expected in (
            (6, 10, 1),
            (6, 12, 2),
            (6, 5, 0),
            (0.5, 10, 20),
            (0.1, 0.3, 3),  # 0.3 / 0.1 is 2.9999999999999996
            (0.1, 0.7, 7),
            (3, 10, 3),
        ):
            with self.subTest(factor=factor, stock=stock):
                self.products["MUG-BLUE"].uom_id.rounding = 0.01
                self.stock(MUG_BLUE=stock)
                self.mug.quantity_factor = factor
                self.assertEqual(self.available("MUG-BLUE"), {"MUG-BLUE": expected})

    def test_c3_buffer_and_limit_count_single_units(self):
        self.stock(MUG_BLUE=40)
        self.mug.write({"quantity_factor": 6, "stock_buffer": 5, "stock_cap": 20})
        self.assertEqual(self.available("MUG-BLUE"), {"MUG-BLUE": 3})

    def test_j2_never_below_zero_and_never_beyond_what_amazon_takes(self):
        self.stock(MUG_BLUE=-4)
        self.assertEqual(self.available("MUG-BLUE"), {"MUG-BLUE": 0})
        self.stock(MUG_BLUE=10**10)
        self.assertEqual(self.available("MUG-BLUE"), {"MUG-BLUE": 2**31 - 1})

    def test_j2_negative_buffer_is_refused(self):
        for name in ("stock_buffer", "stock_cap"):
            with (
                self.assertRaisesRegex(Exception, "stock_reductions_positive"),
                self.env.cr.savepoint(),
                mute_logger("odoo.sql_db"),
            ):
                self.mug.write({name: -1})
                self.mug.flush_recordset()
        for share in (-1, 101):
            with self.assertRaises(ValidationError):
                self.account.stock_guard_share = share

    # === locations === #

    def _create_place(self, name, parent, **values):
        return self.env["stock.location"].create(
            {
                "name": name,
                "usage": "internal",
                "location_id": parent.id,
                "company_id": self.company.id,
                **values,
            }
        )

    def test_j2_chosen_locations_with_all_below_them(self):
        second = self._create_place("Second floor", self.warehouse.view_location_id)
        corner = self._create_place("Corner", second)
        self.stock(second, MUG_BLUE=5)
        self.stock(corner, MUG_BLUE=2)
        self.assertEqual(self.available("MUG-BLUE"), {"MUG-BLUE": 10})
        self.account.stock_location_ids = second
        self.assertEqual(self.available("MUG-BLUE"), {"MUG-BLUE": 7})
        self.account.stock_location_ids = second + self.shelf
        self.assertEqual(self.available("MUG-BLUE"), {"MUG-BLUE": 17})
        self.account.stock_location_ids = corner + second
        self.assertEqual(self.available("MUG-BLUE"), {"MUG-BLUE": 7})

    def test_j2_warehouse_that_ships_the_orders_is_counted(self):
        other = self.env["stock.warehouse"].create(
            {"name": "Harbour", "code": "HAR", "company_id": self.company.id}
        )
        self.stock(other.lot_stock_id, MUG_BLUE=99)
        self.assertEqual(self.available("MUG-BLUE"), {"MUG-BLUE": 10})
        user = self.account.user_id.with_company(self.company)
        user.property_warehouse_id = other
        self.assertEqual(self.available("MUG-BLUE"), {"MUG-BLUE": 99})

    def test_j3_what_lies_at_amazon_is_never_counted(self):
        self.stock(self.account.location_id, MUG_BLUE=100)
        self.assertEqual(self.available("MUG-BLUE"), {"MUG-BLUE": 10})
        corner = self._create_place("Corner", self.shelf)
        self.stock(corner, MUG_BLUE=1)
        self.account.location_id.location_id = corner  # below what is counted
        shelf_of_fba = self._create_place("A-1", self.account.location_id)
        self.stock(shelf_of_fba, MUG_BLUE=1000)
        for basis in ("free", "forecast"):
            self.account.stock_basis = basis
            self.assertEqual(self.available("MUG-BLUE"), {"MUG-BLUE": 11})
        self.account.stock_location_ids = self.account.location_id + shelf_of_fba
        self.assertEqual(self.available("MUG-BLUE"), {"MUG-BLUE": 0})

    def test_j3_what_lies_at_amazon_for_another_account_neither(self):
        place = self._create_place("Amazon of the other", self.shelf)
        self.account.copy({"name": "Other", "location_id": place.id}).action_archive()
        self.stock(place, MUG_BLUE=100)
        self.assertEqual(self.available("MUG-BLUE"), {"MUG-BLUE": 10})

    # === who takes part === #

    def _takes_part(self, offer):
        self.account.stock_read_until = False
        self.compute()
        self.env.cr.execute(
            "SELECT stock_quantity IS NOT NULL FROM amazon_offer WHERE id = %s",
            [offer.id],
        )
        return self.env.cr.fetchone()[0]

    def test_j3_who_never_takes_part(self):
        self.assertTrue(self._takes_part(self.mug))
        service = self._create_service("WRAP", "Wrapping")
        consumable = self._create_product("BAG", "Bag", detailed_type="consu")
        for number, values in enumerate(
            (
                {"amazon_channel": "fba"},
                {"sync_stock": False},
                {"product_id": False},
                {"product_id": service.id},
                {"product_id": consumable.id},
            )
        ):
            with self.subTest(values):
                offer = self.create_offer(f"OTHER-{number}", **values)
                self.assertFalse(self._takes_part(offer))
                before = {name: self.mug[name] for name in values}
                self.mug.write(values)
                self.assertFalse(self._takes_part(self.mug))
                if "sync_stock" not in values:
                    self.env.invalidate_all()
                    self.assertEqual(self.mug.available_quantity, 0)
                self.mug.write(before)
                self.assertTrue(self._takes_part(self.mug))

    def test_j3_marketplace_that_is_not_synchronized_takes_no_part(self):
        self.assertTrue(self._takes_part(self.mug))
        germany = self.mug.marketplace_id
        self.account.active_marketplace_ids -= germany
        self.assertFalse(self._takes_part(self.mug))
        self.account.active_marketplace_ids += germany
        self.assertTrue(self._takes_part(self.mug))

    def test_j3_new_offer_takes_no_part_before_it_was_looked_at(self):
        offer = self.create_offer("NEW", product_id=self.products["MUG-BLUE"].id)
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT stock_quantity FROM amazon_offer WHERE id = %s", [offer.id]
        )
        self.assertEqual(self.env.cr.fetchone(), (None,))

    def test_j2_archived_product_is_counted(self):
        self.products["MUG-BLUE"].action_archive()
        self.assertEqual(self.available("MUG-BLUE"), {"MUG-BLUE": 10})

    # === Europe === #

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
        products = type(self.env["product.product"])
        compute = products._compute_quantities_dict

        def count(records, *args, **kwargs):
            counted.append(len(records))
            return compute(records, *args, **kwargs)

        self.account.stock_read_until = False
        with patch.object(products, "_compute_quantities_dict", count):
            self.compute()
        self.assertEqual(counted, [3])


class TestStockOfKits(StockCase):
    """What can be bought of a kit depends on its parts. The parts list is that of
    Manufacturing where it is installed, else one that answers alike."""

    def setUp(self):
        super().setUp()
        self.has_mrp = "mrp.bom" in self.env
        self.kit = self._create_product(
            "GIFT-BOX", "Tea for two", detailed_type="consu"
        )
        self.products["GIFT-BOX"] = self.kit
        self.parts = {self.products["MUG-WHITE"]: 2, self.products["TEA-SENCHA"]: 1}
        if self.has_mrp:
            self._create_bom()
        else:
            self._imitate_manufacturing()
        self.box = self.create_offer("GIFT-BOX")

    def _create_bom(self):
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": self.kit.product_tmpl_id.id,
                "type": "phantom",
                "company_id": self.company.id,
                "bom_line_ids": [
                    Command.create({"product_id": part.id, "product_qty": quantity})
                    for part, quantity in self.parts.items()
                ],
            }
        )

    def _imitate_manufacturing(self):
        kit, parts = self.kit, self.parts
        products = type(kit)
        compute = products._compute_quantities_dict

        def explode(records, *args, **kwargs):
            found = compute(records - kit, *args, **kwargs)
            if kit in records:
                of_parts = compute(
                    records.browse([part.id for part in parts]), *args, **kwargs
                )
                found[kit.id] = {
                    name: min(
                        of_parts[part.id][name] // count
                        for part, count in parts.items()
                    )
                    for name in ("free_qty", "virtual_available")
                }
            return found

        for target, name, stand_in in (
            (products, "_compute_quantities_dict", explode),
            (AmazonAccount, "_get_stock_kits", lambda account: kit),
        ):
            patcher = patch.object(target, name, stand_in)
            patcher.start()
            self.addCleanup(patcher.stop)

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
