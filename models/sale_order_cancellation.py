"""Orders cancelled here, of which Amazon has to be told (features I1, I2)."""

from odoo import models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _amazon_item_refs(self):
        """:return list: Amazon's numbers of all items of the order, each once; a line
        may be gone whose charges are still there"""
        self.ensure_one()
        refs = [
            line.amazon_item_ref or line.amazon_charge_ref for line in self.order_line
        ]
        return list(dict.fromkeys(filter(None, refs)))

    def _amazon_enqueue_cancellation(self, reason):
        """Owe Amazon the cancellation of these orders.

        :param str reason: one of CANCEL_REASONS
        """
        return self.env["amazon.submission"]._enqueue(
            "cancellation",
            [
                {
                    "account_id": order.amazon_account_id.id,
                    "dedup_key": f"cancel/{order.id}",
                    "lane": f"order/{order.id}",
                    "sale_order_id": order.id,
                    "marketplace_id": order.amazon_marketplace_id.id,
                    "reason": reason,
                }
                for order in self
            ],
        )
