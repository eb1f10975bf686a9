"""From the dashboard to the problems and back to calm, in the browser (features K1,
K2)."""

from odoo.tests import tagged

from ..common import DE
from ..tour_case import TourCase


@tagged("post_install", "-at_install")
class TestTourWatch(TourCase):
    def _buy_untaxed(self):
        world = self.amazon.world
        # The shop of the demo data charges no German tax: Amazon states none either.
        item = world.item("TEA-SENCHA", tax_rate="0")
        return world.place_order(channel="fbm", marketplace=DE, items=[item])

    def test_k2_from_the_card_to_all_is_well(self):
        good, bad = self._buy_untaxed(), self._buy_untaxed()
        self.amazon.world.tamper(bad, lambda order: order["orderItems"][0].clear())
        self.account.action_sync_orders()
        orders = self.env["sale.order"]
        [order] = orders.search([("amazon_order_ref", "in", [good, bad])])
        order.amazon_review = "The buyer changed the address after you packed."
        self.amazon.world.tamper(bad, None)

        self.start_tour("/web", "amazon_connector_watch", login="admin")

        self.assertFalse(order.amazon_review)
        imported = orders.search([("amazon_order_ref", "=", bad)])
        self.assertEqual(imported.state, "sale")
