"""Erasure of gift messages."""

from odoo import _, models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _amazon_is_gift_note(self):
        """Recognize the note that holds a gift message.

        :return bool: whether the line holds a gift message
        """
        return self.display_type == "line_note" and bool(self.amazon_charge_ref)

    def _amazon_erase_gift_note(self):
        """Erase the message here and on invoices, unless those are sealed.

        :return int: how many lines of invoices
        """
        copies = self.invoice_lines.filtered(
            lambda line: not line.move_id.inalterable_hash
        )
        for line in (self, *copies):
            line.name = _("Gift message (erased)")
        return len(copies)
