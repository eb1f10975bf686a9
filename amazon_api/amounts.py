"""What an order is worth to the seller, line by line.

Amazon states amounts in ``breakdowns`` and does not say whether they contain tax, which
sign a discount has, or whether a total is before or after tax. Nothing is assumed here:
that interpretation is chosen whose parts add up to the totals Amazon states
(``proceedsTotal`` per item, ``grandTotal`` per order). What no interpretation explains
is reported as such.

When several interpretations fit, one is preferred that is the same for all items of the
order; then one whose total contains all tax (what the buyer paid), and whose prices
contain it, too. The order's total is the same whichever is taken, unless Amazon remits
the tax: if its totals then equal the prices, the tax could also lie outside of both.
Then the interpretation that is worth less is chosen: tax that the seller never receives
is not shown as their income.

That Amazon remits the tax is what ``taxCollections`` says; a reporting scheme (IOSS,
UOSS) alone does not say who pays.

Source: Orders API v2026-01-01, datasets PROCEEDS and TAX.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from .amount_readings import COMBINATIONS, ZERO, Reading, fallback_price, readings
from .order_parts import Proceeds, Product
from .orders import Order, OrderItem


@dataclass(frozen=True)
class LineAmount:
    """``amount`` is what the line adds to the seller's order, with the taxes that the
    seller owes, in the order's currency; negative for discounts. ``item_id`` is empty
    for what belongs to the whole order. ``kind``: product, shipping, gift_wrap,
    cod_fee, other, discount, tip, facilitator_tax.

    ``tax`` is what Amazon states for the line, negative for discounts. It is part of
    ``amount`` unless ``is_remitted``: then Amazon pays it to the state itself.
    """

    kind: str
    item_id: str | None
    amount: Decimal
    tax: Decimal = ZERO
    is_remitted: bool = False


@dataclass(frozen=True)
class OrderAmounts:
    """``total`` is what Amazon says the seller's order is worth; ``facilitator_tax`` is
    what Amazon collected and remits by itself, part of the total only if asked for;
    ``tax`` is what Amazon states for the seller to pay, None when it states no tax.
    """

    currency: str | None
    lines: tuple[LineAmount, ...]
    total: Decimal
    facilitator_tax: Decimal
    tax: Decimal | None = None

    @property
    def unexplained(self) -> Decimal:
        """What Amazon's total holds beyond its parts; 0 when they add up."""
        return self.total - sum((line.amount for line in self.lines), ZERO)


def order_amounts(order: Order, show_facilitator_tax: bool = False) -> OrderAmounts:
    """Convert Amazon's breakdowns into the lines of the seller's order.

    :param order: with the datasets PROCEEDS and TAX
    :param show_facilitator_tax: whether tax that Amazon remits by itself is a line of
        the order, or left out of lines and total
    """
    is_whole = _only_the_order_states_money(order)
    understood = _understand(order, [_as_one_item(order)] if is_whole else order.items)
    remitted = sum((each.tax for each in understood if each.is_remitted), ZERO)
    total, tip = _total_and_tip(order, understood, remitted)
    lines = [
        LineAmount(part.kind, each.item.item_id, amount, part.tax, each.is_remitted)
        for each in understood
        for part, amount in each.amounts()
    ]
    if is_whole:
        lines = _share_goods(order.items, lines)
    if tip:
        lines.append(LineAmount("tip", None, tip))
    if remitted and show_facilitator_tax:
        lines.append(LineAmount("facilitator_tax", None, remitted))
        total += remitted
    tax = _sellers_tax(order, understood)
    return OrderAmounts(order.currency, tuple(lines), total, remitted, tax)


# === Which interpretation === #


def _understand(order, items) -> list[Reading]:
    """Choose an interpretation of each item: first those in which all totals fit."""
    options = {
        included: [readings(item, included) for item in items]
        for included in _styles(order, items)
    }
    for choice in _choices(options):
        if None not in choice and _fits_order(order, choice):
            return choice
    for choice in _alike(options, items):
        if _fits_order(order, choice):
            return choice
    own = _each_on_its_own(options, may_be_net=True)
    return [
        proven or options[not item.is_facilitator_taxed][place][0]
        for place, (item, proven) in enumerate(zip(items, own, strict=True))
    ]


def _styles(order, items):
    """Prices with tax first; but where nothing is proven and Amazon remits the tax, it
    is usually added on top.
    """
    totals = [order.proceeds.total, *(item.proceeds.total for item in items)]
    on_top = not any(totals) and any(item.is_facilitator_taxed for item in items)
    return (False, True) if on_top else (True, False)


def _choices(options):
    """Interpretations that fit the items' totals, None for an item that none fits."""
    for may_be_net in (False, True):
        for choices in options.values():
            yield [_first_fitting(choice, may_be_net) for choice in choices]
    for may_be_net in (False, True):
        yield _each_on_its_own(options, may_be_net)


