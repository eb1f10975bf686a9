"""The report of orders by their last change (`ORDERS_REPORT`).

It has a row per item. Only what shows whether an order is known and up to date is read,
not its address, its items or its amounts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from .flat_file import BrokenRow, FlatFile, Headings, Row, UnreadableRow, column_key
from .order_parser import is_order_id
from .reader import read_moment
from .report_content import ReportContent, unreadable_report
from .safe_text import safe_text

_ORDER, _PURCHASED, _UPDATED = "order", "purchased", "updated"
_STATUS, _CHANNEL, _SHOP = "status", "channel", "shop"
_HEADINGS = Headings(
    {
        _ORDER: ("amazon-order-id",),
        _PURCHASED: ("purchase-date",),
        _UPDATED: ("last-updated-date",),
        _STATUS: ("order-status",),
        _CHANNEL: ("fulfillment-channel", "fulfilment-channel"),
        _SHOP: ("sales-channel",),
    }
)
_REQUIRED = {_ORDER: "order numbers", _UPDATED: "changes", _STATUS: "states"}
# The report speaks as the Orders API v0 did; ``Shipped`` may go on after a dash.
_STATUSES = {
    "pendingavailability": "PENDING_AVAILABILITY",
    "pending": "PENDING",
    "unshipped": "UNSHIPPED",
    "partiallyshipped": "PARTIALLY_SHIPPED",
    "shipped": "SHIPPED",
    "cancelled": "CANCELLED",
    "canceled": "CANCELLED",
    "unfulfillable": "UNFULFILLABLE",
}
_MAKERS = {
    "amazon": "AMAZON",
    "afn": "AMAZON",
    "merchant": "MERCHANT",
    "mfn": "MERCHANT",
}


@dataclass(frozen=True, slots=True)
class ReportedOrder:
    """An order, and how it stood when the report was made.

    ``status`` is a fulfillment status of the Orders API v2026-01-01, None when Amazon's
    words (``stated_status``) have none. ``fulfilled_by`` is ``MERCHANT``, ``AMAZON`` or
    None, ``sales_channel`` e.g. ``Amazon.de`` or ``Non-Amazon``. Times are aware UTC.
    """

    order_id: str
    status: str | None
    stated_status: str
    last_updated_time: datetime
    purchase_time: datetime | None = None
    fulfilled_by: str | None = None
    sales_channel: str | None = None


@dataclass(frozen=True)
class OrderReport:
    """All orders of a report, each once, and the rows that make no sense."""

    orders: tuple[ReportedOrder, ...]
    unreadable: tuple[UnreadableRow, ...]


def read_orders(content: ReportContent) -> OrderReport:
    """Read the report of orders.

    Of an order whose rows differ the one that changed last counts. A row that can not
    be read is reported even when another row of the same order can.

    :param content: of `SellingPartner.download_report`
    :raise Unavailable: reason ``answer`` when this is not that report
    """
    table = FlatFile(content)
    columns = _HEADINGS.find(table.headings)
    missing = [name for field, name in _REQUIRED.items() if field not in columns]
    if missing:
        problem = f"the columns of {' and '.join(missing)} are not found in it"
        raise unreadable_report(problem)
    orders: dict[str, ReportedOrder] = {}
    unreadable = []
    for entry in _each(table, columns):
        if isinstance(entry, UnreadableRow):
            unreadable.append(entry)
            continue
        known = orders.get(entry.order_id)
        if known is None or known.last_updated_time < entry.last_updated_time:
            orders[entry.order_id] = entry
    return OrderReport(tuple(orders.values()), tuple(unreadable))


def _each(
    table: FlatFile, columns: dict[str, int]
) -> Iterator[ReportedOrder | UnreadableRow]:
    width = len(table.headings)
    for number, cells in table.rows():
        row = Row(cells, columns, width)
        order_id = None
        try:
            row.check_shape()
            order_id = _order_id(row)
            yield _order_of(order_id, row)
        except BrokenRow as broken:
            yield UnreadableRow(number, order_id, str(broken))


def _order_id(row: Row) -> str:
    order_id = row.identifier(_ORDER, "The order number").strip()
    if not is_order_id(order_id):
        raise BrokenRow("The order number is none.")
    return order_id


def _order_of(order_id: str, row: Row) -> ReportedOrder:
    updated = read_moment(row.text(_UPDATED))
    if updated is None:
        raise BrokenRow("The time of the last change is none.")
    stated = safe_text(row.text(_STATUS))
    if not stated:
        raise BrokenRow("The state is missing.")
    return ReportedOrder(
        order_id=order_id,
        status=_STATUSES.get(column_key(stated.partition(" - ")[0])),
        stated_status=stated,
        last_updated_time=updated,
        purchase_time=read_moment(row.text(_PURCHASED)),
        fulfilled_by=_MAKERS.get((row.text(_CHANNEL) or "").casefold()),
        sales_channel=safe_text(row.text(_SHOP)) or None,
    )
