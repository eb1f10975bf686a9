"""The forecast report names the pending Amazon order that holds stock (feature D12)."""

from odoo import models


class StockForecasted(models.AbstractModel):
    _inherit = "stock.forecasted_product_product"

    def _get_reservation_data(self, move):
        """Name the pending Amazon order, as what it holds has no delivery."""
        order_sudo = move.sudo().amazon_order_id
        if not order_sudo:
            return super()._get_reservation_data(move)
        return {
            "_name": order_sudo._name,
            "name": order_sudo.amazon_order_ref,
            "id": order_sudo.id,
        }
