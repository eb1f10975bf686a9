"""The sales analysis by Amazon's account, marketplace and channel."""

from odoo import _, api, fields, models

CHART = "amazon_connector.sale_report_view_graph_amazon"


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

    @api.model
    def _get_view_cache_key(self, view_id=None, view_type="form", **options):
        """The chart of Amazon's sales names the currency of the company."""
        key = super()._get_view_cache_key(view_id, view_type, **options)
        return (*key, self.env.company.currency_id) if view_type == "graph" else key

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        """Put the currency on the axis of Amazon's chart: its amounts are converted."""
        arch, view = super()._get_view(view_id, view_type, **options)
        if view.key == CHART or view.xml_id == CHART:
            for node in arch.xpath("//field[@name='price_total']"):
                currency = self.env.company.currency_id.name
                node.set("string", _("Total (%s)", currency))
        return arch, view
