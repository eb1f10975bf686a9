"""Changes of an import, written at once: see `amazon_batch_flush`."""

from odoo import models


class StockPicking(models.Model):
    _name = "stock.picking"
    _inherit = ["stock.picking", "amazon.batch.flush"]
