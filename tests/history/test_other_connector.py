"""Beside Odoo's own connector, whose models have the same names (feature U2)."""

from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestOtherConnector(TransactionCase):
    def test_u2_odoo_refuses_to_install_both(self):
        addon = self.env["ir.module.module"].search([("name", "=", "amazon_connector")])
        self.assertEqual(addon.exclusion_ids.mapped("name"), ["sale_amazon"])
