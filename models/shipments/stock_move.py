"""Goods that leave for buyers at Amazon, move by move (features H1, H8)."""

import re

from odoo import fields, models


class StockMove(models.Model):
    _name = "stock.move"
    _inherit = ["stock.move", "amazon.own.fields"]

    amazon_transparency_codes = fields.Text(
        "Transparency codes",
        copy=False,
        help="The codes of Amazon's Transparency programme on these goods, one a line: "
        "as many as pieces leave.",
    )

    def _amazon_report_left(self):
        """Write down for Amazon the deliveries that these moves have completed."""
        pickings = self.picking_id.filtered(lambda picking: picking.state == "done")
        pickings._amazon_enqueue_shipments()

    def _amazon_first_sent(self):
        """Leave out goods that came back and are sent again: what Amazon counts has
        left already.

        :return: the moves that bring goods to a buyer for the first time
        """
        return self._amazon_to_customer().filtered(
            lambda move: not move.origin_returned_move_id
        )

    def _amazon_before_last_step(self):
        """The moves whose delivery to the buyer does not exist yet.

        :return: moves of an earlier step whose last one is planned when they are
        done: Odoo 18 and later push goods from step to step
        """
        if "location_final_id" not in self._fields:
            return self.browse()
        return self.filtered(
            lambda move: (
                move.state not in ("done", "cancel")
                and move.location_dest_id.usage != "customer"
                and move.location_final_id.usage == "customer"
                and not move.move_dest_ids
            )
        )

    def _amazon_moved(self):
        """The quantity of the move, comparable with other moves of the product.

        :return float: what this done move brought, in the product's unit
        """
        return self.product_uom._compute_quantity(
            self.quantity, self.product_id.uom_id, rounding_method="HALF-UP"
        )

    def _amazon_codes(self):
        """Collect the codes that were scanned or typed, with blanks, commas or
        semicolons between them.

        :return list: the Transparency codes of these moves
        """
        texts = (move.amazon_transparency_codes or "" for move in self)
        return [code for text in texts for code in re.split(r"[\s,;]+", text) if code]
