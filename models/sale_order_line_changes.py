"""Lines of an order that Amazon changed (feature D10)."""

from dataclasses import dataclass
from decimal import Decimal

from odoo import _, api, fields, models
from odoo.tools import float_compare

ZERO = Decimal(0)


@dataclass(frozen=True)
class LineChange:
    """A line as Amazon states it now. ``line`` is empty when it is new."""

    line: models.BaseModel
    kind: str
    item: object
    quantity: int
    amount: Decimal


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    amazon_kind = fields.Char(copy=False, readonly=True)
    amazon_quantity = fields.Integer(
        "Pieces at Amazon",
        copy=False,
        readonly=True,
        help="How many pieces of the offer the buyer ordered.",
    )
    amazon_amount = fields.Monetary(
        "Amount at Amazon",
        copy=False,
        readonly=True,
        help="What Amazon last said that this line is worth.",
    )
    amazon_shipped_before = fields.Float(
        digits="Product Unit of Measure",
        copy=False,
        readonly=True,
        help="Units that had left before the order came to Odoo.",
    )

    def _get_qty_procurement(self, *args, **kwargs):
        """What had left before the order came to Odoo is not delivered again."""
        quantity = super()._get_qty_procurement(*args, **kwargs)
        return quantity + self.amazon_shipped_before

    # === BUSINESS METHODS === #

    @api.model
    def _prepare_amazon_statement_vals(self, order, amount, item, quantity):
        """What Amazon states of a line, to tell a change from a correction by hand.

        :param Order order:
        :param LineAmount amount:
        :param item: OrderItem, None for what belongs to the whole order
        :param float quantity: units of the product on the line
        :return dict: values of sale.order.line
        """
        is_product = amount.kind == "product"
        shipped = item.quantity_fulfilled if is_product and order.is_fbm else 0
        return {
            "amazon_kind": amount.kind,
            "amazon_quantity": item.quantity if is_product else 1,
            "amazon_amount": float(amount.amount),
            "amazon_shipped_before": (
                quantity * shipped / item.quantity if shipped else 0.0
            ),
        }

    def _amazon_changes(self, order, amounts):
        """Compare with what Amazon stated when the lines were last written.

        :param Order order:
        :param OrderAmounts amounts: what the order is worth now
        :return list: of LineChange
        """
        items = {item.item_id: item for item in order.items}
        stated = {}
        for amount in amounts.lines:
            key = (amount.kind, amount.item_id or False)
            stated[key] = stated.get(key, ZERO) + amount.amount
        known = {
            (line.amazon_kind, line.amazon_item_ref or line.amazon_charge_ref): line
            for line in self
            if line.amazon_kind
        }
        changes = []
        if not known:  # what Amazon stated was not kept, so nothing can be compared
            return changes
        for key in {**known, **stated}:
            line, item = known.get(key, self.browse()), items.get(key[1])
            quantity = item.quantity if item and key[0] == "product" else 1
            if key not in stated:
                quantity = 0
            amount = stated.get(key, ZERO)
            if not line or line._amazon_differs(quantity, amount):
                changes.append(LineChange(line, key[0], item, quantity, amount))
        return changes

    @api.model
    def _describe_amazon_change(self, change):
        """:param LineChange change:
        :return str: the change in words"""
        item = change.item
        return _(
            "- %(name)s: now %(quantity)s pieces, %(amount)s in all",
            name=change.line.name or (item and item.product.title) or change.kind,
            quantity=change.quantity,
            amount=change.amount,
        )

    def _amazon_differs(self, quantity, amount):
        return quantity != self.amazon_quantity or bool(
            float_compare(
                float(amount),
                self.amazon_amount,
                precision_rounding=self.currency_id.rounding,
            )
        )

    @api.model
    def _amazon_apply_changes(self, sale_order, order, offers, changes):
        """Write the changed lines; the delivery follows their quantities.

        :param sale_order: sale.order, confirmed; nothing delivered or invoiced
        :param list changes: of LineChange
        """
        rounding = self._amazon_product("rounding")
        sale_order.order_line.filtered(
            lambda line: line.product_id == rounding
        ).price_unit = 0.0
        for change in changes:
            line = change.line or self._amazon_new_line(
                sale_order, order, offers, change
            )
            line._amazon_restate(change, sale_order.fiscal_position_id)

    @api.model
    def _amazon_new_line(self, sale_order, order, offers, change):
        """:return: sale.order.line for what Amazon added"""
        if change.kind == "product":
            channel = "fba" if order.is_fba else "fbm"
            offer = offers.get((order.marketplace_id, channel, change.item.sku))
            vals = self._prepare_amazon_item_vals(change.item, offer)
        else:
            vals = self._prepare_amazon_charge_vals(change.kind, change.item)
        return self.create({**vals, "order_id": sale_order.id, "price_unit": 0.0})

    def _amazon_restate(self, change, fiscal_position):
        """Write quantity and price of one line as Amazon states them now."""
        factor = self.amazon_offer_id.quantity_factor or 1  # charges have no offer
        quantity = change.quantity * factor
        vals = {
            "product_id": self.product_id.id,
            "product_uom_qty": quantity or 1,
        }
        taxes = self._amazon_taxes(
            change.kind, self.product_id, self._amazon_goods_offer(), fiscal_position
        )
        self._amazon_set_price(vals, change.amount, taxes, self.currency_id)
        self.write(
            {
                "product_uom_qty": quantity,
                "price_unit": vals["price_unit"],
                "tax_id": vals["tax_id"],
                "amazon_kind": change.kind,
                "amazon_quantity": change.quantity,
                "amazon_amount": float(change.amount),
            }
        )

    def _amazon_goods_offer(self):
        """:return: amazon.offer of the item, also for the lines of its charges"""
        goods = self.order_id.order_line.filtered(
            lambda line: (
                line.amazon_item_ref
                and line.amazon_item_ref
                in (self.amazon_item_ref, self.amazon_charge_ref)
            )
        )
        return goods.amazon_offer_id
