"""What a shop manager watches: what has to leave, and what needs a person (features D6,
K1, K2).
"""

from odoo import api, fields, models
from odoo.tools import sql

TO_SHIP = ("pending", "started", "partial")
# Computed and stored. Orders from before the addon are none of Amazon's, and for those
# from before a field the connector kept nothing: there is nothing to compute.
NOT_OF_OLD = {
    "amazon_problem_since": "timestamp",
    "amazon_tax_cause": "varchar",
    "amazon_tax_difference": "numeric",
    "amazon_tax_differs": "bool",
    "amazon_total_difference": "numeric",
}
# A constraint, as it was, has an entry for each order of the shop.
ONE_EACH = """
    ALTER TABLE sale_order DROP CONSTRAINT IF EXISTS sale_order_unique_amazon_order;
    CREATE UNIQUE INDEX IF NOT EXISTS sale_order_unique_amazon_order_ref
        ON sale_order (amazon_account_id, amazon_order_ref)
     WHERE amazon_order_ref IS NOT NULL
"""
# What the list shows first, and the days of the dashboard: few of many orders. What
# they are counted and grouped by stands in the index, so that no order is read for it;
# in that of earlier versions it did not.
NEWEST_FIRST = """
    DROP INDEX IF EXISTS sale_order_amazon_newest;
    CREATE INDEX IF NOT EXISTS sale_order_amazon_latest
        ON sale_order (date_order DESC, id DESC)
   INCLUDE (amazon_account_id, company_id, state, amazon_channel,
            amazon_marketplace_id, amazon_ship_by)
     WHERE amazon_account_id IS NOT NULL;
    CREATE INDEX IF NOT EXISTS sale_order_amazon_channel
        ON sale_order (amazon_channel, date_order DESC, id DESC)
     WHERE amazon_account_id IS NOT NULL;
    CREATE INDEX IF NOT EXISTS sale_order_amazon_history
        ON sale_order (amazon_is_history, date_order DESC, id DESC)
     WHERE amazon_account_id IS NOT NULL
"""
# What has to leave, counted for the dashboard without an order being read; as it was
# before, each of them had to be.
UNSHIPPED = """
    DROP INDEX IF EXISTS sale_order_amazon_to_ship;
    CREATE INDEX IF NOT EXISTS sale_order_amazon_unshipped
        ON sale_order (amazon_account_id, amazon_ship_by)
   INCLUDE (amazon_channel, company_id)
     WHERE amazon_account_id IS NOT NULL AND state = 'sale'
       AND delivery_status IN ('pending', 'started', 'partial')
"""


class SaleOrder(models.Model):
    _inherit = "sale.order"

    # Stored so that one small index finds the orders that need a person.
    amazon_problem_since = fields.Datetime(
        "Needs a person since",
        compute="_compute_amazon_problem_since",
        store=True,
        index="btree_not_null",
        copy=False,
        help="Since when something of this Amazon order waits for a person.",
    )

    def _auto_init(self):
        """Create an index for the numbers of the dashboard: they count few of many
        orders. An order of Amazon is in Odoo once; others need no entry for that."""
        for name, kind in NOT_OF_OLD.items():
            if not sql.column_exists(self.env.cr, self._table, name):
                sql.create_column(self.env.cr, self._table, name, kind)
        result = super()._auto_init()
        self.env.cr.execute(ONE_EACH)
        self.env.cr.execute(UNSHIPPED)
        self.env.cr.execute(NEWEST_FIRST)
        return result

    # === COMPUTE METHODS === #

    @api.depends(
        "amazon_cancel_requested",
        "amazon_review",
        "amazon_stock_message",
        "amazon_tax_differs",
        "amazon_total_difference",
        "order_line.amazon_waiting",
        "state",
    )
    def _compute_amazon_problem_since(self):
        now = fields.Datetime.now()
        for order in self:
            order.amazon_problem_since = (
                (order.amazon_problem_since or now)
                if order.amazon_order_ref and order._has_amazon_problem()
                else False
            )

    def _has_amazon_problem(self):
        """Find out whether the order is in the list of problems.

        :return bool: whether a person is needed; each case is a row of
        ``amazon.problem``
        """
        return bool(
            self.amazon_cancel_requested
            or self.amazon_review
            or (self.amazon_total_difference and self.state != "cancel")
            or (self.amazon_tax_differs and self.state != "cancel")
            or (self.amazon_stock_message and self.state == "sale")
            or any(line.amazon_waiting for line in self.order_line)
        )

    # === BUSINESS METHODS === #

    @api.model
    def _get_amazon_to_ship_domain(self):
        """Filter for the menu, the dashboard and the search of orders to ship.

        :return list: domain of the Amazon orders that you still have to ship
        """
        return [
            ("amazon_account_id", "!=", False),
            ("amazon_channel", "=", "fbm"),
            ("state", "=", "sale"),
            ("delivery_status", "in", TO_SHIP),
        ]
