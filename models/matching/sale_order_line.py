"""An order that came in with *Amazon Sale* gets the product that its SKU has by now
(feature C5). The amounts stay what Amazon said, to the cent.
"""

from decimal import Decimal

from odoo import _, fields, models
from odoo.exceptions import UserError


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    # A person may have chosen another one: then the connector must not change it.
    amazon_product_id = fields.Many2one(
        "product.product",
        "Product of the listing",
        copy=False,
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="What the Amazon Connector put on the line.",
    )

    def _amazon_take_product(self):
        """Get the product of the offer; an open delivery brings it instead of what the
        line had before."""
        # Odoo lets no line with moves have another product. What waits in a delivery
        # goes when its successor is there, so that the delivery stays the same. The
        # moves of *Amazon Sale* at Amazon (FBA) moved no stock.
        moves = self.move_ids.filtered(lambda move: move.state != "cancel")
        waiting = self._amazon_waiting_moves(moves)
        moves.sale_line_id = False
        self.write(self._prepare_amazon_product_vals())
        self._action_launch_stock_rule()
        waiting._action_cancel()
        waiting.unlink()
        charges = self.order_id.order_line.filtered(
            lambda line: (
                line.amazon_kind not in (False, "product")
                and line.amazon_charge_ref in (self.amazon_item_ref, False)
            )
        )
        for charge in charges:  # taxed as this product is
            charge._amazon_retax()

    def _amazon_waiting_moves(self, moves):
        """The moves that have to be cancelled before the line gets another product.

        :param moves: stock.move of the line
        :return: stock.move, those and what brings the goods to them; none of FBA
        :raise UserError: one of them has begun, or serves other lines, too
        """
        waiting = moves.browse(moves._rollup_move_origs()).filtered("picking_id")
        waiting = waiting.filtered(lambda move: move.state != "cancel")
        begun = waiting.filtered(lambda move: move.state == "done" or move.picked)
        others = waiting.move_dest_ids - waiting
        if begun or others.filtered(lambda move: move.state != "cancel"):
            raise UserError(
                _(
                    "Its goods are being picked already. Put them back, cancel that "
                    "transfer, then press “Apply to Open Orders” on the listing."
                )
            )
        return waiting

    def _prepare_amazon_product_vals(self):
        """Extension hook: a line whose offer got its product.

        :return dict: values of sale.order.line
        """
        offer = self.amazon_offer_id
        quantity = self.amazon_quantity * offer.quantity_factor
        vals = {
            "product_id": offer.product_id.id,
            "amazon_product_id": offer.product_id.id,
            "name": self._amazon_name_with(offer),
            "product_uom_qty": quantity,
            "amazon_units": quantity,
        }
        if self.amazon_shipped_before:
            share = self.amazon_shipped_before / (self.amazon_units or 1)
            vals["amazon_shipped_before"] = share * quantity
        order = self.order_id
        taxes = self._amazon_taxes(
            "product",
            offer.product_id,
            [offer.product_id],
            order.amazon_account_id._get_tax_position(
                self.amazon_tax_remitted, order.fiscal_position_id
            ),
        )
        priced = {**vals, "product_uom_qty": quantity or 1}
        self._amazon_set_price(
            priced, self._amazon_stated_amount(), taxes, self.currency_id
        )
        return {**priced, "product_uom_qty": quantity}

    def _amazon_name_with(self, offer):
        """Describe the line by its new product, unless a person wrote something else.

        :return str: description of the line; the SKU is no more needed in it
        """
        prefix = f"[{offer.sku}] "
        if self.name.startswith(prefix):
            rest = self.name[len(prefix) :]
            stand_in = self.product_id.display_name
            return offer.product_id.display_name if rest == stand_in else rest
        if self.name == self.product_id.display_name:
            return offer.product_id.display_name
        return self.name

    def _amazon_stated_amount(self):
        """Amazon's amount, rounded as the currency is.

        :return Decimal: what Amazon last said that the line is worth
        """
        unit = Decimal(1).scaleb(-self.currency_id.decimal_places)
        return Decimal(str(self.amazon_amount)).quantize(unit)
