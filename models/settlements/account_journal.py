"""Journals of settlements: one for each account of Amazon and currency."""

from odoo import fields, models


class AccountJournal(models.Model):
    _name = "account.journal"
    _inherit = ["account.journal", "amazon.own.fields"]

    amazon_account_id = fields.Many2one(
        "amazon.account",
        "Amazon account",
        copy=False,
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="Its settlements in the currency of the journal are booked here.",
    )
