"""Settlement reports as the tests write them, in whatever way Amazon may."""

import gzip
from decimal import Decimal

from .. import ReportContent

HEADINGS = (
    "settlement-id",
    "settlement-start-date",
    "settlement-end-date",
    "deposit-date",
    "total-amount",
    "currency",
    "transaction-type",
    "order-id",
    "merchant-order-id",
    "adjustment-id",
    "shipment-id",
    "marketplace-name",
    "amount-type",
    "amount-description",
    "amount",
    "fulfillment-id",
    "posted-date",
    "posted-date-time",
    "order-item-code",
    "merchant-order-item-id",
    "merchant-adjustment-item-id",
    "sku",
    "quantity-purchased",
    "promotion-id",
)
SUMMARY = {
    "settlement-id": "11774871501",
    "settlement-start-date": "2026-10-01 00:00:00 UTC",
    "settlement-end-date": "2026-10-15 00:00:00 UTC",
    "deposit-date": "2026-10-17 00:00:00 UTC",
    "currency": "EUR",
}


def row(amount, **cells):
    """A row of an order's item, other cells by name with ``_`` for ``-``."""
    return {
        "settlement-id": SUMMARY["settlement-id"],
        "transaction-type": "Order",
        "order-id": "302-1234567-1234567",
        "amount-type": "ItemPrice",
        "amount-description": "Principal",
        "amount": amount,
        "posted-date": "2026-10-03",
        "posted-date-time": "2026-10-03 10:11:12 UTC",
        "order-item-code": "11112222333344",
        "sku": "MUG-BLUE",
        "quantity-purchased": "1",
        **{name.replace("_", "-"): value for name, value in cells.items()},
    }


def write(
    rows, total=None, headings=HEADINGS, delimiter="\t", charset="utf-8", **summary
):
    """Write the file of a settlement report.

    :return bytes: the file; without a total the rows add up
    """
    if total is None:
        total = str(sum((Decimal(each["amount"]) for each in rows), Decimal(0)))
    summary = {name.replace("_", "-"): value for name, value in summary.items()}
    first = {**SUMMARY, "total-amount": total, **summary}
    lines = [
        delimiter.join(headings),
        *(
            delimiter.join(each.get(name, "") for name in headings)
            for each in (first, *rows)
        ),
    ]
    return "".join(f"{line}\r\n" for line in lines).encode(charset)


def content(raw, packed=False, content_type=None, place=None):
    return ReportContent(
        gzip.compress(raw) if packed else raw, packed, content_type, place
    )
