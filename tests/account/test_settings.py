"""The settings (feature A2)."""

from odoo.exceptions import ValidationError
from odoo.tests import TransactionCase, tagged

from odoo.addons.amazon_connector.sim import SELLER


@tagged("post_install", "-at_install")
class TestSettings(TransactionCase):
    def settings(self, **values):
        return self.env["res.config.settings"].create(values)

    def test_a2_default_products_are_shown_as_they_are_used(self):
        action = self.settings().action_open_amazon_products()
        products = self.env["product.product"].search(action["domain"])
        names = set(products.mapped("name"))
        self.assertLessEqual(
            {"Amazon Sale", "Amazon Shipping", "Amazon Gift Wrap"}, names
        )

    def test_a2_the_registered_app_is_kept_by_the_company(self):
        self.settings(
            amazon_app_ref=f" {SELLER.application_id} ",
            amazon_app_client_id=SELLER.client_id,
            amazon_app_client_secret=SELLER.client_secret,
            amazon_app_is_draft=True,
        ).execute()
        company = self.env.company
        self.assertRecordValues(
            company,
            [
                {
                    "amazon_app_ref": SELLER.application_id,
                    "amazon_app_client_id": SELLER.client_id,
                    "amazon_app_client_secret": SELLER.client_secret,
                    "amazon_app_is_draft": True,
                }
            ],
        )
        self.assertTrue(company.amazon_app_secret_date)
        self.assertEqual(
            self.settings().amazon_return_url,
            company.get_base_url() + "/amazon_connector/return",
        )

    def test_a6_the_keys_of_the_app_do_not_rest_in_the_settings(self):
        settings = self.settings(amazon_app_client_secret=SELLER.client_secret)
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT * FROM res_config_settings WHERE id = %s", [settings.id]
        )
        self.assertNotIn(SELLER.client_secret, str(self.env.cr.fetchall()))
        fields = self.env["res.company"]._fields
        self.assertEqual(fields["amazon_app_client_secret"].groups, "base.group_system")

    def test_a2_a_client_id_is_not_taken_for_the_application(self):
        with self.assertRaisesRegex(ValidationError, "amzn1.sp.solution"):
            self.env.company.amazon_app_ref = SELLER.client_id
