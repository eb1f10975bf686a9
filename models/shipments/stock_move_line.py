"""Packed or corrected lines of deliveries, which Amazon's packages have to follow."""

from odoo import api, models


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    @api.model_create_multi
    def create(self, vals_list):
        self._amazon_make_reserved()
        lines = super().create(vals_list)
        if any(vals.get("result_package_id") for vals in vals_list):
            lines._amazon_note_packages()
        lines._amazon_recount()
        return lines

    def write(self, vals):
        result = super().write(vals)
        if "result_package_id" in vals:
            self._amazon_note_packages()
        if "quantity" in vals:
            self._amazon_recount()
        return result

    def _amazon_note_packages(self):
        """Let packers enter a tracking number for each package as soon as it is
        packed."""
        deliveries = self.picking_id._amazon_deliveries()
        deliveries.filtered(
            lambda picking: picking.state not in ("done", "cancel")
        )._amazon_note_packages()

    def _amazon_recount(self):
        """Count again what left for buyers at Amazon and is corrected afterwards."""
        done = self.filtered(lambda line: line.picking_id and line.state == "done")
        if done:
            done.picking_id._amazon_recount()
