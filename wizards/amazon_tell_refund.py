"""Ask for the reason before a buyer is refunded at Amazon."""

from odoo import api, fields, models

from ..const import REFUND_REASONS


class AmazonTellRefund(models.TransientModel):
    """Ask why a buyer is refunded, because Amazon requires a reason."""

    _name = "amazon.tell.refund"
    _description = "Refund a buyer at Amazon"

    move_id = fields.Many2one(
        "account.move", "Credit note", required=True, ondelete="cascade"
    )
    reason = fields.Selection(REFUND_REASONS)
    currency_id = fields.Many2one(related="move_id.currency_id")
    amount_total = fields.Monetary(
        related="move_id.amount_total", string="For the buyer"
    )
    amount_left = fields.Monetary(
        "Left of the order",
        compute="_compute_amount_left",
        compute_sudo=True,
        help="What the buyer paid, less what was refunded.",
    )

    @api.depends("move_id")
    def _compute_amount_left(self):
        for wizard in self:
            order = wizard.move_id._amazon_refund_orders()
            left = 0
            if len(order) == 1:
                left, _parts = order._amazon_get_refundable()
            wizard.amount_left = float(left)

    def action_confirm(self):
        """Queue the refund for Amazon; only once, even when two people confirm.

        :raise UserError: Amazon would refuse it
        """
        self.ensure_one()
        self.move_id._amazon_report_refund(self.reason)
        return {"type": "ir.actions.act_window_close"}
