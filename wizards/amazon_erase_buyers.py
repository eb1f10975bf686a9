"""Ask before all buyers of an account are erased."""

from odoo import _, api, fields, models
from odoo.exceptions import UserError


class AmazonEraseBuyers(models.TransientModel):
    """Show how many buyers of an account are erased, and wait for the confirmation."""

    _name = "amazon.erase.buyers"
    _description = "Amazon: erase buyers of an account"

    account_id = fields.Many2one("amazon.account", required=True, ondelete="cascade")
    order_count = fields.Integer("Orders with a buyer", compute="_compute_order_count")
    erase_after_days = fields.Integer(related="account_id.erase_after_days")

    @api.depends("account_id")
    def _compute_order_count(self):
        for wizard in self:
            wizard.order_count = wizard.account_id._count_buyers()

    def action_confirm(self):
        """Erase them in the background, the first ones within a minute.

        :return dict: client action, a notification
        :raise UserError: the account is at work
        """
        account = self.account_id
        account._check_may_manage()
        if account.active:
            raise UserError(_("Archive the account first: it still reads orders."))
        account.sudo().erase_all = True
        account._trigger_erase_cron()
        message = _(
            "The buyers are erased within minutes (orders: %s); orders still to be "
            "delivered follow when they have left.",
            self.order_count,
        )
        action = account._notify(message, "success")
        action["params"]["next"] = {"type": "ir.actions.act_window_close"}
        return action
