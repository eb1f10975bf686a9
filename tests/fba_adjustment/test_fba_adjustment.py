"""Differences of FBA stock are booked when a person agrees (feature G3)."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError

from odoo.addons.amazon_connector.models.orders.amazon_order import AmazonOrder
from odoo.addons.amazon_connector.sim import SELLER_NA

from .case import AdjustmentCase


class TestFbaAdjustment(AdjustmentCase):
    def test_g3_accepted_differences_are_booked_with_a_trace(self):
        wizard = self.open_wizard()
        self.assertEqual(
            self.offered(wizard),
            {"MUG-BLUE": 2.0, "TEA-SENCHA": -3.0, "MUG-WHITE": 2.0},
        )
        self.assertFalse(self.adjustments(), "asking books nothing")

        answer = wizard.action_confirm()["params"]

        self.assertEqual(answer["message"], "Inventory adjustments booked: 3.")
        self.assertEqual(self.stored("MUG-BLUE"), {"": 7.0})
        self.assertEqual(self.stored("TEA-SENCHA"), {"": 6.0})
        self.assertEqual(self.stored("MUG-WHITE"), {"": 2.0})
        self.assertFalse(self.differing())
        moves = self.adjustments()
        self.assertEqual(
            {
                move.product_id.default_code: (move.state, move.quantity)
                for move in moves
            },
            {
                "MUG-BLUE": ("done", 2.0),
                "TEA-SENCHA": ("done", 3.0),
                "MUG-WHITE": ("done", 2.0),
            },
        )
        self.assertEqual(moves.create_uid, self.keeper)
        self.assertEqual(moves.company_id, self.company)
        [trace] = set(moves.mapped("reference"))
        for words in (self.account.name, "read ", "accepted by Keeper"):
            self.assertIn(words, trace)
        note = self.account.message_ids[0].body
        for words in ("adjusted by Keeper", "Blue mug: +2", "Sencha: -3"):
            self.assertIn(words, note)

    def test_g3_only_what_is_selected_is_booked(self):
        self.open_wizard("MUG-BLUE").action_confirm()
        self.assertEqual(self.adjustments().product_id, self.products["MUG-BLUE"])
        self.assertEqual(self.stored("TEA-SENCHA"), {"": 9.0})

    def test_g3_stock_below_zero_is_put_right(self):
        self.store("MUG-WHITE", -4)
        self.read_stock()
        self.open_wizard("MUG-WHITE").action_confirm()
        self.assertEqual(self.stored("MUG-WHITE"), {"": 2.0})

    def test_g3_all_skus_of_a_product_make_one_adjustment(self):
        self.create_fba_offer("MUG-SIX", "MUG-BLUE", quantity_factor=6)
        self.count("MUG-SIX", 1)
        self.read_stock()
        wizard = self.open_wizard("MUG-SIX")
        self.assertEqual(self.offered(wizard), {"MUG-BLUE, MUG-SIX": 8.0})
        wizard.action_confirm()
        self.assertEqual(self.stored("MUG-BLUE"), {"": 13.0})

    def test_g3_old_reading_is_not_booked(self):
        self.let_time_pass(minutes=61)
        self.assertObstacle("Read more than an hour ago")

    def test_g3_goods_that_moved_since_the_reading_stop_their_product_only(self):
        self.let_time_pass(minutes=30)
        with patch.object(
            type(self.env.cr), "now", lambda cursor: fields.Datetime.now()
        ):
            self.store("MUG-WHITE", 1)
        self.buy_fba("MUG-BLUE")
        self.run_cron()
        self.env["amazon.fba.stock"].flush_model()
        offered = self.offered(self.open_wizard())
        self.assertIn("Goods were booked since", offered["MUG-BLUE"])
        self.assertEqual(offered["TEA-SENCHA"], -3.0)

    def test_g3_second_adjustment_wants_a_new_reading(self):
        self.let_time_pass(minutes=30)
        self.open_wizard("MUG-BLUE").action_confirm()
        self.store("MUG-BLUE", 1)
        self.assertIn(
            "Goods were booked since",
            self.offered(self.open_wizard("MUG-BLUE"))["MUG-BLUE"],
        )

    def test_g3_orders_of_the_time_have_to_be_in(self):
        self.account.last_orders_sync -= timedelta(minutes=30)
        self.assertObstacle("press “Sync Orders”")

    def test_g3_orders_on_their_way_in_are_waited_for(self):
        ref = self.buy_fba("MUG-WHITE")
        self.run_cron()
        self.row(ref).write({"state": "new"})
        self.assertObstacle("still coming in")

    def test_g3_failed_fba_orders_are_pointed_at(self):
        ref = self.buy_fba("MUG-WHITE")
        self.run_cron()
        self.row(ref).write({"state": "failed"})
        self.assertEqual(self.open_wizard("TEA-SENCHA").failed_count, 1)

    def test_g3_lots_are_never_guessed(self):
        self.products["MUG-BLUE"].tracking = "lot"
        self.assertObstacle("does not tell which ones")

    def test_g3_kits_are_counted_by_their_parts(self):
        kit = self.products["MUG-BLUE"]
        found = "odoo.addons.amazon_connector.models.kits.search_all"
        with patch(found, lambda env: kit.browse(kit.id)):
            self.assertObstacle("A kit")

    def test_g3_products_without_stock_are_left_alone(self):
        self.products["TEA-OPEN"] = self.env["product.product"].create(
            {"name": "Loose", "default_code": "TEA-OPEN", "company_id": self.company.id}
        )
        self.count("TEA-OPEN", 4)
        self.read_stock()
        self.assertNotIn("TEA-OPEN", self.differing())
        self.assertObstacle("Odoo keeps no stock", "TEA-OPEN")

    def test_g3_no_difference_is_no_adjustment(self):
        self.store("MUG-BLUE", 2)
        self.read_stock()
        self.assertObstacle("There is no difference")

    def test_g3_what_lies_below_the_location_is_not_taken_from_it(self):
        below = self.env["stock.location"].create(
            {
                "name": "Leipzig",
                "usage": "internal",
                "location_id": self.account.location_id.id,
                "company_id": self.company.id,
            }
        )
        self.store("MUG-BLUE", 10, location=below)
        self.read_stock()
        self.assertEqual(self.compared()["MUG-BLUE"], (7.0, 15.0, -8.0))
        self.assertObstacle("in a location below")

    def test_g3_stock_of_several_locations_is_left_to_a_person(self):
        elsewhere = self.account.location_id.copy({"name": "Amazon in France"})
        france = self.env.ref("amazon_connector.marketplace_fr")
        self.env["amazon.account.marketplace"].create(
            {
                "account_id": self.account.id,
                "marketplace_id": france.id,
                "location_id": elsewhere.id,
            }
        )
        self.assertObstacle("several Amazon locations")

    def test_g3_other_account_with_the_product_has_to_be_read_too(self):
        other = self._link_account(
            SELLER_NA,
            base_marketplace_id=self.env.ref("amazon_connector.marketplace_us").id,
            available_marketplace_ids=[],
            active_marketplace_ids=[],
            location_id=self.account.location_id.id,
        )
        self.create_fba_offer(
            "MUG-BLUE",
            "MUG-BLUE",
            "ATVPDKIKX0DER",
            account_id=other.id,
        )
        self.assertObstacle(f"{other.name} keeps this product")

    def test_g3_what_changed_since_it_was_shown_is_not_booked(self):
        wizard = self.open_wizard()
        self.store("MUG-BLUE", 1)
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "changed since this was shown"):
            wizard.action_confirm()
        self.assertFalse(self.adjustments())

    def test_g3_orders_that_come_in_at_the_moment_are_not_disturbed(self):
        wizard = self.open_wizard()
        with patch.object(AmazonOrder, "_lock_stock", lambda rows, company: False):
            with self.assertRaisesRegex(UserError, "Orders are coming in"):
                wizard.action_confirm()

    def test_g3_sku_without_a_product_is_left_out(self):
        self.count("NO-SUCH", 3)
        self.read_stock()
        wizard = self.open_wizard("NO-SUCH", "MUG-BLUE")
        self.assertEqual(self.offered(wizard), {"MUG-BLUE": 2.0})
        self.assertEqual(wizard.unmatched_count, 1)
        self.assertFalse(self.open_wizard("NO-SUCH").booked_count)

    def test_g3_rights(self):
        seller = self.create_person("seller", "sales_team.group_sale_salesman")
        user = self.create_person("user", "amazon_connector.group_amazon_user")
        rows = self.rows()
        with self.assertRaises(AccessError):
            rows.with_user(seller).read(["sku"])
        with self.assertRaises(AccessError):
            self.account.with_user(seller).action_read_fba_stock()
        self.assertTrue(rows.with_user(user).read(["difference", "location_id"]))
        self.account.with_user(user).action_read_fba_stock()
        with self.assertRaisesRegex(AccessError, "administrators of the inventory"):
            rows.with_user(user).action_adjust()
        wizard = self.open_wizard("MUG-BLUE")
        with self.assertRaises(AccessError):
            wizard.with_user(user).action_confirm()
        for name in ("write", "create", "unlink"):
            with self.assertRaises(AccessError):
                self.env["amazon.fba.stock"].with_user(self.keeper).check_access_rights(
                    name
                )
        company = self.env["res.company"].create({"name": "Other shop"})
        stranger = self.create_person("stranger", "amazon_connector.group_amazon_user")
        stranger.write({"company_ids": [(6, 0, company.ids)], "company_id": company.id})
        found = self.env["amazon.fba.stock"].with_user(stranger).search([])
        self.assertFalse(found & rows)

    def test_g3_screens(self):
        action = self.account.with_user(self.keeper).action_view_fba_stock()
        self.assertEqual(action["context"], {"search_default_differences": 1})
        self.assertEqual(self.account.fba_difference_count, 3)
        self.assertEqual(
            self.env[action["res_model"]].search(action["domain"]), self.rows()
        )
        for name in ("amazon.fba.stock", "amazon.adjust.fba.stock"):
            views = self.env[name].with_user(self.keeper)
            views.get_views([(False, "form"), (False, "search"), (False, "form")])
