"""The analytic account for the settlement rows of a marketplace."""

from odoo import fields, models


class AmazonAccountMarketplace(models.Model):
    _inherit = "amazon.account.marketplace"

    analytic_account_id = fields.Many2one(
        "account.analytic.account",
        "Analytic account",
        check_company=True,
        ondelete="set null",
        help="Fees and income of this marketplace in settlements. Empty: as Odoo's "
        "analytic distribution models say.",
    )
