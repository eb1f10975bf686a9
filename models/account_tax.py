from odoo import models


class AccountTax(models.Model):
    _inherit = "account.tax"

    def _amazon_without_fixed(self):
        """:return: the same taxes without those of a fixed amount per piece, groups
        resolved where they hold some"""
        flat = self.flatten_taxes_hierarchy()
        relative = flat.filtered(lambda tax: tax.amount_type != "fixed")
        return self if relative == flat else relative
