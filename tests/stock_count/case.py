"""Base class for what is offered: moves and places of goods."""

from odoo import _

from ..stock_case import StockFeedCase


class TruthCase(StockFeedCase):
    def create_move(self, sku, quantity, source, destination, **values):
        return self.env["stock.move"].create(
            {
                "name": _("Amazon move"),
                "product_id": self.products[sku].id,
                "product_uom_qty": quantity,
                "location_id": source.id,
                "location_dest_id": destination.id,
                "company_id": self.company.id,
                **values,
            }
        )

    @property
    def customers(self):
        return self.env.ref("stock.stock_location_customers")

    def offered(self, sku="MUG-BLUE"):
        return self.available(sku)[sku]
