"""Choose from when on the orders of a new account are imported."""

from odoo import _, fields, models
from odoo.exceptions import UserError


class AmazonOrdersFrom(models.TransientModel):
    """Ask which orders are imported when an account starts."""

    _name = "amazon.orders.from"
    _description = "Which orders of an Amazon account come in"

    account_id = fields.Many2one("amazon.account", required=True, ondelete="cascade")
    question = fields.Char(related="account_id.orders_question")
    orders_from = fields.Selection(
        [
            ("open", "All that are still to ship"),
            ("moment", "From a moment on"),
            ("new", "Only new ones"),
        ],
        "Orders come in",
        required=True,
        default="moment",
    )
    moment = fields.Datetime("Ordered from")

    def action_begin(self):
        """Start the import with the chosen orders.

        :return dict: client action, closes the window
        """
        self.ensure_one()
        if self.orders_from == "moment" and not self.moment:
            raise UserError(_("Enter from when on the orders are wanted."))
        if self.moment and self.moment > fields.Datetime.now():
            raise UserError(
                _("This moment is still to come. To wait for new orders, choose so.")
            )
        self.account_id._begin_orders(self.orders_from, self.moment)
        return {"type": "ir.actions.act_window_close"}
