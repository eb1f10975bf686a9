"""One bad order keeps no other from Odoo (feature D15)."""

from unittest.mock import patch

from odoo.tools import mute_logger

from odoo.addons.amazon_connector.models.orders import (
    amazon_account as amazon_account_orders,
)
from odoo.addons.amazon_connector.models.orders.sale_order import SaleOrder

from ..common import AmazonCase

IMPORT_LOG = "odoo.addons.amazon_connector.models.orders.amazon_order"


class TestBadOrder(AmazonCase):
    def setUp(self):
        super().setUp()
        # sixty orders in one go, however busy the machine is
        self.startPatcher(patch.object(amazon_account_orders, "BUTTON_SECONDS", 600))
        self.good = {self.buy("MUG-BLUE") for _number in range(59)}

    def _spoil(self, spoil):
        ref = self.buy("MUG-BLUE")
        self.world.tamper(ref, spoil)
        self.addCleanup(self.amazon.contract_violations.clear)
        return ref

    def test_d15_one_of_sixty_with_a_broken_amount_fails_alone(self):
        def break_amount(order):
            item = order["orderItems"][0]
            item["proceeds"]["breakdowns"][0]["subtotal"]["amount"] = "11,9O"

        bad = self._spoil(break_amount)

        self.assertEqual(
            self.sync(),
            "Imported: 59. Failed: 1, see the problems.",
        )

        self.assertEqual(
            self.states(), {**dict.fromkeys(self.good, "done"), bad: "failed"}
        )
        row = self.row(bad)
        self.assertEqual(row.error_kind, "permanent")
        self.assertIn("can not be read", row.error_message)
        self.assertIn("orderItems[0].proceeds", row.error_message)
        self.assertFalse(self.sale_order(bad))
        self.assertEqual(self.account.problem_count, 1)
        self._correct_and_retry(bad)

    def test_d15_one_of_sixty_in_an_unknown_currency_fails_alone(self):
        def change_currency(order):
            def rename(node):
                if isinstance(node, dict):
                    if "currencyCode" in node:
                        node["currencyCode"] = "XTS"
                    node = list(node.values())
                for child in node if isinstance(node, list) else []:
                    rename(child)

            rename(order)

        bad = self._spoil(change_currency)
        self.run_cron()
        self.assertEqual(
            self.states(), {**dict.fromkeys(self.good, "done"), bad: "failed"}
        )
        self.assertRecordValues(
            self.row(bad),
            [
                {
                    "error_kind": "config",
                    "error_message": "The currency XTS is not known in Odoo. Create "
                    "it under Accounting > Configuration > Currencies, then retry.",
                }
            ],
        )
        self._correct_and_retry(bad)

    def test_d15_unknown_marketplace_is_a_setting_to_mend(self):
        def move(order):
            order["salesChannel"]["marketplaceId"] = "A0NOWHERE"

        bad = self._spoil(move)
        self.run_cron()
        self.assertEqual(
            self.states(), {**dict.fromkeys(self.good, "done"), bad: "failed"}
        )
        self.assertEqual(self.row(bad).error_kind, "config")
        self.assertIn("A0NOWHERE is not known in Odoo", self.row(bad).error_message)

    def test_d15_the_unexpected_is_found_by_halving(self):
        bad = self.buy("TEA-SENCHA")
        original = SaleOrder._prepare_amazon_order_vals

        def stumble(records, batch, order):
            if order.order_id == bad:
                raise ZeroDivisionError("in an extension")
            return original(records, batch, order)

        with (
            patch.object(SaleOrder, "_prepare_amazon_order_vals", stumble),
            mute_logger(IMPORT_LOG),
        ):
            self.run_cron()

        self.assertEqual(
            self.states(), {**dict.fromkeys(self.good, "done"), bad: "failed"}
        )
        row = self.row(bad)
        self.assertEqual(row.error_kind, "internal")
        self.assertIn("ZeroDivisionError", row.error_message)
        self.assertEqual(len(self.sale_orders()), 59)
        self._correct_and_retry(bad)

    def _correct_and_retry(self, bad):
        self.world.tamper(bad)
        params = self.row(bad).action_retry()["params"]
        self.assertEqual(params["message"], "Imported: 1. Failed again: 0.")
        self.assertEqual(self.states(), dict.fromkeys({*self.good, bad}, "done"))
        self.assertEqual(self.sale_order(bad).state, "sale")
        self.assertFalse(self.row(bad).error_message)
