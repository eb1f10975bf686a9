"""How many pieces of an offer can be bought (features J2, J5, C3)."""

from odoo import _
from odoo.exceptions import ValidationError
from odoo.tools import mute_logger

from ..common import FR
from ..stock_case import StockFeedCase


class TestStockQuantities(StockFeedCase):
    def _move(self, sku, quantity, source, destination):
        """Create a move and reserve for it.

        :return: a stock.move that is confirmed and reserved as far as possible
        """
        move = self.env["stock.move"].create(
            {
                "name": _("Amazon move"),
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

    def test_j2_chosen_locations_with_all_below_them(self):
        second = self.create_place("Second floor", self.warehouse.view_location_id)
        corner = self.create_place("Corner", second)
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
        self.account.warehouse_id = other
        self.assertEqual(self.available("MUG-BLUE"), {"MUG-BLUE": 99})

    def test_j2_marketplace_may_have_a_warehouse_of_its_own(self):
        other = self.env["stock.warehouse"].create(
            {"name": "Harbour", "code": "HAR", "company_id": self.company.id}
        )
        self.stock(other.lot_stock_id, MUG_BLUE=4)
        france = self.create_offer("MUG-BLUE", FR)
        self.compute()
        self.let_time_pass()
        self.env["amazon.account.marketplace"].create(
            {
                "account_id": self.account.id,
                "marketplace_id": france.marketplace_id.id,
                "warehouse_id": other.id,
                "location_id": self.create_place("FBA France", self.shelf).id,
            }
        )
        self.env.flush_all()
        self.compute()
        self.assertEqual(france.stock_quantity, 4)
        self.assertEqual(self.mug.stock_quantity, 4)  # Europe shares the smallest
        france.sync_stock = False
        fba = self.account.marketplace_setting_ids.location_id
        self.stock(fba, MUG_BLUE=100)
        self.assertEqual(self.available("MUG-BLUE"), {"MUG-BLUE": 10})

    def test_j3_what_lies_at_amazon_is_never_counted(self):
        self.stock(self.account.location_id, MUG_BLUE=100)
        self.assertEqual(self.available("MUG-BLUE"), {"MUG-BLUE": 10})
        corner = self.create_place("Corner", self.shelf)
        self.stock(corner, MUG_BLUE=1)
        self.account.location_id.location_id = corner  # below what is counted
        shelf_of_fba = self.create_place("A-1", self.account.location_id)
        self.stock(shelf_of_fba, MUG_BLUE=1000)
        for basis in ("free", "forecast"):
            self.account.stock_basis = basis
            self.assertEqual(self.available("MUG-BLUE"), {"MUG-BLUE": 11})
        self.account.stock_location_ids = self.account.location_id + shelf_of_fba
        self.assertEqual(self.available("MUG-BLUE"), {"MUG-BLUE": 0})

    def test_j3_what_lies_at_amazon_for_another_account_neither(self):
        place = self.create_place("Amazon of the other", self.shelf)
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
        consumable = self.create_consumable("BAG", "Bag")
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
