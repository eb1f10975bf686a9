"""The report of what Amazon wants invoices for, and what became of them (VIDR).

Source: "Invoice Data reports attributes". Only sellers whose VAT Amazon calculates get
it. It names the buyers: what is not a number or a state of a shipment is not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from .flat_file import BrokenRow, FlatFile, Headings, Row, UnreadableRow
from .order_parser import is_order_id
from .report_content import ReportContent, unreadable_report
from .safe_text import safe_text

ACCEPTED, REFUSED, PENDING = "accepted", "refused", "pending"
SHIPMENT, REFUND = "shipment", "refund"
_ORDER, _ITEM, _SKU, _QUANTITY = "order", "item", "sku", "quantity"
_SHIPMENT, _TRANSACTION, _KIND = "shipment", "transaction", "kind"
_NUMBER, _STATUS, _WORDS, _AMAZON = "number", "status", "words", "amazon"
_PARTS = ("item", "gift-wrap", "shipping")
_PROMOTIONS = ("item-promo", "gift-promo", "shipping-promo")
_TOTAL, _TAX = "-vat-incl-amount", "-vat-amount"
_AMOUNTS = [part + end for part in (*_PARTS, *_PROMOTIONS) for end in (_TOTAL, _TAX)]
_HEADINGS = Headings(
    {
        _ORDER: ("order-id",),
        _ITEM: ("order-item-id",),
        _SKU: ("sku",),
        _QUANTITY: ("quantity-purchased",),
        _SHIPMENT: ("shipping-id",),
        _TRANSACTION: ("transaction-id",),
        _KIND: ("transaction-type",),
        _NUMBER: ("invoice-number",),
        _STATUS: ("invoice-status",),
        _WORDS: ("invoice-status-description",),
        _AMAZON: ("is-amazon-invoiced",),
        **{name: (name,) for name in _AMOUNTS},
    }
)
_REQUIRED = {
    _ORDER: "order numbers",
    _SHIPMENT: "shipments",
    _TRANSACTION: "transactions",
    _STATUS: "states",
}
# What is longer is no count and no money of an order.
_COUNT = re.compile(r"[0-9]{1,9}", re.ASCII)
_AMOUNT = re.compile(r"[+-]?[0-9]{0,12}(\.[0-9]{1,15})?", re.ASCII)
# Amazon documents no values: these words decide, the first one that is found.
_STATES = (
    ("unsuccess", REFUSED),
    ("fail", REFUSED),
    ("error", REFUSED),
    ("reject", REFUSED),
    ("invalid", REFUSED),
    ("pending", PENDING),
    ("notuploaded", PENDING),
    ("success", ACCEPTED),
    ("accept", ACCEPTED),
    ("upload", ACCEPTED),
    ("complete", ACCEPTED),
    ("generated", ACCEPTED),
)


@dataclass(frozen=True, slots=True)
class InvoiceDataItem:
    """An item of a shipment or of a refund, and the invoice that Amazon has for it.

    ``kind`` is ``shipment`` or ``refund`` (of goods that came back, too). ``status`` is
    ``accepted``, ``refused``, ``pending``, or None for words that are not known;
    ``status_text`` is what Amazon says of an upload. ``total`` and ``tax`` are None
    where a promotion is in them, as it is unknown with which sign they are written.
    """

    order_id: str
    kind: str
    shipping_id: str | None
    transaction_id: str | None
    item_id: str | None
    sku: str | None
    quantity: int
    invoice_number: str | None
    status: str | None
    status_text: str | None
    is_made_by_amazon: bool
    total: Decimal | None = None
    tax: Decimal | None = None


def read_invoice_data(content: ReportContent) -> list[InvoiceDataItem | UnreadableRow]:
    """Read the report (`INVOICE_DATA_REPORT`).

    :raise Unavailable: reason ``answer`` when this is not that report
    """
    return list(_each(content))


def _each(content: ReportContent) -> Iterator[InvoiceDataItem | UnreadableRow]:
    table = FlatFile(content)
    columns = _HEADINGS.find(table.headings)
    missing = [name for field, name in _REQUIRED.items() if field not in columns]
    if missing:
        problem = f"the columns of {' and '.join(missing)} are not found in it"
        raise unreadable_report(problem)
    for number, cells in table.rows():
        row = Row(cells, columns, len(table.headings))
        order_id = None
        try:
            row.check_shape()
            order_id = row.identifier(_ORDER, "The order number").strip()
            if not is_order_id(order_id):
                raise BrokenRow("The order number is none.")
            yield _item(row, order_id)
        except BrokenRow as broken:
            yield UnreadableRow(number, order_id, str(broken))


def _item(row: Row, order_id: str) -> InvoiceDataItem:
    kind = (row.text(_KIND) or "").casefold()
    has_promotions = any(_amount(row, part + _TOTAL) for part in _PROMOTIONS)
    return InvoiceDataItem(
        order_id=order_id,
        kind=SHIPMENT if "shipment" in kind else REFUND,
        shipping_id=row.number(_SHIPMENT),
        transaction_id=row.number(_TRANSACTION),
        item_id=row.number(_ITEM),
        sku=row.number(_SKU),
        quantity=_quantity(row),
        invoice_number=row.number(_NUMBER),
        status=invoice_status(row.text(_STATUS)),
        status_text=safe_text(row.text(_WORDS)) or None,
        is_made_by_amazon=(row.text(_AMAZON) or "").casefold() in ("true", "yes", "y"),
        total=None if has_promotions else _sum(row, _TOTAL),
        tax=None if has_promotions else _sum(row, _TAX),
    )


def invoice_status(text: str | None) -> str | None:
    """Recognize a state by the words in it.

    :return: ``accepted``, ``refused``, ``pending``; None: it is not known
    """
    key = "".join(c for c in (text or "").casefold() if c.isalnum())
    return next((state for word, state in _STATES if word in key), None)


def _quantity(row: Row) -> int:
    text = row.text(_QUANTITY) or "0"
    if not _COUNT.fullmatch(text):
        raise BrokenRow("The quantity is none.")
    return int(text)


def _sum(row: Row, end: str) -> Decimal:
    amounts = (_amount(row, part + end) for part in _PARTS)
    return sum(amounts, Decimal(0))


def _amount(row: Row, field: str) -> Decimal:
    text = (row.text(field) or "0").replace(",", ".")
    if not _AMOUNT.fullmatch(text) or not text[-1].isdigit():
        raise BrokenRow("An amount is none.")
    return Decimal(text)
