"""What of an order can still be refunded."""

from collections import defaultdict
from decimal import Decimal

from odoo import _, models
from odoo.exceptions import UserError
from odoo.tools.misc import format_amount

ZERO = Decimal(0)
# Kind of an order line -> the part of a refund that gives it back.
PART_OF_KIND = {
    "shipping": "shipping",
    "cod_fee": "shipping",
    "gift_wrap": "gift_wrap",
}


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _amazon_get_refundable(self):
        """Compute what is left of the order, whoever refunded the rest.

        :return tuple: Decimal of the order; dict (item, part) -> Decimal
        """
        self.ensure_one()
        refunds = self.sudo().amazon_refund_ids
        paid = self.amazon_total or self.amount_total
        whole = Decimal(str(paid)) - self._amazon_sum(refunds.mapped("amount_total"))
        parts = defaultdict(Decimal)
        skus = {}
        for line in self.order_line:
            ref = line.amazon_item_ref or line.amazon_charge_ref
            if ref:
                part = PART_OF_KIND.get(line.amazon_kind, "product")
                # the cents of rounding have a line of their own
                paid = max(line.amazon_amount, line.price_total)
                parts[ref, part] += Decimal(str(paid))
            if line.amazon_item_ref:
                skus.setdefault(line.amazon_offer_id.sku, line.amazon_item_ref)
        for line in refunds.line_ids:
            ref = line.item_ref or skus.get(line.sku)
            part = line.kind if line.kind in ("shipping", "gift_wrap") else "product"
            if line.kind != "goodwill":
                parts[ref, part] -= Decimal(str(line.amount))
        return whole, parts

    def _amazon_sum(self, amounts):
        return sum((Decimal(str(amount)) for amount in amounts), ZERO)

    def _amazon_check_refundable(self, wanted):
        """Refuse a refund that Amazon would refuse.

        :param dict wanted: (item, part) -> Decimal, what is to be refunded
        :raise UserError: it is more than what is left
        """
        whole, parts = self._amazon_get_refundable()
        total = sum(wanted.values(), ZERO)
        if self._amazon_exceeds(total, whole):
            raise UserError(
                _(
                    "%(total)s is more than what is left of %(order)s: %(left)s. "
                    "Amazon would refuse it. Correct the credit note, or look whether "
                    "the buyer was refunded already.",
                    total=self._amazon_format(total),
                    order=self.name,
                    left=self._amazon_format(max(whole, ZERO)),
                )
            )
        for (item_ref, part), amount in wanted.items():
            left = parts[item_ref, part]
            if part != "goodwill" and self._amazon_exceeds(amount, left):
                line = self.order_line.filtered(
                    lambda each, ref=item_ref: each.amazon_item_ref == ref
                )
                raise UserError(
                    _(
                        "%(total)s is more than what is left of “%(item)s”: %(left)s. "
                        "Amazon would refuse it. Correct the credit note, or look "
                        "whether the buyer was refunded already.",
                        total=self._amazon_format(amount),
                        item=line[:1].name or item_ref,
                        left=self._amazon_format(max(left, ZERO)),
                    )
                )

    def _amazon_exceeds(self, amount, left):
        return self.currency_id.compare_amounts(float(amount), float(left)) > 0

    def _amazon_format(self, amount):
        return format_amount(self.env, float(amount), self.currency_id)
