"""Invoice lines keep the tax of the Amazon order's lines: see `fixed_tax`."""

from odoo import api, fields, models

from ...tools.fixed_tax import context_with, fixed_tax_of
from ..account.own_fields import Copied, check_own_fields, permitted_values

FIXED_TAX = "amazon_fixed_tax"


class AccountMoveLine(models.Model):
    _name = "account.move.line"
    _inherit = ["account.move.line", "amazon.own.fields"]
    _amazon_tax_field = "tax_ids"

    # Copied with the line: a credit note of the whole line keeps the tax, too.
    amazon_fixed_tax = fields.Json(
        "Tax kept",
        readonly=True,
        help="Amazon's tax to the cent, where its rounding is not Odoo's. It counts as "
        "long as price, quantity and taxes of the line stay as they are.",
    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Create, but for what the addon writes: Odoo looks up the move at first."""
        return super().create(permitted_values(self, vals_list))

    def write(self, vals):
        """Write, but for what the addon writes: Odoo leaves out what stays the same."""
        check_own_fields(self, vals)
        return super().write(vals)

    def copy_data(self, default=None):
        """Mark the tax that comes from the line: whoever credits an invoice may copy
        it, and write none."""
        copies = super().copy_data(default)
        if FIXED_TAX not in (default or {}):
            for vals in copies:
                if kept := vals.pop(FIXED_TAX, None):
                    vals[FIXED_TAX] = Copied(kept)
        return copies

    # === COMPUTE METHODS === #

    @api.depends("amazon_fixed_tax")
    def _compute_totals(self):
        """Odoo 17.0 computes the taxes of a line here, later series do not."""
        fixed = self._amazon_fixed()
        for line, values in fixed.items():
            line = line.with_context(**context_with(values))
            super(AccountMoveLine, line)._compute_totals()
        others = self.filtered(lambda line: line not in fixed) if fixed else self
        return super(AccountMoveLine, others)._compute_totals()

    @api.depends("amazon_fixed_tax")
    def _compute_all_tax(self):
        """Odoo 17.0 only: from it the tax lines of an invoice are made."""
        fixed = self._amazon_fixed()
        for line, values in fixed.items():
            sign = line.move_id.direction_sign
            line = line.with_context(**context_with(values, sign=sign))
            super(AccountMoveLine, line)._compute_all_tax()
        others = self.filtered(lambda line: line not in fixed) if fixed else self
        return super(AccountMoveLine, others)._compute_all_tax()

    def _amazon_fixed(self):
        """Collect the product lines that keep Amazon's tax.

        :return dict: account.move.line -> dict, see fixed_tax_of
        """
        fixed = {
            line: fixed_tax_of(line)
            for line in self
            if line.amazon_fixed_tax and line.display_type == "product"
        }
        return {line: values for line, values in fixed.items() if values}
