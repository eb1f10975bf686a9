"""Decimal precisions, looked up once by an import: Odoo asks a hundred times for an
order of two lines.
"""

from odoo import api, models

from ...tools.batch_memo import forget, memo_of

# Modules of Odoo that have a say in it; what they look at is looked at here, too.
KNOWN = {"base", "account"}


class DecimalPrecision(models.Model):
    _inherit = "decimal.precision"

    @api.model
    def precision_get(self, application):
        """Look up each precision once in an import."""
        memo = memo_of(self.env)
        if memo is None or self.env.context.get("ignore_discount_precision"):
            return super().precision_get(application)
        if application in memo.precisions:
            return memo.precisions[application]
        digits = super().precision_get(application)
        if memo.knows(self, KNOWN, "precision_get"):
            memo.precisions[application] = digits
        return digits

    @api.model_create_multi
    def create(self, vals_list):
        forget(self.env)
        return super().create(vals_list)

    def write(self, vals):
        result = super().write(vals)
        forget(self.env)
        return result

    def unlink(self):
        forget(self.env)
        return super().unlink()
