"""Start the import of orders from before the go-live."""

from odoo import _, fields, models


class AmazonImportHistory(models.TransientModel):
    """Ask for the period whose orders are imported for the reports (feature A11)."""

    _name = "amazon.import.history"
    _description = "Import Amazon history"

    account_id = fields.Many2one(
        "amazon.account",
        required=True,
        ondelete="cascade",
        domain="[('is_linked', '=', True)]",
    )
    go_live_date = fields.Datetime(related="account_id.go_live_date")
    date_from = fields.Datetime(
        "Ordered from",
        required=True,
        default=lambda self: fields.Datetime.subtract(fields.Datetime.now(), years=1),
        help="Amazon keeps orders for two years.",
    )
    date_to = fields.Datetime(
        "Ordered until", required=True, help="The go-live of the account at the latest."
    )

    def action_start(self):
        """Start the import of old orders.

        :return dict: client action, its form
        :raise UserError: there is no such time, or another one is not done yet
        """
        self.ensure_one()
        self.account_id._check_may_import_history()
        account = self.account_id.sudo()._in_company()
        account._check_linked()
        # repeated when somebody else was quicker: then it finds theirs
        history = account._run_step(
            account._import_history, self.date_from, self.date_to
        )
        return {
            "type": "ir.actions.act_window",
            "name": _("Amazon History"),
            "res_model": "amazon.history",
            "res_id": history.id,
            "view_mode": "form",
        }
