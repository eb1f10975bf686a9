"""What a person does in the browser (features A2, D7, D8, D15, H1)."""

from datetime import timedelta

from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from odoo.addons.amazon_connector.amazon_api import forget_tokens
from odoo.addons.amazon_connector.sim import SELLER, Simulator

from ..common import CHECKED

DE = "A1PA6795UKMFR9"
FR = "A13V1IB3VIYZZH"


class TourCase(HttpCase):
    """An account at a simulated Amazon, and a person at the browser."""

    def setUp(self):
        super().setUp()
        forget_tokens()
        self.amazon = Simulator(seed=1, **CHECKED)
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

    def _buy(self, marketplace=DE, **details):
        """Erika orders.

        :return str: Amazon's reference
        """
        world = self.amazon.world
        return world.place_order(
            channel="fbm",
            marketplace=marketplace,
            items=[world.item("TEA-SENCHA", title="Sencha of the tour")],
            address={"name": "Erika Tour", "city": "Berlin", "countryCode": "DE"},
            buyer={"name": "Erika Tour"},
            **details,
        )

    def _open(self, tour, action, record=None):
        """Run a tour that begins at an action or one of its records."""
        menu = self.env.ref("sale.sale_menu_root")
        action = self.env.ref(f"amazon_connector.{action}")
        url = f"/web#menu_id={menu.id}&action={action.id}&model={action.res_model}"
        if record:
            url += f"&view_type=form&id={record.id}"
        self.start_tour(url, f"amazon_connector_{tour}", login="admin")
        self.assertEqual(self.amazon.contract_violations, [])

    def _order_to_ship(self):
        """Let Erika order what is on the shelf.

        :return: sale.order
        """
        ref = self._buy()
        self.account.action_sync_orders()
        order = self.env["sale.order"].search([("amazon_order_ref", "=", ref)])
        product = order.order_line.product_id.filtered("default_code")
        self.env["stock.quant"]._update_available_quantity(
            product, order.warehouse_id.lot_stock_id, 9
        )
        order.picking_ids.action_assign()
        order.picking_ids.carrier_id = self.env["delivery.carrier"].search([], limit=1)
        return order


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
