"""From the keys to the first order that can be shipped, in the browser (feature W1)."""

import time

from odoo.tests import tagged

from .case import ConsentCase

CA = "A2EUQ1WTGCTBG2"
MOST_SECONDS = 120


@tagged("post_install", "-at_install")
class TestTourFirstHour(ConsentCase):
    def setUp(self):
        super().setUp()
        # The form proposes the simulator that was used last.
        self.env["amazon.account"].search([]).action_archive()
        self.known |= self.env["amazon.account"].create(
            {
                "name": "Where the simulator is",
                "active": False,
                "environment": "simulator",
                "simulator_url": self.amazon.url,
                "base_marketplace_id": self.env.ref(
                    "amazon_connector.marketplace_de"
                ).id,
            }
        )
        self.product = self.env["product.product"].create(
            {
                "name": "Sencha of the first hour",
                "default_code": "TEA-FIRST-HOUR",
                "detailed_type": "product",
            }
        )
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", self.company.id)], limit=1
        )
        self.env["stock.quant"]._update_available_quantity(
            self.product, warehouse.lot_stock_id, 9
        )
        self.ref = self.world.place_order(
            channel="fbm",
            marketplace=CA,
            items=[self.world.item("TEA-FIRST-HOUR", title="Sencha")],
            address={"name": "Erika Tour", "city": "Toronto", "countryCode": "CA"},
            buyer={"name": "Erika Tour"},
        )

    def test_w1_from_keys_to_the_first_order(self):
        """It takes long: it is the whole first hour, in a browser."""
        began = time.monotonic()
        self.start_tour("/web", "amazon_connector_first_hour", login="admin")
        self.assertLess(time.monotonic() - began, MOST_SECONDS)
        order = self.env["sale.order"].search([("amazon_order_ref", "=", self.ref)])
        self.assertEqual(order.picking_ids.state, "assigned")
        account = self.account()
        self.assertEqual(account.setup_state, "open")

        action = self.env.ref("amazon_connector.amazon_account_action")
        url = f"/web#action={action.id}&model=amazon.account&view_type=form"
        self.start_tour(
            f"{url}&id={account.id}", "amazon_connector_go_live", login="admin"
        )
        self.assertEqual(account.setup_state, "done")
