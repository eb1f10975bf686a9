"""Journal entries of settlements: their settlement follows them. What is posted is
reconciled: a settlement with the invoices of its orders, an invoice with settlements.
"""

from odoo import _, fields, models

from ...tools.by_code import is_by_code

INVOICES = ("out_invoice", "out_receipt", "out_refund")


class AccountMove(models.Model):
    _inherit = "account.move"

    amazon_settlement_id = fields.Many2one(
        "amazon.settlement",
        "Amazon settlement",
        copy=False,
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )

    def action_open_amazon_settlement(self):
        """Open the settlement of Amazon that this entry books."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": _("Settlement"),
            "res_model": "amazon.settlement",
            "res_id": self.amazon_settlement_id.id,
            "view_mode": "form",
        }

    # === What happens to an entry === #

    def _post(self, soft=True):
        posted = super()._post(soft=soft)
        settlements = posted.sudo().amazon_settlement_id
        settlements._note_moves_changed()
        settlements._reconcile()
        invoices = posted.filtered(lambda move: move.move_type in INVOICES)
        orders = invoices.sudo().invoice_line_ids.sale_line_ids.order_id
        orders.filtered("amazon_account_id")._amazon_reconcile()
        invoices._amazon_note_invoices()
        return posted

    def button_draft(self):
        self._amazon_withdraw_refunds()
        self._amazon_withdraw_invoices()
        result = super().button_draft()
        self.sudo().amazon_settlement_id._note_moves_changed()
        return result

    def button_cancel(self):
        result = super().button_cancel()
        self.sudo().amazon_settlement_id._note_moves_gone()
        return result

    def unlink(self):
        counted = self.sudo().filtered(lambda move: move.state != "cancel")
        settlements = counted.amazon_settlement_id
        result = super().unlink()
        if not is_by_code(self.env, "amazon_settlement_unlink"):
            settlements._note_moves_gone()
        return result
