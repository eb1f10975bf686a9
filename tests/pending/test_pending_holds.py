"""Pending orders hold stock (feature D12): how it begins and what it is."""

from datetime import timedelta

from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import new_test_user

from ..common import FR
from ..everything import find_in_database
from .case import HoldCase


class TestPendingHolds(HoldCase):
    def test_d12_pending_order_holds_its_goods(self):
        items = [
            self.world.item("MUG-BLUE", quantity=2),
            self.world.item("TEA-SENCHA"),
            self.world.item("MUG-BLUE"),
        ]
        began = self.now()
        ref = self.order_unpaid(items=items)
        row = self.row(ref)
        self.assertEqual(row.state, "waiting")
        self.assertFalse(self.sale_orders())
        pending = self.company.amazon_pending_location_id
        self.assertRecordValues(
            self.holds(),
            [
                {
                    "product_id": self.products[sku].id,
                    "product_uom_qty": quantity,
                    "quantity": quantity,
                    "state": "assigned",
                    "reference": ref,
                    "origin": ref,
                    "location_id": self.shelf.id,
                    "location_dest_id": pending.id,
                    "picking_id": False,
                    "partner_id": False,
                    "price_unit": 0.0,
                    "company_id": self.company.id,
                }
                for sku, quantity in (("MUG-BLUE", 3.0), ("TEA-SENCHA", 1.0))
            ],
        )
        self.assertRecordValues(
            pending,
            [
                {
                    "name": "Pending at Amazon",
                    "usage": "transit",
                    "company_id": self.company.id,
                }
            ],
        )
        self.assertEqual(self.free(), {**self.all, "MUG-BLUE": 7, "TEA-SENCHA": 29})
        self.assertGreaterEqual(row.held_at, began - timedelta(seconds=1))
        self.assertEqual(row.held_until, row.held_at + timedelta(days=7))
        found = self.env["amazon.order"].search([("held_until", "!=", False)])
        self.assertEqual(found, row)

    def test_d12_without_the_option_nothing_is_held(self):
        self.account.hold_pending = False
        offers = self.env["amazon.offer"].search([])
        self.order_unpaid("MUG-BLUE", "HONEY-500")
        self.assertNothingHeld()
        self.assertFalse(self.company.amazon_pending_location_id)
        self.assertEqual(self.env["amazon.offer"].search([]), offers)

    def test_d12_form_says_what_is_held_and_what_is_not(self):
        ref = self.order_unpaid(
            items=[
                self.world.item("MUG-BLUE", quantity=12),
                self.world.item("HONEY-500"),
            ]
        )
        text = self.row(ref).hold_summary
        self.assertRegex(text, r"^Holds 12 × MUG-BLUE since .+ until .+ at the latest")
        self.assertIn("Not in stock at the moment: 2 × MUG-BLUE.", text)
        self.assertIn("Nothing is held of HONEY-500: choose the product", text)
        self.pay(ref)
        self.env.invalidate_all()
        self.assertFalse(self.row(ref).hold_summary)

    def test_d12_fba_orders_and_preorders_hold_nothing(self):
        self.order_unpaid("MUG-BLUE", channel="fba")
        self.buy("MUG-BLUE", status="PENDING_AVAILABILITY")
        self.run_cron()
        self.assertEqual(set(self.states().values()), {"waiting"})
        self.assertNothingHeld()

    def test_d12_order_from_before_the_go_live_holds_nothing(self):
        ref = self.mugs(2)
        self.account.go_live_date = self.now() + timedelta(days=1)
        self.run_cron()
        self.assertEqual(self.states(), {ref: "ignored"})
        self.assertNothingHeld()

    def test_d12_services_and_what_is_not_stored_hold_nothing(self):
        self.products["HONEY-500"] = self._create_service("HONEY-500", "Honey")
        self.products["GIFT-BOX"] = self.create_consumable("GIFT-BOX", "Box")
        ref = self.order_unpaid("HONEY-500", "GIFT-BOX")
        self.assertNothingHeld()
        self.assertFalse(self.row(ref).hold_summary)

    def test_d12_factor_and_warehouse_of_the_marketplace_count(self):
        other = self.env["stock.warehouse"].create(
            {"name": "Other", "code": "OTHER", "company_id": self.company.id}
        )
        shop = self.env["amazon.marketplace"]._by_api_ref([FR])[FR]
        self.account.marketplace_setting_ids = [
            Command.create({"marketplace_id": shop.id, "warehouse_id": other.id})
        ]
        self.create_offer("MUG-BLUE", FR, quantity_factor=6)
        self.stock(other.lot_stock_id, MUG_BLUE=100)
        ref = self.mugs(2, marketplace=FR)
        self.assertEqual(self.held(ref), [("MUG-BLUE", 12, 12)])
        self.assertEqual(self.holds().location_id, other.lot_stock_id)
        self.assertEqual(self.free(), self.all)
        self.pay(ref)
        self.assertEqual(self.delivered(ref), [("MUG-BLUE", 12, 12)])
        self.assertNothingHeld()

    def test_d12_option_switched_on_holds_what_is_pending_already(self):
        self.account.hold_pending = False
        ref = self.mugs(2)
        self.assertNothingHeld()
        self.account.hold_pending = True
        self.run_cron()
        self.assertEqual(self.held(ref), [("MUG-BLUE", 2, 2)])
        self.assertEqual(self.row(ref).state, "waiting")

    def test_d12_sku_that_gets_its_product_is_held_with_the_next_reading(self):
        ref = self.order_unpaid("MUG-BLUE", "HONEY-500")
        self.assertEqual(self.held(ref), [("MUG-BLUE", 1, 1)])
        since = self.row(ref).held_at
        offer = self.env["amazon.offer"].search([("sku", "=", "HONEY-500")])
        offer.product_id = self.products["MUG-WHITE"]
        self.run_cron()
        self.assertEqual(self.held(ref), [("MUG-BLUE", 1, 1), ("MUG-WHITE", 1, 1)])
        self.assertEqual(self.row(ref).held_at, since)
        self.assertNotIn("HONEY", self.row(ref).hold_summary)
        calls = len(self.amazon.calls("getOrder"))
        self.run_cron()
        self.assertEqual(len(self.amazon.calls("getOrder")), calls, "read once")

    def test_d12_reading_again_leaves_what_is_held_alone(self):
        ref = self.mugs(2)
        moves = self.holds()
        self.world.touch(ref)
        self.run_cron()
        self.assertEqual(self.holds(), moves)
        self.assertEqual(self.held(), [("MUG-BLUE", 2, 2)])

    def test_d12_nothing_of_the_buyer_is_stored(self):
        person = {"name": "Xaverius Quendel", "key": "xq"}
        address = {
            "name": "Xaverius Quendel",
            "addressLine1": "Zwetschgenpfad 77",
            "city": "Berlin",
            "postalCode": "10115",
            "countryCode": "DE",
        }
        partners = self.env["res.partner"].search_count([])
        self.order_unpaid(buyer=person, address=address)
        self.assertEqual(len(self.holds()), 1)
        self.env.flush_all()
        words = ("Quendel", "Zwetschgenpfad")
        self.assertEqual(find_in_database(self.env.cr, words), {})
        self.assertEqual(self.env["res.partner"].search_count([]), partners)

    def test_d12_forecast_of_odoo_names_the_order(self):
        ref = self.mugs(12)
        user = new_test_user(
            self.env,
            "packer",
            groups="stock.group_stock_user",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        report = self.env["stock.forecasted_product_product"].with_user(user)
        report = report.with_context(warehouse=self.warehouse.id).with_context(
            warehouse_id=self.warehouse.id, allowed_company_ids=self.company.ids
        )
        shown = report.get_report_values([self.products["MUG-BLUE"].id])["docs"]
        named = [
            (line["document_out"]["name"], (line["reservation"] or {}).get("name"))
            for line in shown["lines"]
        ]
        self.assertEqual(named, [(ref, ref), (ref, None)])
        self.assertEqual(self.products["MUG-BLUE"].virtual_available, -2)

    def test_d12_days_are_between_one_and_sixty(self):
        for days in (0, -1, 61):
            with self.subTest(days), self.assertRaisesRegex(ValidationError, "1 to 60"):
                self.account.hold_days = days