def _each_on_its_own(options, may_be_net):
    return [
        _first_fitting([reading for choice in each for reading in choice], may_be_net)
        for each in zip(*options.values(), strict=True)
    ]


def _first_fitting(choice, may_be_net):
    """Take the first interpretation whose parts add up to the item's total.

    :param may_be_net: whether the item's total may also be that before tax
    """
    fitting = [each for each in choice if each.stated_total in (None, each.gross)]
    if may_be_net and not fitting:
        fitting = [each for each in choice if each.stated_total == each.net]
    return next(iter(fitting), None)


def _alike(options, items):
    """Interpret all items in the same manner, whatever their own totals say."""
    for combination in range(len(COMBINATIONS)):
        for choices in options.values():
            yield [choice[combination] for choice in choices]
        yield [
            options[not item.is_facilitator_taxed][place][combination]
            for place, item in enumerate(items)
        ]


# === Totals === #


def _grand_totals(order, understood):
    """What the order's total may be, the likeliest first; the tip is charged apart and
    need not be in it.

    :return list: of possible total, tip in it, remitted tax in it
    """
    gross = sum((each.gross for each in understood), ZERO)
    sellers = sum((each.sellers for each in understood), ZERO)
    tip = order.proceeds.amount("DELIVERY_TIP")
    return [
        (gross + tip, tip, gross - sellers),
        (gross, ZERO, gross - sellers),
        (sellers + tip, tip, ZERO),
        (sellers, ZERO, ZERO),
    ]


def _fits_order(order, understood):
    stated = order.proceeds.total
    totals = [total for total, *_rest in _grand_totals(order, understood)]
    return stated is None or stated.amount in totals


def _total_and_tip(order, understood, remitted):
    """Separate the tip from the value of the seller's order.

    :return tuple: what the seller's order is worth, the tip in it
    """
    if order.proceeds.total is None:
        tip = _finalized_tip(order)
        return sum((each.sellers_by_total for each in understood), tip), tip
    stated = order.proceeds.total.amount
    for total, tip, remitted_in_it in _grand_totals(order, understood):
        if total == stated:
            return stated - remitted_in_it, tip
    return stated - remitted, ZERO


def _finalized_tip(order):
    """Without a total, a tip that may still change is not counted."""
    tips = (part for part in order.proceeds.breakdowns if part.type == "DELIVERY_TIP")
    return sum((p.subtotal.amount for p in tips if p.status != "PENDING"), ZERO)


def _sellers_tax(order, understood):
    """Add up the tax that Amazon does not remit.

    :return Decimal|None: the tax that the seller owes; items without a tax beside
    others with one are free of it"""
    stated = [each for each in understood if each.item.proceeds.states("TAX")]
    if stated:
        return sum((each.tax for each in understood if not each.is_remitted), ZERO)
    if not order.proceeds.states("TAX"):
        return None
    is_remitted = all(each.is_remitted for each in understood)
    return ZERO if is_remitted else order.proceeds.amount("TAX")


# === Orders whose items say nothing === #


def _only_the_order_states_money(order):
    if any(item.proceeds.moneys() for item in order.items):
        return False
    if len(order.items) == 1 and not order.items[0].product.unit_price:
        return True
    return bool(_not_tips(order)) and bool(order.items)


def _as_one_item(order):
    """Treat the money of the order as that of one item; charges belong to no item."""
    first = order.items[0]
    is_remitted = all(item.is_facilitator_taxed for item in order.items)
    breakdowns = _not_tips(order)
    return OrderItem(
        item_id=None,
        quantity=0,
        product=Product(),
        proceeds=Proceeds(None if breakdowns else order.proceeds.total, breakdowns),
        tax_collections=first.tax_collections if is_remitted else (),
    )


def _not_tips(order):
    breakdowns = order.proceeds.breakdowns
    return tuple(part for part in breakdowns if part.type != "DELIVERY_TIP")


def _share_goods(items, lines):
    """Share the goods among the items by their prices (without prices: by quantity),
    the first taking what rounding leaves.
    """
    goods = next(line for line in lines if line.kind == "product")
    weights = [fallback_price(item) for item in items]
    if not all(weights):
        weights = [Decimal(item.quantity) for item in items]
    finest = min(part.as_tuple().exponent for part in (goods.amount, goods.tax, ZERO))
    unit = Decimal(1).scaleb(finest)
    whole = sum(weights, ZERO) or Decimal(1)

    def shares_of(amount):
        shares = [(amount * weight / whole).quantize(unit) for weight in weights]
        return [amount - sum(shares[1:], ZERO), *shares[1:]]

    amounts, taxes = shares_of(goods.amount), shares_of(goods.tax)
    shared = [
        replace(goods, item_id=item.item_id, amount=amount, tax=tax)
        for item, amount, tax in zip(items, amounts, taxes, strict=True)
    ]
    return [*shared, *(line for line in lines if line is not goods)]
