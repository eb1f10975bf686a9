"""Which taxes depend on the price, asked when prices are computed from totals."""

from odoo import models


class AccountTax(models.Model):
    _inherit = "account.tax"

    def _amazon_without_fixed(self):
        """Leave out taxes per piece, which no price can be computed from.

        :return: the same taxes without those of a fixed amount per piece, groups
        resolved where they hold some
        """
        flat = self.flatten_taxes_hierarchy()
        relative = flat.filtered(lambda tax: tax.amount_type != "fixed")
        return self if relative == flat else relative

    def _amazon_are_on_top(self):
        """Recognize the simple case, in which a price needs no search.

        :return bool: whether a price bears nothing but percents that come on top of
        it, so that no price is its own total and nothing of it is no tax
        """
        return all(
            tax.amount_type == "percent" and tax.amount and not tax.price_include
            for tax in self
        )

    def _amazon_main_tax(self):
        """Choose the tax with the highest rate.

        :return: account.tax, the one of these taxes that bears what rounding leaves;
        empty when none of them depends on the price
        """
        flat = self.flatten_taxes_hierarchy()
        relative = flat.filtered(lambda tax: tax.amount_type != "fixed" and tax.amount)
        return max(relative, key=lambda tax: tax.amount, default=self.browse())
