"""SKUs are matched in the browser (feature C5)."""

from odoo.tests import tagged

from ..browser_case import BrowserCase


@tagged("post_install", "-at_install")
class TestTourMatch(BrowserCase):
    def test_c5_from_the_suggestion_to_the_empty_list(self):
        self.env["amazon.account"].search([]).action_archive()
        germany = self.env.ref("amazon_connector.marketplace_de")
        account = self.env["amazon.account"].create(
            {
                "name": "Tour of Tea & Mugs",
                "environment": "simulator",
                "simulator_url": "http://127.0.0.1:1",
                "base_marketplace_id": germany.id,
            }
        )
        kettle, black, _white = self.env["product.product"].create(
            [
                {"name": "Kettle", "default_code": "KETTLE"},
                {"name": "Tea tin 250 g, black"},
                {"name": "Tea tin 250 g, white"},
            ]
        )
        offers = self.env["amazon.offer"].create(
            [
                {"account_id": account.id, "marketplace_id": germany.id, **vals}
                for vals in (
                    {"sku": "KETTLE-FBA", "amazon_channel": "fba"},
                    {"sku": "TIN", "title": "Tea tin 250 g"},
                )
            ]
        )

        self.start_tour("/web", "amazon_connector_match", login="admin")

        self.assertEqual(offers.mapped("product_id"), kettle + black)
