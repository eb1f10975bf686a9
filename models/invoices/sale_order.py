"""What of an order decides about its invoices."""

from odoo import models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _amazon_is_business(self):
        """Whether a business bought it at Amazon Business.

        :return bool: the tax is computed from the net total, and the invoice is urgent
        """
        self.ensure_one()
        return "AMAZON_BUSINESS" in (self.amazon_programs or "").split(",")
