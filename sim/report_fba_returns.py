"""The report of goods returned to Amazon's warehouses."""

from .report_table import Table, line

TYPE = "GET_FBA_FULFILLMENT_CUSTOMER_RETURNS_DATA"
COLUMNS = (
    "return-date",
    "order-id",
    "sku",
    "asin",
    "fnsku",
    "product-name",
    "quantity",
    "fulfillment-center-id",
    "detailed-disposition",
    "reason",
    "status",
    "license-plate-number",
    "customer-comments",
)


def make(world, report):
    """Return what came back in a window."""
    rows = [
        line(_cells(event).get(column, "") for column in COLUMNS)
        for event in world.find_returns(report, "fba")
    ]
    return Table([line(COLUMNS), *rows])


def _cells(event):
    return {
        "return-date": f"{event.at:%Y-%m-%dT%H:%M:%S}+00:00",
        "order-id": event.order.ref,
        "sku": event.item.sku,
        "asin": event.item.asin,
        "fnsku": f"X00{event.item.asin}",
        "product-name": event.item.title,
        "quantity": event.quantity,
        "fulfillment-center-id": "LEJ1",
        "detailed-disposition": event.disposition,
        "reason": event.reason,
        "status": "Unit returned to inventory",
        "license-plate-number": event.number,
        "customer-comments": event.comment,
    }
