"""Whether all orders are in that Amazon took off its count (feature G3)."""

from odoo import _, models

from ..orders.amazon_account import OVERLAP, READ_LAG

# Read just before the stock; Amazon answers only what is older than two minutes.
ORDERS_BEHIND = READ_LAG + OVERLAP


class AmazonAccount(models.Model):
    _inherit = "amazon.account"

    def _explain_late_orders(self, moment):
        """Say why differences of FBA stock can not be judged yet.

        :param datetime moment: UTC, when FBA stock was read
        :return str: which orders of that time Odoo has not booked yet
        """
        if self.last_orders_sync < moment - ORDERS_BEHIND:
            return _(
                "Orders of the time at which it was read are not in Odoo yet: press "
                "“Sync Orders”, then “Read FBA Stock”."
            )
        waiting = self.env["amazon.order"].search_count(
            [
                ("account_id", "=", self.id),
                ("amazon_channel", "!=", "fbm"),
                ("state", "=", "new"),
                ("is_history", "=", False),  # it has no effect on the stock
            ],
            limit=1,
        )
        if waiting:
            return _("FBA orders are still coming in: try again in a few minutes.")
        return ""
