"""Odoo's *Send & Print* makes documents for Amazon's invoices, and sends none of them
(feature H9).
"""

from odoo import api, models

# The ways that reach a buyer: as 17.0 notes them, and as later series do.
WAYS = ("send_mail", "send_by_post")
METHODS = ("email", "snailmail")


class AccountMoveSend(models.TransientModel):
    _inherit = "account.move.send"

    @api.model
    def _hook_if_success(self, moves_data, from_cron=False, **kwargs):
        """Refuse to send an invoice to a buyer at Amazon; in the background it is left
        out, so that the others go.

        :raise UserError: a person asked for a mail or a letter
        """
        kept = {}
        for move, data in moves_data.items():
            allowed = move._amazon_allowed_ways(data)
            if allowed != data and not from_cron:
                move._check_amazon_contact()
            kept[move] = allowed
        return super()._hook_if_success(kept, from_cron=from_cron, **kwargs)
