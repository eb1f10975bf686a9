"""Sale orders of which Amazon states less, or something else, than it should.

Answers that lack what they had before change nothing (feature D18); a total that its
parts do not explain is followed and shown (D19). Goods that had left before Odoo knew
of the order get no delivery (D20): nothing can be confirmed to Amazon, and they are
booked out of the warehouse at once, like those that Amazon ships, or not at all.
"""

from odoo import _, api, fields, models
from odoo.tools import float_compare
from odoo.tools.misc import format_amount


class SaleOrder(models.Model):
    _inherit = "sale.order"

    amazon_shipped_without = fields.Selection(
        [("stock", "Stock booked"), ("none", "Without stock")],
        "Shipped without Odoo",
        copy=False,
        readonly=True,
        help="The goods had left when the order came into Odoo. Nothing is delivered, "
        "and Amazon is told nothing.",
    )

    def _amazon_find_gone(self, order):
        """Find what Amazon stated of this order before and does not state any more.

        What Amazon cancels stays in its answer, with a quantity of zero: an answer
        without it is no whole answer. The same holds for amounts.

        :param Order order:
        :return list: names of the items, and of the amounts; empty for a whole answer
        """
        self.ensure_one()
        if order.is_cancelled or self.amazon_is_history or self.state == "cancel":
            return []
        items = {item.item_id: item for item in order.items}
        lines = self.order_line.filtered("amazon_item_ref")
        gone = [
            line.name.split("\n")[0]
            for line in lines
            if line.amazon_quantity and line.amazon_item_ref not in items
        ]
        if not order.items:
            gone.append(_("all items"))
        has_money = any(item.moneys() for item in order.items)
        for line in lines:
            item = items.get(line.amazon_item_ref)
            is_ordered = item and item.quantity and not item.is_cancelled
            if has_money and is_ordered and line.amazon_amount and not item.moneys():
                gone.append(_("amounts of %s", line.name.split("\n")[0]))
        if order.currency is None and self.amazon_total and not self.amazon_taken_over:
            gone.append(_("all amounts"))
        return gone

    def _amazon_ask_about_gone(self, gone):
        """Put an order before a person whose parts Amazon does not state any more.

        :param list gone: see _amazon_find_gone
        """
        self._amazon_ask_person(
            _(
                "For hours Amazon's answers have lacked what belongs to this order: "
                "%s. Nothing is changed here. Compare the order with Seller Central, "
                "and change it here if need be.",
                ", ".join(gone),
            )
        )

    @api.model
    def _amazon_note_without_money(self, sale_orders, orders):
        """Say of which orders Amazon stated no amount at all; replacements cost
        nothing, and history needs no check.

        :param dict sale_orders: Amazon reference -> sale.order
        :param list orders: of Order
        """
        for order in orders:
            sale_order = sale_orders[order.order_id]
            is_free = order.is_replacement or order.is_exchange
            if order.currency or is_free or sale_order.amazon_is_history:
                continue
            sale_order._amazon_ask_person(
                _(
                    "Amazon states no amount for this order: it is worth nothing here "
                    "(a free sample, for example). Deliver it like any other. When "
                    "Amazon states amounts later, they are taken over."
                )
            )

    def _amazon_find_other_currency(self, order, amounts, changes):
        """Notice that Amazon changed the currency of an order.

        :param Order order:
        :param OrderAmounts amounts: what the order is worth now
        :param list changes: of LineChange
        :return list: in words, when changed amounts are in another currency than the
            order here
        """
        if order.currency in (self.currency_id.name, None):
            return []
        if not changes and not self._amazon_total_differs(amounts):
            return []
        return [
            _(
                "Amazon states the amounts of this order in %(there)s now, in Odoo it "
                "is in %(here)s. Compare it with Seller Central.",
                there=order.currency,
                here=self.currency_id.name,
            )
        ]

    def _amazon_total_differs(self, amounts):
        """Answer whether Amazon's total has changed.

        :param OrderAmounts amounts: what the order is worth now
        :return bool: whether Amazon stated another total before; of what another
            connector imported nobody knows it
        """
        return not self.amazon_taken_over and bool(
            float_compare(
                float(amounts.total),
                self.amazon_total,
                precision_rounding=self.currency_id.rounding,
            )
        )

    def _amazon_follow_total(self, amounts):
        """Keep Amazon's total, whether or not its parts explain it.

        :param OrderAmounts amounts: what the order is worth now
        :return float|None: what it was worth before, None for no change
        """
        if not self._amazon_total_differs(amounts):
            return None
        before, self.amazon_total = self.amazon_total, float(amounts.total)
        return before

    def _amazon_explain_total(self, before):
        """Say what a change of Amazon's total has left, once the lines are changed.

        :param float|None before: see _amazon_follow_total
        :return list: in words, when the order is worth something else in Odoo
        """
        if before is None or not self.amazon_total_difference:
            return []
        return [
            _(
                "Amazon's total of this order is %(now)s now, it was %(before)s. In "
                "Odoo it is worth %(here)s: compare the lines with Seller Central.",
                now=format_amount(self.env, self.amazon_total, self.currency_id),
                before=format_amount(self.env, before, self.currency_id),
                here=format_amount(self.env, self.amount_total, self.currency_id),
            )
        ]
