"""The report of requests to return goods to the seller."""

from datetime import timedelta

from .report_table import Table, line

TYPE = "GET_FLAT_FILE_RETURNS_DATA_BY_RETURN_DATE"
LONGEST = timedelta(days=60)
COLUMNS = (
    "Order ID",
    "Order date",
    "Return request date",
    "Return request status",
    "Amazon RMA ID",
    "Merchant RMA ID",
    "Label type",
    "Return carrier",
    "Tracking ID",
    "ASIN",
    "Merchant SKU",
    "Item Name",
    "Return quantity",
    "Return Reason",
    "Resolution",
    "Refunded Amount",
)


def make(world, report):
    """Return the requests of a window; None: it is longer than Amazon makes it."""
    if report.end - report.start > LONGEST:
        return None
    rows = [
        line(_cells(event).get(column, "") for column in COLUMNS)
        for event in world.find_returns(report, "fbm")
    ]
    return Table([line(COLUMNS), *rows])


def _cells(event):
    return {
        "Order ID": event.order.ref,
        "Return request date": f"{event.at:%d-%b-%Y}",
        "Return request status": event.status,
        "Amazon RMA ID": event.number,
        "Return carrier": event.carrier,
        "Tracking ID": event.tracking,
        "ASIN": event.item.asin,
        "Merchant SKU": event.item.sku,
        "Item Name": event.item.title,
        "Return quantity": event.quantity,
        "Return Reason": event.reason,
        "Resolution": "StandardRefund",
    }
