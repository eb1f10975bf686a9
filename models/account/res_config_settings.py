"""Settings > Sales > Amazon: the registered app of the company and its accounts."""

from odoo import _, api, fields, models

from ...const import PRODUCTS
from .res_company import APP_ENVIRONMENTS


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    # Related and not stored: no key rests in the table of the settings.
    amazon_app_ref = fields.Char(related="company_id.amazon_app_ref", readonly=False)
    amazon_app_client_id = fields.Char(
        related="company_id.amazon_app_client_id", readonly=False
    )
    amazon_app_client_secret = fields.Char(
        related="company_id.amazon_app_client_secret", readonly=False
    )
    amazon_app_is_draft = fields.Boolean(
        related="company_id.amazon_app_is_draft", readonly=False
    )
    amazon_app_environment = fields.Selection(
        APP_ENVIRONMENTS,
        "The app is registered at",
        compute="_compute_amazon_app_environment",
        inverse="_inverse_amazon_app_environment",
    )
    amazon_return_url = fields.Char(
        "Return address", compute="_compute_amazon_return_url"
    )

    @api.depends("company_id")
    def _compute_amazon_app_environment(self):
        for settings in self:
            known = settings.company_id.amazon_app_environment
            settings.amazon_app_environment = known or "production"

    def _inverse_amazon_app_environment(self):
        for settings in self:
            if settings.amazon_app_environment:
                settings.company_id.amazon_app_environment = (
                    settings.amazon_app_environment
                )

    @api.depends("company_id")
    def _compute_amazon_return_url(self):
        for settings in self:
            settings.amazon_return_url = settings.company_id._get_amazon_return_url()

    def action_open_amazon_accounts(self):
        """Open the seller accounts of the company, or a new one if there is none."""
        return self.env["ir.actions.act_window"]._for_xml_id(
            "amazon_connector.amazon_account_action"
        )

    def action_open_amazon_products(self):
        """Open the products that stand for what Amazon charges or does not name."""
        products = self.env["product.product"].union(
            *(self.env["sale.order.line"]._amazon_product(kind) for kind in PRODUCTS)
        )
        return {
            "type": "ir.actions.act_window",
            "name": _("Default Products of Amazon"),
            "res_model": "product.product",
            "views": [(False, "tree"), (False, "form")],
            "domain": [("id", "in", products.ids)],
            "context": {"create": False},
        }
