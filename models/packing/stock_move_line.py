"""The same on the detailed operations (feature W5)."""

from odoo import fields, models


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    amazon_goods = fields.Char(related="move_id.amazon_goods")
