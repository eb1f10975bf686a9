"""Taxes of lines that keep what Amazon states: see `fixed_tax`."""

from odoo import api, models

from ...tools.fixed_tax import (
    context_with,
    fixed_tax_in,
    fixed_tax_of_any,
    with_fixed_tax,
)


class AccountTax(models.Model):
    _inherit = "account.tax"

    # === Odoo 17.0 === #

    @api.model
    def _convert_to_tax_base_line_dict(self, base_line, *args, **kwargs):
        """Lines of orders and of invoices are prepared here."""
        result = super()._convert_to_tax_base_line_dict(base_line, *args, **kwargs)
        fixed = fixed_tax_of_any(base_line)
        if fixed:
            context = {**result["extra_context"], **context_with(fixed)}
            result["extra_context"] = context
        return result

    def compute_all(self, *args, **kwargs):
        """Take the amounts of a line that keeps them."""
        result = self._amazon_compute_once(super().compute_all, args, kwargs)
        fixed = fixed_tax_in(self.env)
        return with_fixed_tax(result, fixed) if fixed else result

    # === later series === #

    @api.model
    def _prepare_base_line_for_taxes_computation(self, record, **kwargs):
        """Lines of orders and of invoices are prepared here."""
        result = super()._prepare_base_line_for_taxes_computation(record, **kwargs)
        fixed = fixed_tax_of_any(record)
        if fixed:
            result["manual_total_excluded_currency"] = fixed["untaxed"]
            result["manual_tax_amounts"] = {
                tax: {"tax_amount_currency": amount}
                for tax, amount in fixed["taxes"].items()
            }
        return result
