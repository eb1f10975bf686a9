"""What the addon brings along (features A2, B1)."""

from odoo.tests import TransactionCase, tagged

from odoo.addons.amazon_connector.sim import MARKETPLACES, SELLER


@tagged("post_install", "-at_install")
class TestData(TransactionCase):
    def test_b1_all_marketplaces_are_there(self):
        shipped = self.env["amazon.marketplace"].search([])
        self.assertEqual(
            {
                shop.api_ref: (
                    shop.region,
                    shop.domain,
                    shop.country_id.code,
                    shop.currency_id.name,
                )
                for shop in shipped
            },
            {
                shop.id: (
                    shop.region,
                    shop.domain,
                    "GB" if shop.country == "UK" else shop.country,
                    shop.currency,
                )
                for shop in MARKETPLACES.values()
            },
        )
        self.assertEqual(len(shipped), 23)
        self.assertTrue(all(shop.seller_central_url for shop in shipped))

    def test_default_products_have_their_names(self):
        names = {
            xmlid: self.env.ref(f"amazon_connector.{xmlid}").name
            for xmlid in (
                "product_amazon_sale",
                "product_amazon_shipping",
                "product_amazon_gift_wrap",
            )
        }
        self.assertEqual(
            names,
            {
                "product_amazon_sale": "Amazon Sale",
                "product_amazon_shipping": "Amazon Shipping",
                "product_amazon_gift_wrap": "Amazon Gift Wrap",
            },
        )

    def test_a2_settings_lead_to_the_accounts(self):
        action = (
            self.env["res.config.settings"].create({}).action_open_amazon_accounts()
        )
        self.assertEqual(action["res_model"], "amazon.account")

    def test_demo_account_fits_the_simulator(self):
        account = self.env.ref(
            "amazon_connector.amazon_account_demo", raise_if_not_found=False
        )
        if not account:  # only databases with demo data have it
            self.assertFalse(
                self.env["ir.module.module"]
                .search([("name", "=", "amazon_connector")])
                .demo
            )
            return
        self.assertTrue(account.setup_state)  # the assistant is shown
        self.assertRecordValues(
            account,
            [
                {
                    "lwa_client_id": SELLER.client_id,
                    "lwa_client_secret": SELLER.client_secret,
                    "refresh_token": SELLER.refresh_token,
                    "seller_key": SELLER.merchant_token,
                    "environment": "simulator",
                }
            ],
        )
