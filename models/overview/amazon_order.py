"""An index for the counts of orders that the dashboard shows (feature K4)."""

from odoo import models
from odoo.tools import sql


class AmazonOrder(models.Model):
    _inherit = "amazon.order"

    def _auto_init(self):
        """Index what a sync has noted: it is counted again and again while it runs."""
        result = super()._auto_init()
        sql.create_index(
            self.env.cr,
            "amazon_order_noted",
            self._table,
            ["account_id", "create_date"],
        )
        return result
