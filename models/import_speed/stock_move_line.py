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
        cache[HELD] = {}
        try:
            self.create(pending)
        finally:
            held = cache.pop(HELD)
        self.env["stock.quant"]._amazon_reserve_held(held)
