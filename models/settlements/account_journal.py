"""Journals of settlements: one for each account of Amazon and currency."""

from odoo import api, fields, models

from ..account.own_fields import check_new_own_fields, check_own_fields


class AccountJournal(models.Model):
    _inherit = "account.journal"

    amazon_account_id = fields.Many2one(
        "amazon.account",
        "Amazon account",
        copy=False,
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="Its settlements in the currency of the journal are booked here.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Create, but for what the addon writes: settlements of an account would be
        booked wherever somebody wants."""
        check_new_own_fields(self, vals_list)
        return super().create(vals_list)

    def write(self, vals):
        """Write, but for what the addon writes."""
        check_own_fields(self, vals)
        return super().write(vals)
