"""Changes of an import, written at once: see `amazon_batch_flush`."""

from odoo import models


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "amazon.batch.flush"]
