"""What an order of each marketplace would look like, before one comes in (W1)."""

from markupsafe import Markup

from odoo import _, api, fields, models


class AmazonTestOrder(models.TransientModel):
    """Show warehouse, people and taxes of an order that does not exist."""

    _name = "amazon.test.order"
    _description = "Test order of an Amazon account"

    account_id = fields.Many2one("amazon.account", required=True, ondelete="cascade")
    preview = fields.Html(compute="_compute_preview", sanitize=False)

    @api.depends("account_id")
    @api.depends_context("lang")
    def _compute_preview(self):
        head = (
            _("Marketplace"),
            _("Delivered from"),
            _("Sales Team"),
            _("Salesperson"),
            _("Currency"),
            _("Fiscal Position"),
            _("Taxes"),
        )
        for wizard in self:
            wizard.account_id.read(["name"])  # the sudo must not open other companies
            account = wizard.account_id.sudo()._in_company()
            rows = [account._describe_test_order(shop) for shop in account._get_shops()]
            wizard.preview = Markup(
                "<table class='table table-sm'><thead><tr>{}</tr></thead>"
                "<tbody>{}</tbody></table>"
            ).format(
                Markup().join(Markup("<th>{}</th>").format(text) for text in head),
                Markup().join(
                    Markup("<tr>{}</tr>").format(
                        Markup().join(
                            Markup("<td>{}</td>").format(text) for text in row
                        )
                    )
                    for row in rows
                ),
            )

    def action_confirm(self):
        """Note that somebody has seen it and agrees."""
        self.ensure_one()
        self.account_id._check_may_manage()
        self.account_id.sudo().setup_order_seen = True
        return {"type": "ir.actions.act_window_close"}
