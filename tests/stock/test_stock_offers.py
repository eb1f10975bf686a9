"""What an offer shows of its stock, and what is done with many of them (features J2,
J4)."""

from odoo.exceptions import AccessError
from odoo.tests import new_test_user

from ..common import FR
from ..stock_case import StockFeedCase


class TestStockOffers(StockFeedCase):
    def reasons(self):
        self.env.invalidate_all()
        return {sku: offer.stock_reason for sku, offer in self.offers.items()}

    def test_j4_why_an_offer_is_not_sent(self):
        self.assertEqual(set(self.reasons().values()), {False})
        service = self._create_service("WRAP", "Wrapping")
        for values, words in (
            ({"product_id": False}, "No product"),
            ({"sync_stock": False}, "“Send stock” is not ticked"),
            ({"product_id": service.id}, "Odoo keeps no stock of the product"),
        ):
            before = {name: self.mug[name] for name in values}
            self.mug.write(values)
            self.assertEqual(self.reasons()["MUG-BLUE"], words)
            self.mug.write(before)
        self.mug.amazon_channel = "fba"
        self.assertFalse(self.reasons()["MUG-BLUE"])
        self.mug.amazon_channel = "fbm"

        self.account.seller_key = False
        self.assertEqual(self.reasons()["MUG-BLUE"], "No merchant token on the account")
        self.account.seller_key = "A1MERCHANT"
        france = self.create_offer("MUG-BLUE", FR)
        self.account.active_marketplace_ids -= france.marketplace_id
        self.assertEqual(france.stock_reason, "The marketplace is not synchronized")
        self.account.sync_stock = False
        self.assertEqual(self.reasons()["MUG-BLUE"], "The account sends no stock")

    def test_j4_refusal_and_hold_are_reasons(self):
        self.scan()
        self.messages("MUG-BLUE")._set_failed("permanent", "No such SKU.")
        held = self.messages("MUG-WHITE")
        held.write({"state": "held", "error_message": "Too many would fall."})
        reasons = self.reasons()
        self.assertEqual(reasons["MUG-BLUE"], "No such SKU.")
        self.assertEqual(reasons["MUG-WHITE"], "Too many would fall.")

    def test_j4_what_amazon_has_is_known_or_not(self):
        self.assertEqual(self.mug.at_amazon, "not known")
        self.mug.write({"listing_status": "active", "listed_quantity": 48})
        self.assertEqual(self.mug.at_amazon, "48")
        self.tell()
        self.assertEqual(self.mug.at_amazon, "10")

    def test_j2_many_offers_are_switched_and_kept_back(self):
        offers = self.env["amazon.offer"].union(*self.offers.values())
        offers.action_stop_stock()
        self.assertEqual(set(offers.mapped("sync_stock")), {False})
        offers.action_send_stock()
        self.assertEqual(set(offers.mapped("sync_stock")), {True})
        action = offers.action_keep_back()
        wizard = (
            self.env[action["res_model"]]
            .with_context(**action["context"])
            .create({"stock_buffer": 3, "stock_cap": 15})
        )
        wizard.action_confirm()
        self.assertEqual(
            self.available(), {"MUG-BLUE": 7, "MUG-WHITE": 15, "TEA-SENCHA": 15}
        )

    def test_j2_switches_are_the_managers(self):
        user = new_test_user(
            self.env,
            "user_of_offers",
            groups="amazon_connector.group_amazon_user",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        for method in ("action_send_stock", "action_stop_stock"):
            with self.assertRaises(AccessError):
                getattr(self.mug.with_user(user), method)()

    def test_j1_sync_with_nothing_ticked_is_no_success(self):
        self.env["amazon.offer"].search([]).sync_stock = False
        answer = self.account.action_sync_stock()["params"]
        self.assertEqual(answer["type"], "warning")
        self.assertIn("No listing takes part", answer["message"])
        self.mug.sync_stock = True
        self.assertEqual(self.account.action_sync_stock()["params"]["type"], "success")
