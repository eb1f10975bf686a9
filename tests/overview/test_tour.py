"""What a person does in the browser (features A2, D7, D8, D15, H1)."""

from datetime import timedelta

from odoo.tests import tagged

from ..common import FR
from ..tour_case import TourCase


@tagged("post_install", "-at_install")
class TestTour(TourCase):
    def test_d7_from_settings_to_an_imported_order(self):
        ref = self._buy()
        self.start_tour("/web", "amazon_connector_sync_orders", login="admin")
        order = self.env["sale.order"].search([("amazon_order_ref", "=", ref)])
        self.assertEqual(order.state, "sale")
        self.assertEqual(self.amazon.contract_violations, [])

    def test_d8_recover_an_order(self):
        self.account.last_orders_sync = "2026-06-01"
        long_ago = self.amazon.world.now() - timedelta(days=400)
        ref = self._buy(created=long_ago, updated=long_ago)
        self.assertEqual(ref, "302-8300493-1876017", "as the tour types it")
        self._open("recover_order", "amazon_account_action", self.account)
        order = self.env["sale.order"].search([("amazon_order_ref", "=", ref)])
        self.assertEqual(order.state, "sale")

    def test_h1_ship_a_delivery_and_see_it_confirmed(self):
        order = self._order_to_ship()
        self._open("ship_delivery", "sale_order_amazon_action", order)
        self.account.action_sync_pickings()
        [(_number, _carrier, tracking, items)] = self.amazon.world.shipments(
            order.amazon_order_ref
        )
        self.assertEqual((tracking, items), ("00340434161094042557", {"TEA-SENCHA": 1}))
        self._open("see_it_confirmed", "sale_order_amazon_action", order)

    def test_d15_correct_what_failed_and_retry(self):
        france = self.env.ref("amazon_connector.marketplace_fr")
        france.api_ref = "MISTYPED"
        ref = self._buy(FR)
        self.account.sudo()._in_company()._recover_references([ref])
        row = self.env["amazon.order"].search([("amazon_order_ref", "=", ref)])
        self.assertEqual(row.state, "failed")
        self._open("mend_cause", "amazon_order_action")
        self._open("retry_order", "amazon_order_action")
        self.assertEqual(row.sale_order_id.state, "sale")
