"""The reports of goods that come back: requests of buyers (FBM), and what Amazon's
warehouses have received (FBA).

What buyers wrote is not read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from .flat_file import BrokenRow, FlatFile, Headings, Row, UnreadableRow
from .order_parser import is_order_id
from .reader import read_moment
from .report_content import ReportContent, unreadable_report
from .safe_text import safe_text

FBM_RETURNS_REPORT = "GET_FLAT_FILE_RETURNS_DATA_BY_RETURN_DATE"
FBA_RETURNS_REPORT = "GET_FBA_FULFILLMENT_CUSTOMER_RETURNS_DATA"
_ORDER, _SKU, _QUANTITY, _DATE = "order", "sku", "quantity", "date"
_REASON, _STATUS, _REF, _CARRIER = "reason", "status", "ref", "carrier"
_TRACKING, _RESOLUTION, _DISPOSITION = "tracking", "resolution", "disposition"
_FNSKU = "fnsku"
_FBM = Headings(
    {
        _ORDER: ("Order ID",),
        _DATE: ("Return request date",),
        _STATUS: ("Return request status",),
        _REF: ("Amazon RMA ID",),
        _CARRIER: ("Return carrier",),
        _TRACKING: ("Tracking ID",),
        _SKU: ("Merchant SKU",),
        _QUANTITY: ("Return quantity",),
        _REASON: ("Return Reason",),
        _RESOLUTION: ("Resolution",),
    }
)
_FBA = Headings(
    {
        _DATE: ("return-date",),
        _ORDER: ("order-id",),
        _SKU: ("sku",),
        _FNSKU: ("fnsku",),
        _QUANTITY: ("quantity",),
        _DISPOSITION: ("detailed-disposition",),
        _REASON: ("reason",),
        _STATUS: ("status",),
        _REF: ("license-plate-number",),
    }
)
_REQUIRED = {
    _ORDER: "order numbers",
    _SKU: "SKUs",
    _QUANTITY: "quantities",
}


@dataclass(frozen=True, slots=True)
class ReturnedItem:
    """An item that comes back. ``key`` is the same in each report that names it,
    whatever the date there; ``ref`` is Amazon's number of the return (RMA, or the
    number on the unit in Amazon's warehouse). ``is_approved`` is True of FBA."""

    key: str
    ref: str | None
    order_id: str
    sku: str
    quantity: int
    reason: str | None
    is_approved: bool
    returned_at: datetime | None = None
    disposition: str | None = None
    carrier: str | None = None
    tracking: str | None = None
    resolution: str | None = None


def read_fbm_returns(content: ReportContent) -> list[ReturnedItem | UnreadableRow]:
    """Read the report of requests (`FBM_RETURNS_REPORT`).

    :raise Unavailable: reason ``answer`` when this is not that report
    """
    return list(_each(content, _FBM, {**_REQUIRED, _STATUS: "states"}, _fbm_item))


def read_fba_returns(content: ReportContent) -> list[ReturnedItem | UnreadableRow]:
    """Read the report of what came back to Amazon (`FBA_RETURNS_REPORT`).

    :raise Unavailable: reason ``answer`` when this is not that report
    """
    wanted = {**_REQUIRED, _DISPOSITION: "dispositions"}
    return list(_each(content, _FBA, wanted, _fba_item))


def _each(
    content: ReportContent, headings: Headings, required: dict[str, str], read
) -> Iterator[ReturnedItem | UnreadableRow]:
    table = FlatFile(content)
    columns = headings.find(table.headings)
    missing = [name for field, name in required.items() if field not in columns]
    if missing:
        problem = f"the columns of {' and '.join(missing)} are not found in it"
        raise unreadable_report(problem)
    width = len(table.headings)
    seen: dict = {}
    for number, cells in table.rows():
        row = Row(cells, columns, width)
        order_id = None
        try:
            row.check_shape()
            order_id = row.identifier(_ORDER, "The order number").strip()
            if not is_order_id(order_id):
                raise BrokenRow("The order number is none.")
            sku = row.identifier(_SKU, "The SKU").strip()
            yield read(row, order_id, sku, seen)
        except BrokenRow as broken:
            yield UnreadableRow(number, order_id, str(broken))


def _fbm_item(row: Row, order_id: str, sku: str, _seen: dict) -> ReturnedItem:
    ref = row.number(_REF)
    return ReturnedItem(
        key="/".join(("fbm", ref or "", order_id, sku)),
        ref=ref,
        order_id=order_id,
        sku=sku,
        quantity=_quantity(row),
        reason=_words(row, _REASON),
        is_approved=(row.text(_STATUS) or "").casefold() == "approved",
        returned_at=read_moment(row.text(_DATE)),
        carrier=_words(row, _CARRIER),
        tracking=_words(row, _TRACKING),
        resolution=_words(row, _RESOLUTION),
    )


def _fba_item(row: Row, order_id: str, sku: str, seen: dict) -> ReturnedItem:
    ref, fnsku = row.number(_REF), row.number(_FNSKU) or ""
    disposition = (row.number(_DISPOSITION) or "").upper()
    key = "/".join(("fba", ref or disposition, order_id, sku, fnsku))
    if not ref:  # nothing tells two units apart
        seen[key] = seen.get(key, 0) + 1
        key = f"{key}/{seen[key]}"
    return ReturnedItem(
        key=key,
        ref=ref,
        order_id=order_id,
        sku=sku,
        quantity=_quantity(row),
        reason=_words(row, _REASON),
        is_approved=True,
        returned_at=read_moment(row.text(_DATE)),
        disposition=disposition or None,
    )


def _quantity(row: Row) -> int:
    text = row.text(_QUANTITY) or ""
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 10**6:
        raise BrokenRow("The quantity is none.")
    return int(text)


def _words(row: Row, field: str) -> str | None:
    return safe_text(row.text(field)) or None
