"""What Amazon is told of shipments, seen from the order (features H1, H2)."""

import math
from collections import defaultdict

from odoo import models
from odoo.tools import float_round

# Programmes of which Amazon learns by itself that the goods have left: confirmShipment
# refuses them («Confirm the shipment status»), or they have a flow of their own.
SELF_CONFIRMED = {
    "FBM_SHIP_PLUS": "Ship+",
    "AMAZON_EASY_SHIP": "Easy Ship",
    "IN_STORE_PICK_UP": "In-Store Pickup",
    "DELIVERY_BY_AMAZON": "Delivery by Amazon",
}
# Finer than any quantity, coarser than what floats add by themselves.
FLOAT_NOISE = 1e-6


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _amazon_count_pieces(self, delivered, needs):
        """Translate what was delivered back to pieces of Amazon's item.

        :param dict delivered: product -> quantity so far, in the product's unit
        :param dict needs: product -> quantity for the whole line; the parts of a kit
        :return int: pieces that are complete, never more than are still to confirm
        """
        self.ensure_one()
        before = 0
        if self.product_uom_qty:
            share = self.amazon_shipped_before / self.product_uom_qty
            before = round(share * self.amazon_quantity)
        shares = [delivered.get(product, 0.0) / need for product, need in needs.items()]
        pieces = min(shares, default=0.0) * self.amazon_quantity
        complete = math.floor(float_round(pieces, precision_rounding=FLOAT_NOISE))
        return max(0, min(complete, self.amazon_quantity - before))

    def _amazon_needs(self):
        """How much of which product makes the whole line.

        :return dict: line -> {product: quantity in the product's unit}
        """
        needs = {}
        for line, demands in self._get_fba_demands().items():
            wanted = defaultdict(float)
            for demand in demands:
                wanted[demand.product] += demand.quantity
            planned = defaultdict(float)
            for move in line.move_ids._amazon_to_customer():
                if move.state != "cancel":
                    planned[move.product_id] += move.product_qty
            # A parts list may have changed since: then the moves tell.
            fits = planned.keys() <= wanted.keys()
            chosen = wanted if fits else planned
            needs[line] = {
                product: need for product, need in chosen.items() if need > 0
            }
        return needs
