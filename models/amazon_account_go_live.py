"""Since when Odoo works on the orders of an account (feature A11)."""

from odoo import fields, models


class AmazonAccount(models.Model):
    _inherit = "amazon.account"

    go_live_date = fields.Datetime(
        "Go-live",
        copy=False,
        help="Orders that buyers placed before this moment do not come into Odoo: they "
        "are delivered where you worked until then. Orders that are in Odoo already "
        "stay. «Import History» brings the earlier ones in for the reports. Empty: all "
        "orders come in.",
    )
