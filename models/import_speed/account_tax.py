"""Taxes of an import, computed once for the same product at the same price: Odoo
computes those of a line four times until an order is confirmed.
"""

from odoo import models

from ...tools.batch_flush import WRITES_MANY
from ...tools.batch_memo import copied, forget, memo_of

# The arguments of `compute_all`.
QUESTION = (
    "price_unit",
    "currency",
    "quantity",
    "product",
    "partner",
    "is_refund",
    "handle_price_include",
    "include_caba_tags",
    "fixed_multiplicator",
)


class AccountTax(models.Model):
    _inherit = "account.tax"

    def write(self, vals):
        result = super().write(vals)
        forget(self.env)
        return result

    def _amazon_compute_once(self, compute, args, kwargs):
        """Compute what was not computed yet in an import.

        :param callable compute: Odoo's `compute_all` of these taxes
        :return dict: its result
        """
        memo = memo_of(self.env)
        methods = "compute_all", "_compute_amount"
        if memo is None or WRITES_MANY or not memo.knows(self, {"account"}, *methods):
            return compute(*args, **kwargs)
        question = {**dict(zip(QUESTION, args, strict=False)), **kwargs}
        # of the partner Odoo takes the language of the names
        partner = question.pop("partner", None)
        language = partner.lang if partner else None
        key = self._ids, self.env, language, *sorted(question.items())
        if key not in memo.taxes:
            memo.taxes[key] = compute(*args, **kwargs)
        result = memo.taxes[key]
        return {**copied(result), "taxes": [copied(tax) for tax in result["taxes"]]}
