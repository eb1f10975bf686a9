"""Refunds that a seller gives: the feed that states them.

Source: Amazon's XML schema OrderAdjustment; "Order Feed Type Values". Each item of an
order is named with its reason and with what goes back of each part of its price. One
value outside of the schema would cost the whole feed, and with it the refunds of all
the other orders in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple
from xml.etree import ElementTree

from .envelope import add_text, envelope, envelope_bytes
from .writer import message_id, once_each, reference

REFUND_REASONS = (
    "CustomerReturn",
    "CustomerCancel",
    "NoInventory",
    "CouldNotShip",
    "CustomerAddressIncorrect",
    "DifferentItem",
    "Exchange",
    "PriceError",
    "ProductOutofStock",
    "Abandoned",
    "GeneralAdjustment",
    "Other",
)
#: Amazon's names of the parts of a price that can go back
REFUND_COMPONENTS = (
    "Principal",
    "Tax",
    "Shipping",
    "ShippingTax",
    "GiftWrap",
    "GiftWrapTax",
    "Goodwill",
)
_CENT = Decimal("0.01")


class RefundedItem(NamedTuple):
    """What goes back for an item; ``amounts`` are positive, by `REFUND_COMPONENTS`.

    ``adjustment_id`` is the seller's own number of it.
    """

    item_id: str
    adjustment_id: str
    amounts: Mapping[str, Decimal]


class OrderRefund(NamedTuple):
    """A refund of one order; a plain tuple does as well."""

    message_id: int
    order_id: str
    reason: str
    currency: str
    items: tuple[RefundedItem, ...]


def refund_feed(seller_id: str, refunds: Iterable[tuple]) -> bytes:
    """A ``POST_PAYMENT_ADJUSTMENT_DATA`` that gives money back.

    :param str seller_id: the seller's number at Amazon
    :param refunds: one or more of `OrderRefund`, each number once; the reason one of
        `REFUND_REASONS`
    :raise ValueError: Amazon would refuse this, or it is larger than 10 MiB
    """
    entries = [OrderRefund(*entry) for entry in refunds]
    if not entries:
        raise ValueError("There is nothing to refund.")
    once_each([entry.message_id for entry in entries], "The number of a message")
    root = envelope(seller_id, "OrderAdjustment")
    for entry in entries:
        _add_message(root, entry)
    return envelope_bytes(root)


def _add_message(root: ElementTree.Element, entry: OrderRefund) -> None:
    if entry.reason not in REFUND_REASONS:
        raise ValueError("Amazon does not know this reason of a refund.")
    if not entry.items:
        raise ValueError("A refund must name items of the order.")
    once_each([item[0] for item in entry.items], "An item of an order")
    message = ElementTree.SubElement(root, "Message")
    add_text(message, "MessageID", str(message_id(entry.message_id)))
    order = ElementTree.SubElement(message, "OrderAdjustment")
    add_text(order, "AmazonOrderID", reference(entry.order_id, "The order number"))
    for item in entry.items:
        _add_item(order, entry, RefundedItem(*item))


def _add_item(
    order: ElementTree.Element, entry: OrderRefund, item: RefundedItem
) -> None:
    if not item.amounts:
        raise ValueError("A refund must say what goes back for each item.")
    node = ElementTree.SubElement(order, "AdjustedItem")
    code = reference(item.item_id, "The number of an item")
    add_text(node, "AmazonOrderItemCode", code)
    number = reference(item.adjustment_id, "The number of a refund")
    add_text(node, "MerchantAdjustmentItemID", number)
    add_text(node, "AdjustmentReason", entry.reason)
    prices = ElementTree.SubElement(node, "ItemPriceAdjustments")
    for name in REFUND_COMPONENTS:
        if name in item.amounts:
            component = ElementTree.SubElement(prices, "Component")
            add_text(component, "Type", name)
            amount = _amount(item.amounts[name])
            add_text(component, "Amount", amount, currency=_currency(entry.currency))
    if set(item.amounts) - set(REFUND_COMPONENTS):
        raise ValueError("Amazon does not know this part of a refund.")


def _amount(value: object) -> str:
    if not isinstance(value, Decimal) or not value.is_finite() or value <= 0:
        raise ValueError("What goes back must be a positive amount.")
    if value != value.quantize(_CENT):
        raise ValueError("What goes back can not be less than a cent.")
    return str(value.quantize(_CENT))


def _currency(code: object) -> str:
    if not isinstance(code, str) or len(code) != 3 or not code.isupper():
        raise ValueError("The currency of a refund is missing.")
    return code
