"""Lines of orders that Amazon ships (FBA): never delivered from here."""

from odoo import models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _filter_unbooked(self):
        """Leave out services, empty lines and what is booked already.

        :return: the lines whose goods left, but no stock move says so
        """
        goods = self.filtered(lambda line: line.qty_delivered_method == "stock_move")
        return goods.filtered(
            lambda line: not line.move_ids and line.product_uom_qty > 0
        )
