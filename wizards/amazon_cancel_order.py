"""Ask for the reason before an Amazon order is cancelled."""

from odoo import api, fields, models

from ..const import CANCEL_REASONS


class AmazonCancelOrder(models.TransientModel):
    """Ask why an order is cancelled, because Amazon requires a reason."""

    _name = "amazon.cancel.order"
    _description = "Cancel an Amazon order"

    order_id = fields.Many2one("sale.order", required=True, ondelete="cascade")
    reason = fields.Selection(
        CANCEL_REASONS,
        compute="_compute_reason",
        store=True,
        precompute=True,
        readonly=False,
        help="Amazon counts what buyers did not ask for in your cancellation rate.",
    )

    @api.depends("order_id")
    def _compute_reason(self):
        for wizard in self:
            asked = wizard.order_id.amazon_cancel_requested
            wizard.reason = "BuyerCanceled" if asked else False

    def action_confirm(self):
        """Cancel the order in Odoo and queue the cancellation for Amazon; only once,
        even when two people confirm.

        :raise UserError: the order can not be cancelled (any more)
        """
        self.ensure_one()
        self.order_id._amazon_cancel_and_tell(self.reason)
        return {"type": "ir.actions.act_window_close"}
