"""What an order asks of those who pack it (feature W5)."""

from odoo import models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _is_amazon_gift(self):
        """Recognize gifts, by the message or by the wrapping that was paid for.

        :return bool: whether something of the order is a gift
        """
        if self.amazon_gift_message:
            return True
        return any(line.amazon_kind == "gift_wrap" for line in self.order_line)
