"""The sales analysis by Amazon's account, marketplace and channel."""

from odoo import fields, models


class SaleReport(models.Model):
    _inherit = "sale.report"

    amazon_account_id = fields.Many2one(
        "amazon.account", "Amazon account", readonly=True
    )
    amazon_marketplace_id = fields.Many2one(
        "amazon.marketplace", "Amazon marketplace", readonly=True
    )
    amazon_channel = fields.Selection(
        [("fba", "FBA"), ("fbm", "FBM")], "Amazon channel", readonly=True
    )

    def _select_additional_fields(self):
        return {
            **super()._select_additional_fields(),
            "amazon_account_id": "s.amazon_account_id",
            "amazon_marketplace_id": "s.amazon_marketplace_id",
            "amazon_channel": "s.amazon_channel",
        }

    def _group_by_sale(self):
        return f"""{super()._group_by_sale()},
            s.amazon_account_id,
            s.amazon_marketplace_id,
            s.amazon_channel"""
