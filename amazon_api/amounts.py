"""What an order is worth to the seller, line by line.

Amazon states amounts in ``breakdowns`` and does not say whether they contain tax, which
sign a discount has, or whether a total is before or after tax. Nothing is assumed here:
the reading is taken whose parts add up to the totals Amazon states (``proceedsTotal``
per item, ``grandTotal`` per order). What no reading explains is stated as such.

Source: Orders API v2026-01-01, datasets PROCEEDS and TAX.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from .orders import Order, OrderItem

ZERO = Decimal(0)

#: Amazon's breakdown type -> kind of line
CHARGES = {
    "ITEM": "product",
    "SHIPPING": "shipping",
    "GIFT_WRAP": "gift_wrap",
    "COD_FEE": "cod_fee",
    "OTHER": "other",
}


@dataclass(frozen=True)
class LineAmount:
    """``amount`` is what the line adds to the seller's order, with the taxes that the
    seller owes, in the order's currency; negative for discounts. ``item_id`` is empty
    for what belongs to the whole order. ``kind``: product, shipping, gift_wrap,
    cod_fee, other, discount, tip, facilitator_tax.
    """

    kind: str
    item_id: str | None
    amount: Decimal


@dataclass(frozen=True)
class OrderAmounts:
    """``total`` is what Amazon says the seller's order is worth; ``facilitator_tax`` is
    what Amazon collected and remits by itself, part of the total only if asked for.
    """

    currency: str | None
    lines: tuple[LineAmount, ...]
    total: Decimal
    facilitator_tax: Decimal

    @property
    def unexplained(self) -> Decimal:
        """What Amazon's total holds beyond its parts; 0 when they add up."""
        return self.total - sum((line.amount for line in self.lines), ZERO)


@dataclass(frozen=True)
class _Part:
    kind: str
    stated: Decimal
    tax: Decimal

    def with_tax(self, tax_included: bool) -> Decimal:
        return self.stated if tax_included else self.stated + self.tax

    def without_tax(self, tax_included: bool) -> Decimal:
        return self.stated - self.tax if tax_included else self.stated


@dataclass(frozen=True)
class _Reading:
    """One item as it can be understood."""

    item: OrderItem
    parts: tuple[_Part, ...]
    tax_included: bool

    @property
    def total(self) -> Decimal:
        return sum((part.with_tax(self.tax_included) for part in self.parts), ZERO)

    @property
    def tax(self) -> Decimal:
        return sum((part.tax for part in self.parts), ZERO)


def order_amounts(order: Order, show_facilitator_tax: bool = False) -> OrderAmounts:
    """Turn Amazon's breakdowns into the lines of the seller's order.

    :param order: with the datasets PROCEEDS and TAX
    :param show_facilitator_tax: whether tax that Amazon remits by itself is a line of
        the order, or left out of lines and total
    """
    grand_total = order.proceeds.total.amount if order.proceeds.total else None
    tip = order.proceeds.amount("DELIVERY_TIP")
    readings = _read_items(order, grand_total, tip)
    lines, remitted = [], ZERO
    for reading in readings:
        is_remitted = reading.item.is_facilitator_taxed
        lines += _item_lines(reading, is_remitted)
        remitted += reading.tax if is_remitted else ZERO
    total = sum((reading.total for reading in readings), ZERO)
    if tip and (grand_total is None or grand_total == total + tip):
        lines.append(LineAmount("tip", None, tip))
        total += tip
    total = total if grand_total is None else grand_total
    if remitted and show_facilitator_tax:
        lines.append(LineAmount("facilitator_tax", None, remitted))
    else:
        total -= remitted
    return OrderAmounts(order.currency, tuple(lines), total, remitted)


def _read_items(order, grand_total, tip):
    """Choose for each item whether its amounts contain the tax."""
    readings = [_read_item(item) for item in order.items]
    goals = {grand_total, grand_total - tip} if grand_total is not None else set()
    if not goals or sum((r.total for r in readings), ZERO) in goals:
        return readings
    # An item's own total may be stated before tax: then only the order's total tells.
    net = [_Reading(r.item, r.parts, tax_included=False) for r in readings]
    return net if sum((r.total for r in net), ZERO) in goals else readings


def _read_item(item: OrderItem) -> _Reading:
    stated = item.proceeds.total.amount if item.proceeds.total else None
    readings = [
        _Reading(item, _parts(item, discount), tax_included)
        for discount in _possible_discounts(item)
        for tax_included in (True, False)
    ]
    fitting = (reading for reading in readings if reading.total == stated)
    return next(fitting, _unproven(item, readings))


def _unproven(item, readings):
    """No total proves a reading: tax that Amazon remits is usually added on top."""
    return readings[1] if item.is_facilitator_taxed else readings[0]


def _possible_discounts(item):
    """Whether the subtotal holds the discounts on shipping and cash on delivery is not
    documented.

    :return list: negative amounts, the likeliest first
    """
    subtotal = abs(item.amount("DISCOUNT"))
    beside = abs(item.discount_on("SHIPPING")) + abs(item.discount_on("COD_FEE"))
    detailed = abs(item.discount_on("ITEM")) + beside
    return [
        -amount for amount in dict.fromkeys([subtotal, subtotal + beside, detailed])
    ]


def _parts(item, discount):
    parts = [
        (kind, item.amount(charge), item.tax_on(charge))
        for charge, kind in CHARGES.items()
        if item.amount(charge) or item.tax_on(charge) or charge == "ITEM"
    ]
    if not item.proceeds.breakdowns:
        parts = [("product", _fallback_price(item), ZERO)]
    if discount:
        parts.append(("discount", discount, -abs(item.tax_on("DISCOUNT"))))
    return _spread_tax(tuple(_Part(*part) for part in parts), item.amount("TAX"))


def _fallback_price(item):
    """Without breakdowns the total speaks, else the price of the single unit."""
    if item.proceeds.total:
        return item.proceeds.total.amount
    price = item.product.unit_price
    return price.amount * item.quantity if price else ZERO


def _spread_tax(parts, tax):
    """Make the taxes of the parts add up to the stated tax of the item.

    Details may be missing, or leave out the discount; then the stated tax is shared in
    proportion to the amounts, the goods taking what rounding leaves.
    """
    if sum((part.tax for part in parts), ZERO) == tax:
        return parts
    base = sum((part.stated for part in parts), ZERO)
    if not base:
        return (_Part(parts[0].kind, parts[0].stated, tax), *_untaxed(parts[1:]))
    shares = [(part.stated * tax / base).quantize(tax) for part in parts[1:]]
    return (
        _Part(parts[0].kind, parts[0].stated, tax - sum(shares, ZERO)),
        *(
            _Part(p.kind, p.stated, share)
            for p, share in zip(parts[1:], shares, strict=True)
        ),
    )


def _untaxed(parts):
    return (_Part(part.kind, part.stated, ZERO) for part in parts)


def _item_lines(reading, is_remitted):
    for part in reading.parts:
        amount = (
            part.without_tax(reading.tax_included)
            if is_remitted
            else part.with_tax(reading.tax_included)
        )
        yield LineAmount(part.kind, reading.item.item_id, amount)
