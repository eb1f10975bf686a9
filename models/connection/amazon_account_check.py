"""What the app may do for a seller in one area, as last tried (feature A4)."""

from odoo import api, fields, models


class AmazonAccountCheck(models.Model):
    _name = "amazon.account.check"
    _inherit = ["amazon.own.fields"]
    _description = "Amazon: what the app may do"
    _order = "account_id, sequence, id"
    _sql_constraints = [
        (
            "unique_area",
            "UNIQUE(account_id, area)",
            "There is one line per account and area.",
        ),
    ]

    account_id = fields.Many2one(
        "amazon.account", required=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    sequence = fields.Integer(readonly=True)
    area = fields.Selection(
        [
            ("marketplaces", "Marketplaces of the seller"),
            ("orders", "Orders"),
            ("buyer", "Names and addresses of buyers"),
            ("listings", "Listings"),
            ("feeds", "Messages: stock, cancellations"),
            ("reports", "Reports"),
            ("finance", "Payments"),
        ],
        "What the app reaches",
        required=True,
        readonly=True,
    )
    # untried -[Amazon lets us in]-> ok; any -[403]-> denied; any -[no answer]-> untried
    state = fields.Selection(
        [("ok", "Works"), ("denied", "Denied"), ("untried", "Not tried")],
        required=True,
        readonly=True,
    )
    message = fields.Text("What to do", readonly=True)
    checked_at = fields.Datetime("Looked at", readonly=True)

    @api.depends("area")
    def _compute_display_name(self):
        labels = dict(self._fields["area"]._description_selection(self.env))
        for check in self:
            check.display_name = labels.get(check.area)
