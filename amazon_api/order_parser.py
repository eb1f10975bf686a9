"""JSON of Amazon's Orders API v2026-01-01 to the objects of `orders`.

A page is accepted only as a whole; a single order that makes no sense does not block
it, it becomes an `UnreadableOrder` beside the others.
"""

from __future__ import annotations

import re
from datetime import datetime

from .errors import Unavailable
from .order_blocks import (
    address_of,
    delivery_preference_of,
    fulfillment_of,
    item_of,
    package_of,
    payment_of,
    proceeds_of,
    tax_registration_of,
)
from .order_parts import Alias, AssociatedOrder, Buyer
from .orders import Order, OrdersPage, UnreadableOrder
from .reader import Reader, Unreadable, read_moment

_ORDER_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,63}", re.ASCII)
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", re.ASCII)


def is_order_id(value: object) -> bool:
    """Tell whether something may stand in Amazon's address of an order."""
    return isinstance(value, str) and bool(_ORDER_ID.fullmatch(value))


def parse_page(payload: object) -> OrdersPage:
    """Read the answer of ``searchOrders``.

    :param payload: the decoded JSON answer
    :return: the page; of an order that is on it twice only the newer state
    :raise Unavailable: reason ``answer`` when the page is not whole: ``orders`` is not
        a list, an entry has no usable order number, the pagination or one of the
        stated upper bounds is broken
    """
    try:
        page = Reader(payload)
        entries = page.required_list("orders")
        bounds = page.moment("lastUpdatedBefore"), page.moment("createdBefore")
        token = _next_token(page)
    except Unreadable as broken:
        problem = _not_whole(f"{broken.where} can not be read")
    else:
        if all(isinstance(e, dict) and is_order_id(e.get("orderId")) for e in entries):
            orders = _each_once(parse_order(entry) for entry in entries)
            return OrdersPage(orders, token, *bounds)
        problem = _not_whole("an order on it has no number")
    raise problem


def parse_order(entry: dict) -> Order | UnreadableOrder:
    """Read one order that has a usable ``orderId``; never raises."""
    try:
        return _order_of(Reader(entry))
    except Unreadable as broken:
        return UnreadableOrder(
            order_id=entry["orderId"],
            last_updated_time=read_moment(entry.get("lastUpdatedTime")),
            marketplace_id=_glimpse(entry, "salesChannel", "marketplaceId"),
            where=broken.where,
            problem=broken.problem,
            created_time=read_moment(entry.get("createdTime")),
            channel_name=_glimpse(entry, "salesChannel", "channelName"),
            status=_glimpse(entry, "fulfillment", "fulfillmentStatus"),
            fulfilled_by=_glimpse(entry, "fulfillment", "fulfilledBy"),
        )


def _glimpse(entry: dict, block: str, name: str) -> str | None:
    """Read one field of an order, however broken the rest of it is."""
    group = entry.get(block)
    value = group.get(name) if isinstance(group, dict) else None
    if isinstance(value, str) and _WORD.fullmatch(value):
        return value
    return None


def _not_whole(problem: str) -> Unavailable:
    return Unavailable(
        f"Amazon's page of orders is not whole: {problem}.",
        reason="answer",
        operation="searchOrders",
    )


def _next_token(page: Reader) -> str | None:
    """An empty token is no token of the last page: it would start over."""
    pagination = page.object("pagination")
    if not pagination.has("nextToken"):
        return None
    return pagination.required_token("nextToken")


def _each_once(orders) -> tuple[Order | UnreadableOrder, ...]:
    newest: dict[str, Order | UnreadableOrder] = {}
    for order in orders:
        known = newest.get(order.order_id)
        if known is None or _updated(order) >= _updated(known):
            newest[order.order_id] = order
    return tuple(newest.values())


def _updated(order: Order | UnreadableOrder) -> float:
    moment: datetime | None = order.last_updated_time
    return moment.timestamp() if moment else float("inf")


def _order_of(order: Reader) -> Order:
    order.require("salesChannel", "orderItems")
    channel = order.object("salesChannel")
    recipient = order.object("recipient")
    tax = order.object("tax")
    invoicing = tax.object("taxInvoicing")
    parsed = Order(
        order_id=order.required_identifier("orderId"),
        created_time=order.required_moment("createdTime"),
        last_updated_time=order.required_moment("lastUpdatedTime"),
        channel_name=channel.required_identifier("channelName"),
        marketplace_id=channel.identifier("marketplaceId"),
        marketplace_name=channel.text("marketplaceName"),
        aliases=tuple(_alias_of(alias) for alias in order.objects("orderAliases")),
        programs=order.texts("programs"),
        associated_orders=tuple(
            AssociatedOrder(other.identifier("orderId"), other.text("associationType"))
            for other in order.objects("associatedOrders")
        ),
        buyer=_buyer_of(order.object("buyer")),
        delivery_address=address_of(recipient.object("deliveryAddress")),
        delivery_preference=delivery_preference_of(
            recipient.object("deliveryPreference")
        ),
        proceeds=proceeds_of(order.object("proceeds"), "grandTotal"),
        payments=tuple(
            payment_of(payment)
            for payment in order.object("payment").objects("paymentExecutions")
        ),
        tax_registrations=tuple(
            tax_registration_of(entry) for entry in tax.objects("taxRegistrations")
        ),
        invoice_preference=invoicing.text("buyerInvoicePreference"),
        invoice_status=invoicing.text("invoiceStatus"),
        fulfillment=fulfillment_of(order.object("fulfillment")),
        items=tuple(item_of(item) for item in order.objects("orderItems")),
        packages=tuple(package_of(package) for package in order.objects("packages")),
        fulfillment_order_ids=tuple(
            entry.required_identifier("fulfillmentOrderId")
            for entry in order.objects("fulfillmentOrders")
        ),
    )
    _check_items(parsed)
    return parsed


def _alias_of(alias: Reader) -> Alias:
    return Alias(
        alias.required_identifier("aliasId"), alias.required_identifier("aliasType")
    )


def _buyer_of(buyer: Reader) -> Buyer:
    return Buyer(
        name=buyer.text("buyerName"),
        email=buyer.text("buyerEmail"),
        company_name=buyer.text("buyerCompanyName"),
        purchase_order_number=buyer.text("buyerPurchaseOrderNumber"),
    )


def _check_items(order: Order) -> None:
    """Check what no single field shows: one currency, and each line once. An amount of
    zero is nothing in any currency: Amazon states some of them in another one.
    """
    currencies = {
        money.currency
        for proceeds in (order.proceeds, *(item.proceeds for item in order.items))
        for money in proceeds.moneys()
        if money.amount
    }
    if len(currencies) > 1:
        raise Unreadable("proceeds", "The amounts are in more than one currency.")
    if len({item.item_id for item in order.items}) < len(order.items):
        raise Unreadable("orderItems", "Two lines have the same number.")
