"""What Amazon is told of shipments, seen from the order (features H1, H2)."""

import math
from collections import defaultdict

from odoo import api, fields, models
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


class SaleOrder(models.Model):
    _inherit = "sale.order"

    amazon_programs = fields.Char(
        "Amazon programmes", copy=False, readonly=True, help="As Amazon names them."
    )
    amazon_submission_ids = fields.One2many(
        "amazon.submission", "sale_order_id", readonly=True
    )
    amazon_submission_count = fields.Integer(
        compute="_compute_amazon_submission_count", compute_sudo=True
    )

    @api.depends("amazon_submission_ids")
    def _compute_amazon_submission_count(self):
        for order in self:
            order.amazon_submission_count = len(order.amazon_submission_ids)

    def action_view_amazon_submissions(self):
        """Open what Amazon is told of this order."""
        return self.env["amazon.submission"]._open([("sale_order_id", "=", self.id)])

    @api.model
    def _amazon_program_names(self, order):
        """Return the programmes of an order and of its items: some decide whether a
        shipment is confirmed.

        :param Order order:
        :return str|False: their names
        """
        programs = {*order.programs}.union(*(item.programs for item in order.items))
        return ",".join(sorted(programs)) or False

    def _amazon_self_confirmed(self):
        """:return str|None: name of the programme for which Amazon confirms shipments
        without us"""
        names = (self.amazon_programs or "").split(",")
        return next(
            (SELF_CONFIRMED[name] for name in names if name in SELF_CONFIRMED), None
        )


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
