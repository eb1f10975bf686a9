from odoo import api, models


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        if any(vals.get("result_package_id") for vals in vals_list):
            lines._amazon_note_packages()
        return lines

    def write(self, vals):
        result = super().write(vals)
        if "result_package_id" in vals:
            self._amazon_note_packages()
        return result

    def _amazon_note_packages(self):
        """The packer can enter a tracking number for each package as soon as it is
        packed."""
        deliveries = self.picking_id._amazon_deliveries()
        deliveries.filtered(
            lambda picking: picking.state not in ("done", "cancel")
        )._amazon_note_packages()
