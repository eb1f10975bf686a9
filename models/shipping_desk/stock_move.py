"""What to take from where (feature W3)."""

from odoo import models
from odoo.tools import float_round


class StockMove(models.Model):
    _inherit = "stock.move"

    def _prepare_amazon_pick(self):
        """Describe what somebody has to fetch.

        :return list: of dict, one for each place; what is missing has none
        """
        common = {
            "product_id": self.product_id.id,
            "name": self.amazon_goods or self.product_id.display_name,
            "is_unknown": bool(self.amazon_goods),
        }
        parts = [
            {
                **common,
                "quantity": f"{line.quantity:g}",
                "place": line.location_id.display_name,
                "lot": line.lot_id.name or "",
                "is_missing": False,
            }
            for line in self.move_line_ids
            if line.quantity > 0
        ]
        missing = float_round(
            self.product_uom_qty - self.quantity,
            precision_rounding=self.product_uom.rounding,
        )
        if missing > 0 and self.state != "done":
            missed = {"quantity": f"{missing:g}", "place": "", "lot": ""}
            parts.append({**common, **missed, "is_missing": True})
        return parts
