"""Indexes of the orders that Amazon listed: for the counts that the dashboard shows
(feature K4), and against a second sale order of one order number (A13).
"""

from odoo import models
from odoo.tools import sql

# Whatever account and company: two accounts may read the same seller at once. Orders
# that were imported twice before the index was there are not in it, and neither are
# those whose sale order was deleted.
IMPORTED_ONCE = """
    CREATE UNIQUE INDEX IF NOT EXISTS amazon_order_imported_once
        ON amazon_order (amazon_order_ref)
     WHERE is_imported_once AND sale_order_id IS NOT NULL
"""
# As the list is sorted.
NEWEST_FIRST = """
    CREATE INDEX IF NOT EXISTS amazon_order_newest
        ON amazon_order (remote_updated_at DESC, id DESC)
"""


class AmazonOrder(models.Model):
    _inherit = "amazon.order"

    def _auto_init(self):
        """Index what a sync has noted, as it is counted again and again while it runs;
        and let an order number have one sale order only."""
        result = super()._auto_init()
        sql.create_index(
            self.env.cr,
            "amazon_order_noted",
            self._table,
            ["account_id", "create_date"],
        )
        self.env.cr.execute(IMPORTED_ONCE)
        self.env.cr.execute(NEWEST_FIRST)
        return result
