"""Move lines of an import, made together: see `reservation`."""

from odoo import models

from .reservation import HELD, RESERVATION


class StockMoveLine(models.Model):
    _name = "stock.move.line"
    _inherit = ["stock.move.line", "amazon.batch.flush"]

    def _amazon_make_reserved(self):
        """Make the lines that were noted so far, before any other line is made."""
        cache = self.env.cr.cache
        pending = cache[RESERVATION].hand_over() if RESERVATION in cache else ()
        if not pending:
            return
        products, places = self.env["product.product"], self.env["stock.location"]
        cache[HELD] = {
            (
                products.browse(vals["product_id"]),
                places.browse(vals["location_id"]),
            ): 0.0
            for vals in pending
        }
        try:
            self.create(pending)
        finally:
            held = cache.pop(HELD)
        self.env["stock.quant"]._amazon_reserve_held(held)

    def _action_done(self):
        with self.env["stock.quant"]._amazon_take_at_once():
            return super()._action_done()
