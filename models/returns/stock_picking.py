"""Receipts of what buyers send back: their return follows them (feature R2)."""

from odoo import models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def action_cancel(self):
        """Cancel, and put the returns before a person that nobody receives any more."""
        result = super().action_cancel()
        self._amazon_follow_returns()
        return result

    def _amazon_follow_returns(self):
        """Compute the state of the returns anew whose receipt has ended.

        Called where that happens: a dependency on the state of each transfer would cost
        each delivery of an import searches for returns that it can not have.
        """
        receipts = self.sudo().filtered(
            lambda picking: picking.picking_type_code != "outgoing"
        )
        receipts.move_ids.amazon_return_id._compute_state()
