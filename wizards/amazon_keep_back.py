"""Set for many offers how many units are never offered at Amazon (feature J2)."""

from odoo import fields, models


class AmazonKeepBack(models.TransientModel):
    _name = "amazon.keep.back"
    _description = "Keep stock back from Amazon"

    offer_ids = fields.Many2many("amazon.offer", string="Listings", readonly=True)
    stock_buffer = fields.Float(
        "Keep back",
        digits="Product Unit of Measure",
        help="So many units of the product are never offered at Amazon.",
    )
    stock_cap = fields.Float(
        "At most",
        digits="Product Unit of Measure",
        help="Never more than so many units of the product are offered. 0: no limit.",
    )

    def action_confirm(self):
        """Write the quantity on all of the offers."""
        self.offer_ids.write(
            {"stock_buffer": self.stock_buffer, "stock_cap": self.stock_cap}
        )
        return {"type": "ir.actions.act_window_close"}
