"""What a person does in the browser (features A2, D7)."""

from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from odoo.addons.amazon_connector.amazon_api import forget_tokens
from odoo.addons.amazon_connector.sim import SELLER, Simulator

DE = "A1PA6795UKMFR9"


@tagged("post_install", "-at_install")
class TestTour(HttpCase):
    def setUp(self):
        super().setUp()
        forget_tokens()
        self.amazon = Simulator(seed=1, check_contract=True)
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
                "available_marketplace_ids": [Command.set(germany.ids)],
                "active_marketplace_ids": [Command.set(germany.ids)],
                "last_orders_sync": "2026-01-01",
            }
        )

    def test_d7_from_settings_to_an_imported_order(self):
        world = self.amazon.world
        ref = world.place_order(
            channel="fbm",
            marketplace=DE,
            items=[world.item("TEA-SENCHA", title="Sencha of the tour")],
            address={"name": "Erika Tour", "city": "Berlin", "countryCode": "DE"},
            buyer={"name": "Erika Tour"},
        )
        self.start_tour("/web", "amazon_connector_sync_orders", login="admin")
        order = self.env["sale.order"].search([("amazon_order_ref", "=", ref)])
        self.assertEqual(order.state, "sale")
        self.assertEqual(self.amazon.contract_violations, [])
