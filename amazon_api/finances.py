"""Refunds: what buyers get back, out of the transactions of an account.

Source: Amazon's Finances API 2024-06-19. Its breakdowns nest: a group repeats the sum
of its parts, so that only leaves are added up. The labels of the leaves are in no
document; they are read by the words in them, and an amount that can not be classified
is reported as such, never left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from .errors import Unavailable
from .flat_file import column_key
from .operations import LIST_TRANSACTIONS
from .reader import Reader, Unreadable

# What is paid back, and how the parts of a refund are called here.
GOODS, SHIPPING, GIFT_WRAP = "product", "shipping", "gift_wrap"
DISCOUNT, GOODWILL, RESTOCKING = "discount", "goodwill", "restocking"
#: Amazon's own: they are no part of what the buyer gets
FEE = "fee"
#: the buyer's tax that Amazon pays to the state, and takes back from there
WITHHELD = "withheld"
UNKNOWN = "unknown"
BUYERS = (GOODS, SHIPPING, GIFT_WRAP, DISCOUNT, GOODWILL, RESTOCKING)
# The first word that is in a label decides; where a leaf has none, those of its
# parents.
_WORDS = (
    ("facilitator", WITHHELD),
    ("withheld", WITHHELD),
    ("restocking", RESTOCKING),
    ("goodwill", GOODWILL),
    ("commission", FEE),
    ("fee", FEE),
    ("chargeback", FEE),
    ("discount", DISCOUNT),
    ("promotion", DISCOUNT),
    ("promo", DISCOUNT),
    ("giftwrap", GIFT_WRAP),
    ("shipping", SHIPPING),
    ("ourprice", GOODS),
    ("principal", GOODS),
    ("product", GOODS),
    ("cod", SHIPPING),
)
# A group with one of these words decides for all that is below it.
_GROUPS = (
    ("amazonfees", FEE),
    ("itemfees", FEE),
    ("facilitator", WITHHELD),
    ("withheld", WITHHELD),
    ("promotion", DISCOUNT),
    ("discount", DISCOUNT),
)
_ZERO = Decimal(0)


@dataclass(frozen=True)
class RefundPart:
    """An amount that goes back for an item. ``amount`` is positive when the buyer gets
    it; ``kind`` is one of `BUYERS`, or ``withheld``, ``unknown``."""

    kind: str
    amount: Decimal
    is_tax: bool = False


@dataclass(frozen=True)
class RefundItem:
    """What goes back for an item; ``adjustment_ref`` is Amazon's number of it."""

    adjustment_ref: str | None
    sku: str | None
    item_ref: str | None
    quantity: int
    parts: tuple[RefundPart, ...]

    def amounts(self, with_remitted_tax: bool = False) -> dict[str, Decimal]:
        """What the seller gives back, tax included, by kind of `BUYERS`.

        :param bool with_remitted_tax: count the tax, too, that Amazon pays by itself
        """
        sums: dict[str, Decimal] = defaultdict(Decimal)
        withheld = _ZERO
        for part in self.parts:
            if part.kind == WITHHELD:
                withheld += part.amount
            else:
                sums[part.kind] += part.amount
        if not with_remitted_tax:
            taxes = (part for part in self.parts if part.is_tax and part.amount)
            for part in taxes:  # what is withheld of a tax is no more than the tax
                taken = min(max(-withheld, _ZERO), max(part.amount, _ZERO))
                if part.kind != WITHHELD and taken:
                    sums[part.kind] -= taken
                    withheld += taken
            sums[GOODS] += withheld  # of prices that contain it
        return {kind: amount for kind, amount in sums.items() if amount}


@dataclass(frozen=True)
class Refund:
    """A refund. ``reason`` is ``refund``, ``a_to_z`` or ``chargeback``; ``refund_ref``
    is Amazon's number of it. ``transaction`` is that of the transaction; a deferred one
    that is listed again when it is released keeps its first number."""

    transaction: str | None
    refund_ref: str | None
    order_ref: str | None
    reason: str
    currency: str
    posted_at: datetime | None
    items: tuple[RefundItem, ...]


@dataclass(frozen=True)
class SentParcel:
    """A shipment that was paid: Amazon's number of it, and how many pieces of each SKU
    it holds."""

    order_ref: str
    shipping_id: str
    items: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class TransactionsPage:
    """A page of ``listTransactions``: refunds and shipments. ``unreadable`` counts
    refunds that make no sense, a page may be empty although another one follows."""

    refunds: tuple[Refund, ...]
    unreadable: int
    next_token: str | None
    parcels: tuple[SentParcel, ...] = ()


def part_kind(label: str, parents: Iterable[str] = ()) -> tuple[str, bool]:
    """What a label means.

    :param parents: labels of the groups that the amount is in, the outermost first
    :return: kind, whether it is tax
    """
    key = column_key(label)
    above = [column_key(parent) for parent in parents]
    for word, kind in _GROUPS:
        if any(word in parent for parent in above):
            # a restocking fee is no fee of Amazon's, wherever it stands
            return (RESTOCKING if "restocking" in key else kind), "tax" in key
    for text in (key, *reversed(above)):
        for word, kind in _WORDS:
            if word in text:
                return kind, "tax" in key
    if "tax" in key:
        return GOODS, True
    return UNKNOWN, False


def refund_reason(*texts: str | None) -> str | None:
    """Recognize the kind of a refund by the words in its labels.

    :return: ``refund``, ``a_to_z``, ``chargeback``; None: it is no refund
    """
    text = column_key(" ".join(filter(None, texts)))
    if "retrocharge" in text:
        return None  # tax of another refund, put right between Amazon and the seller
    if "atoz" in text or "guarantee" in text:
        return "a_to_z"
    if "chargeback" in text:
        return "chargeback"
    return "refund" if "refund" in text else None


