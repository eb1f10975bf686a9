"""End the set-up of an account (feature W1)."""

from odoo import _, api, fields, models


class AmazonGoLive(models.TransientModel):
    """Show what is still open, and switch the account live."""

    _name = "amazon.go.live"
    _description = "Go live with an Amazon account"

    account_id = fields.Many2one("amazon.account", required=True, ondelete="cascade")
    open_steps = fields.Text(compute="_compute_open_steps")
    stock_text = fields.Char(compute="_compute_open_steps")
    dry_run = fields.Boolean(related="account_id.dry_run")
    send_stock = fields.Boolean(
        "Send stock to Amazon",
        help="Amazon gets the available quantities. The first ones are held back until "
        "somebody has seen them when many listings would fall.",
    )

    @api.depends("account_id")
    @api.depends_context("lang")
    def _compute_open_steps(self):
        for wizard in self:
            wizard.account_id.read(["name"])  # the sudo must not open other companies
            account = wizard.account_id.sudo()._in_company()
            steps = account._get_setup()["steps"]
            wizard.open_steps = "\n".join(
                f"{step['label']}: {step['text']}"
                for step in steps
                if step["state"] == "todo" and step["key"] != "stock"
            )
            wizard.stock_text = steps[-1]["text"]

    def action_confirm(self):
        """Switch the account live, and say so.

        :return dict: client action, a notification
        """
        self.ensure_one()
        account = self.account_id
        account._check_may_manage()
        account._go_live(self.send_stock)
        action = account._notify(
            _("The account is live: shipments, cancellations and stock go to Amazon."),
            "success",
        )
        action["params"]["next"] = {"type": "ir.actions.act_window_close"}
        return action
