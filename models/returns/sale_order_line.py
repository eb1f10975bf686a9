"""Order lines that a refund leaves invoiced."""

from odoo import models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _get_invoice_lines(self):
        """Leave out refunds of Amazon: they give money back, and nothing has to be
        invoiced anew, whatever goods come back."""
        lines = super()._get_invoice_lines()
        return lines.filtered(lambda line: not line.move_id.amazon_refund_id)
