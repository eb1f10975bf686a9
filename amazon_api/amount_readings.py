"""The possible interpretations of Amazon's figures of one item.

A breakdown states the goods, the charges, a discount and the tax, but not whether the
amounts contain the tax, whether the discount holds the part on shipping, or whether
the tax is counted before or after the discount. Each combination is a `Reading`;
`amounts` picks the one that the totals prove.

Source: Orders API v2026-01-01, dataset PROCEEDS.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import product

from .orders import OrderItem

ZERO = Decimal(0)

#: Amazon's breakdown type -> kind of line
CHARGES = {
    "ITEM": "product",
    "SHIPPING": "shipping",
    "GIFT_WRAP": "gift_wrap",
    "COD_FEE": "cod_fee",
    "OTHER": "other",
}

#: Places in the lists of `_goods`, `_discounts` and `_taxes`, the likeliest first.
COMBINATIONS = sorted(product(range(2), range(3), range(2)), key=sum)


@dataclass(frozen=True)
class Part:
    """``stated`` is Amazon's amount; discounts and their tax are negative."""

    kind: str
    stated: Decimal
    tax: Decimal


@dataclass(frozen=True)
class Reading:
    """One possible interpretation of an item."""

    item: OrderItem
    parts: tuple[Part, ...]
    tax_included: bool

    @cached_property
    def tax(self) -> Decimal:
        return sum((part.tax for part in self.parts), ZERO)

    @cached_property
    def net(self) -> Decimal:
        """Without any tax."""
        stated = sum((part.stated for part in self.parts), ZERO)
        return stated - self.tax if self.tax_included else stated

    @property
    def gross(self) -> Decimal:
        """What the buyer pays."""
        return self.net + self.tax

    @property
    def is_remitted(self) -> bool:
        return self.item.is_facilitator_taxed

    @property
    def sellers(self) -> Decimal:
        """What the seller's order is worth: with the tax that the seller owes."""
        return self.net if self.is_remitted else self.gross

    @property
    def stated_total(self) -> Decimal | None:
        total = self.item.proceeds.total
        return total.amount if total else None

    @property
    def sellers_by_total(self) -> Decimal:
        """As `sellers`, by the item's own total where that fits no interpretation."""
        if self.stated_total in (None, self.gross, self.net):
            return self.sellers
        return self.stated_total - (self.tax if self.is_remitted else ZERO)

    def amounts(self):
        """Yield each part, and the amount of its line of the seller's order."""
        for part in self.parts:
            if self.is_remitted:
                yield part, part.stated - part.tax * self.tax_included
            else:
                yield part, part.stated + part.tax * (not self.tax_included)


def readings(item: OrderItem, tax_included: bool) -> list[Reading]:
    """All interpretations of an item, in the order of `COMBINATIONS`."""
    goods, discounts, taxes = _goods(item), _discounts(item), _taxes(item)
    known: dict[tuple, Reading] = {}  # most items have no discount: all are the same
    for i, j, k in COMBINATIONS:
        figures = goods[i], discounts[j], taxes[k]
        if figures not in known:
            known[figures] = Reading(item, _parts(item, *figures), tax_included)
    return [known[goods[i], discounts[j], taxes[k]] for i, j, k in COMBINATIONS]


def fallback_price(item: OrderItem) -> Decimal:
    price = item.product.unit_price
    return price.amount * item.quantity if price else ZERO


def _goods(item):
    """A breakdown without goods can mean that they are free, or that Amazon left them
    out; the price of the single unit is the next best source. Without any breakdown the
    total counts.
    """
    if any(part.type == "ITEM" for part in item.proceeds.breakdowns):
        return [item.amount("ITEM")] * 2
    price = fallback_price(item)
    if item.proceeds.breakdowns:
        return [price, ZERO]
    total = item.proceeds.total
    return [total.amount if total else price] * 2


def _discounts(item):
    """Amazon documents neither whether the subtotal contains the discounts on shipping
    and cash on delivery, nor its sign.
    """
    subtotal = abs(item.amount("DISCOUNT"))
    beside = abs(item.discount_on("SHIPPING")) + abs(item.discount_on("COD_FEE"))
    detailed = sum((abs(item.discount_on(charge)) for charge in CHARGES), ZERO)
    return [-subtotal, -subtotal - beside, -detailed]


def _taxes(item):
    """The stated tax can be that before the discount, the discount's own tax beside it
    (with either sign); then the details say what is left.
    """
    stated, discounted = item.amount("TAX"), abs(item.tax_on("DISCOUNT"))
    charged = sum((item.tax_on(charge) for charge in CHARGES), ZERO)
    if discounted and stated in (charged, charged + discounted):
        return [charged - discounted, stated]
    return [stated, stated]


def _parts(item, goods, discount, tax):
    parts = [Part("product", goods, item.tax_on("ITEM"))]
    parts += [
        Part(kind, item.amount(charge), item.tax_on(charge))
        for charge, kind in CHARGES.items()
        if kind != "product" and (item.amount(charge) or item.tax_on(charge))
    ]
    if discount:
        parts.append(Part("discount", discount, -abs(item.tax_on("DISCOUNT"))))
    return tuple(_spread_tax(parts, tax))


def _spread_tax(parts, tax):
    """Make the taxes of the parts add up to the tax of the item.

    Details may leave out the discount: then it takes what is missing. Or there are no
    details that add up: then the tax is shared in proportion to the amounts, the goods
    taking what rounding leaves.
    """
    missing = tax - sum((part.tax for part in parts), ZERO)
    if not missing:
        return parts
    *others, last = parts
    if last.kind == "discount" and last.stated < missing + last.tax < 0:
        if any(part.tax for part in others):
            return [*others, Part("discount", last.stated, last.tax + missing)]
    base = sum((part.stated for part in parts), ZERO)
    if abs(tax) > abs(base):  # no proportion that means anything
        return [Part(p.kind, p.stated, ZERO if i else tax) for i, p in enumerate(parts)]
    finest = min(number.as_tuple().exponent for number in (tax, parts[0].stated, ZERO))
    unit = Decimal(1).scaleb(finest)
    shares = [(p.stated * tax / base).quantize(unit) if base else ZERO for p in parts]
    shares[0] = tax - sum(shares[1:], ZERO)
    return [
        Part(p.kind, p.stated, share) for p, share in zip(parts, shares, strict=True)
    ]
