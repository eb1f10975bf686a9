"""Lines whose goods left without a stock move of Odoo."""

from odoo import api, models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _amazon_history(self):
        """Filter the lines of history.

        :return: the lines of orders from before the go-live
        """
        return self.filtered(lambda line: line.order_id.amazon_is_history)

    # === COMPUTE METHODS === #

    def _compute_qty_delivered_method(self):
        """Count by hand what left before Odoo's time or without its stock: it has no
        move.
        """
        gone = self._amazon_history() + self.filtered(
            lambda line: line.order_id.amazon_shipped_without == "none"
        )
        gone.qty_delivered_method = "manual"
        return super(SaleOrderLine, self - gone)._compute_qty_delivered_method()

    def _compute_qty_to_invoice(self):
        history = self._amazon_history()
        history.qty_to_invoice = 0.0
        return super(SaleOrderLine, self - history)._compute_qty_to_invoice()

    def _compute_untaxed_amount_to_invoice(self):
        history = self._amazon_history()
        history.untaxed_amount_to_invoice = 0.0
        return super(SaleOrderLine, self - history)._compute_untaxed_amount_to_invoice()

    def _compute_invoice_status(self):
        history = self._amazon_history()
        history.invoice_status = "no"
        return super(SaleOrderLine, self - history)._compute_invoice_status()

    # === BUSINESS METHODS === #

    @api.model
    def _prepare_amazon_delivered_vals(self, vals):
        """Return that all of a line was delivered, for what has no stock move.

        :param dict vals: values of the line
        """
        return {"qty_delivered": vals["product_uom_qty"]}
