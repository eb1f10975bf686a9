"""Moves of goods that came back to Amazon: which return they belong to."""

from odoo import fields, models


class StockMove(models.Model):
    _inherit = "stock.move"

    amazon_return_id = fields.Many2one(
        "amazon.return",
        "Amazon return",
        copy=False,
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
