"""Base class for what a person does in the browser."""

from odoo.fields import Command

from odoo.addons.amazon_connector.amazon_api import forget_tokens
from odoo.addons.amazon_connector.sim import SELLER, Simulator

from .browser_case import BrowserCase
from .common import CHECKED, DE


class TourCase(BrowserCase):
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

    def _open(self, tour, action, record=None, menu="sale.sale_menu_root"):
        """Run a tour that begins at an action or one of its records.

        :param str menu: the app that is open
        """
        menu = self.env.ref(menu)
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
