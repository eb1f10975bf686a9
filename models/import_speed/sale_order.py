"""Changes of an import, written at once: see `amazon_batch_flush`."""

from odoo import models


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "amazon.batch.flush"]
