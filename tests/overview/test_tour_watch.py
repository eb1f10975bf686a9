"""From the dashboard to the problems and back to calm, in the browser (features K1,
K2)."""

from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from odoo.addons.amazon_connector.amazon_api import forget_tokens
from odoo.addons.amazon_connector.sim import SELLER, Simulator

DE = "A1PA6795UKMFR9"


@tagged("post_install", "-at_install")
class TestTourWatch(HttpCase):
    def setUp(self):
        super().setUp()
        forget_tokens()
        self.amazon = Simulator(seed=1, strict=True)
        self.amazon.start()
        self.addCleanup(self.amazon.stop)
        self.env["amazon.account"].search([]).action_archive()
        germany = self.env.ref("amazon_connector.marketplace_de")
        self.account = self.env["amazon.account"].create(
            {
                "name": "Tour of Tea & Mugs",
                "environment": "simulator",
                "simulator_url": self.amazon.url,
                "lwa_client_id": SELLER.client_id,
                "lwa_client_secret": SELLER.client_secret,
                "refresh_token": SELLER.refresh_token,
                "base_marketplace_id": germany.id,
                "active_marketplace_ids": [Command.set(germany.ids)],
                "last_orders_sync": "2026-01-01",
            }
        )

    def _buy(self):
        world = self.amazon.world
        # The shop of the demo data charges no German tax: Amazon states none either.
        item = world.item("TEA-SENCHA", tax_rate="0")
        return world.place_order(channel="fbm", marketplace=DE, items=[item])

    def test_k2_from_the_card_to_all_is_well(self):
        good, bad = self._buy(), self._buy()
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