def parse_transactions(payload: object) -> TransactionsPage:
    """Read the answer of ``listTransactions``.

    :raise Unavailable: reason ``answer`` when it makes no sense as a whole
    """
    try:
        answer = Reader(payload).object("payload")
        entries = answer.objects("transactions")
        token = answer.token("nextToken")
    except Unreadable as broken:
        problem = broken.where
    else:
        refunds, unreadable, parcels = [], 0, []
        for entry in entries:
            if parcel := _parcel_of(entry):
                parcels.append(parcel)
                continue
            try:
                refund = _refund_of(entry)
            except Unreadable:
                unreadable += 1
                continue
            if refund:
                refunds.append(refund)
        return TransactionsPage(tuple(refunds), unreadable, token, tuple(parcels))
    raise Unavailable(
        f"Amazon's page of transactions is not whole: {problem} can not be read.",
        reason="answer",
        operation=LIST_TRANSACTIONS.name,
        status=LIST_TRANSACTIONS.status,
    )


def _parcel_of(entry: Reader) -> SentParcel | None:
    """Read a shipment; only its number and its contents are needed.

    :return: None: it is none, or says less
    """
    try:
        if column_key(entry.text("transactionType") or "") != "shipment":
            return None
        refs = _related(entry, "relatedIdentifiers", "relatedIdentifier")
        counts: dict[str, int] = defaultdict(int)
        for item in entry.objects("items"):
            for context in item.objects("contexts"):
                sku = context.identifier("sku")
                counts[sku or ""] += context.count("quantityShipped") or 0
    except Unreadable:
        return None
    if "" in counts or not {"ORDER_ID", "SHIPMENT_ID"} <= refs.keys():
        return None
    return SentParcel(refs["ORDER_ID"], refs["SHIPMENT_ID"], tuple(counts.items()))


def _refund_of(entry: Reader) -> Refund | None:
    reason = refund_reason(entry.text("transactionType"), entry.text("description"))
    refs = _related(entry, "relatedIdentifiers", "relatedIdentifier")
    if not reason and "REFUND_ID" in refs:
        reason = "refund"
    if not reason:
        return None
    entry.require("totalAmount")
    _amount, currency = _money_of(entry, "totalAmount")
    items = tuple(_item_of(item) for item in entry.objects("items"))
    items = tuple(item for item in items if item.parts)
    if not items:  # Amazon states some only for the transaction as a whole
        parts = _parts_of(entry)
        if parts:
            items = (RefundItem(None, None, None, 0, parts),)
    if not items:
        return None  # nothing of it is the buyer's: a fee that came back
    return Refund(
        transaction=refs.get("DEFERRED_TRANSACTION_ID")
        or entry.identifier("transactionId"),
        refund_ref=refs.get("REFUND_ID"),
        order_ref=refs.get("ORDER_ID"),
        reason=reason,
        currency=currency,
        posted_at=entry.moment("postedDate"),
        items=items,
    )


def _related(entry: Reader, name: str, prefix: str) -> Mapping[str, str]:
    found = {}
    for pair in entry.objects(name):
        key, value = pair.text(f"{prefix}Name"), pair.identifier(f"{prefix}Value")
        if key and value:
            found[key] = value
    return found


def _item_of(item: Reader) -> RefundItem:
    refs = _related(item, "relatedIdentifiers", "itemRelatedIdentifier")
    sku, quantity = None, 0
    for context in item.objects("contexts"):
        sku = sku or context.identifier("sku")
        quantity = quantity or context.count("quantityShipped") or 0
    return RefundItem(
        adjustment_ref=refs.get("ORDER_ADJUSTMENT_ITEM_ID"),
        sku=sku,
        item_ref=None,
        quantity=quantity,
        parts=_parts_of(item),
    )


def _parts_of(holder: Reader) -> tuple[RefundPart, ...]:
    """The leaves of a tree of amounts, with Amazon's sign reversed."""
    sums: dict[tuple[str, bool], Decimal] = defaultdict(Decimal)
    for breakdown in holder.objects("breakdowns"):
        _add_leaves(breakdown, (), sums)
    sums = {key: amount for key, amount in sums.items() if amount}
    parts = tuple(
        RefundPart(kind, -amount, is_tax)
        for (kind, is_tax), amount in sums.items()
        if kind != FEE
    )
    return parts if any(part.kind != WITHHELD for part in parts) else ()


def _add_leaves(breakdown: Reader, parents: tuple[str, ...], sums) -> None:
    label = breakdown.text("breakdownType") or ""
    below = breakdown.objects("breakdowns")
    amount, _currency = _money_of(breakdown, "breakdownAmount")
    if not below:
        sums[part_kind(label, parents)] += amount or _ZERO
        return
    inner: dict[tuple[str, bool], Decimal] = defaultdict(Decimal)
    for each in below:
        _add_leaves(each, (*parents, label), inner)
    left = _ZERO if amount is None else amount - sum(inner.values(), _ZERO)
    for key, part in inner.items():
        sums[key] += part
    if left:  # the parts do not make up the whole
        sums[UNKNOWN, False] += left


def _money_of(holder: Reader, name: str) -> tuple[Decimal | None, str]:
    """Read an amount, whose fields have other names here than in Amazon's other APIs.

    :return: amount or None, currency
    """
    if not holder.has(name):
        return None, ""
    money = holder.object(name)
    currency = money.text("currencyCode") or ""
    if len(currency) != 3:
        raise money.fail("currencyCode", "This is not a currency code.")
    return money.number("currencyAmount"), currency
