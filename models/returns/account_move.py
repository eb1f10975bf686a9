"""Credit notes of Amazon's refunds."""

from odoo import api, fields, models


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "amazon.own.fields"]

    amazon_refund_id = fields.Many2one(
        "amazon.refund",
        "Amazon refund",
        copy=False,
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )

    def write(self, vals):
        """Write, and let refunds follow their credit notes: invoices of others are not
        asked for any."""
        result = super().write(vals)
        if "state" in vals:
            self.sudo().amazon_refund_id._follow_credit_note()
        return result

    def action_open_amazon_refund(self):
        """Open the refund of Amazon that this credit note books."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "amazon.refund",
            "res_id": self.amazon_refund_id.id,
            "view_mode": "form",
        }

    def _reconcile_reversed_moves(self, reverse_moves, move_reverse_cancel):
        """Do not reconcile the credit note with its invoice: Amazon pays the one and
        takes back the other as a whole, each with its own rows of a settlement."""
        others = reverse_moves.filtered(lambda move: not move.amazon_refund_id)
        if len(others) == len(reverse_moves):
            return super()._reconcile_reversed_moves(reverse_moves, move_reverse_cancel)
        for move in others:
            super(AccountMove, move.reversed_entry_id)._reconcile_reversed_moves(
                move, move_reverse_cancel
            )
        return reverse_moves

    @api.ondelete(at_uninstall=False)
    def _hold_amazon_refund(self):
        """Hold refunds whose credit note a person deleted: it is not made again by
        itself."""
        refunds = self.sudo().amazon_refund_id
        held = refunds.filtered(lambda refund: refund.move_id in self)
        held.write({"hold_reason": "removed", "move_id": False})
