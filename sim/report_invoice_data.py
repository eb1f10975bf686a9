"""The report of what sellers have to invoice whose VAT Amazon calculates (VIDR)."""

from datetime import timedelta

from .money import ZERO, rounded
from .report_table import Table, line

TYPE = "GET_FLAT_FILE_VAT_INVOICE_DATA_REPORT"
LONGEST = timedelta(days=30)
PENDING_KEPT = timedelta(days=90)
COLUMNS = (
    "marketplace-id",
    "order-id",
    "order-item-id",
    "shipping-id",
    "transaction-id",
    "transaction-type",
    "invoice-number",
    "invoice-status",
    "invoice-status-description",
    "is-amazon-invoiced",
    "order-date",
    "buyer-vat-number",
    "sku",
    "product-name",
    "quantity-purchased",
    "currency",
    "item-vat-incl-amount",
    "item-vat-amount",
    "item-promo-vat-incl-amount",
    "item-promo-vat-amount",
    "gift-wrap-vat-incl-amount",
    "gift-wrap-vat-amount",
    "shipping-vat-incl-amount",
    "shipping-vat-amount",
    "is-business-order",
    "recipient-name",
    "ship-address-1",
    "ship-city",
    "ship-phone-number",
    "bill-address-1",
)


def make(world, report):
    """Return a row for each item of a shipment or refund; None: too long a window."""
    is_all = report.options.get("ReportOption=All") == "true"
    if is_all and report.end - report.start > LONGEST:
        return None
    rows = []
    for order in world.orders.values():
        if (
            not world.calculates_vat
            or order.seller != report.merchant
            or order.marketplace.id not in report.marketplaces
        ):
            continue
        if is_all:
            is_wanted = report.start <= order.created <= report.end
        else:
            is_wanted = order.created > world.now() - PENDING_KEPT
        if is_wanted:
            rows += _rows(world, order, is_all)
    return Table([line(COLUMNS), *rows])


def _rows(world, order, is_all):
    """Yield the rows of an order; of what was invoiced only where all is wanted."""
    for shipping, units in order.parcels().items():
        sent = {"shipping": shipping, "transaction": sale_transaction(shipping)}
        upload = find_upload(world, order, "Invoice", **sent)
        for code, count in units.items():
            item = order.item(code)
            share = rounded(item.tax * count / item.quantity, order.currency)
            total = rounded(
                item.total(order.inclusive) * count / item.quantity, order.currency
            )
            cells = {"kind": "SHIPMENT", "total": total, "tax": share, "count": count}
            if is_all or not (upload and upload.is_accepted):
                yield _row(order, item, upload, **sent, **cells)
    refunds = [event for event in world.refunds if event.order == order.ref]
    for number, event in {event.number: event for event in refunds}.items():
        item = order.item(event.item)
        sent = {"shipping": shipping_of(order, item), "transaction": number}
        upload = find_upload(world, order, "CreditNote", **sent)
        cells = {"kind": "REFUND", "total": event.total, "tax": ZERO, "count": 1}
        if is_all or not (upload and upload.is_accepted):
            yield _row(order, item, upload, **sent, **cells)


def sale_transaction(shipping):
    """Return Amazon's number of a sale."""
    return f"amzn1:crow:{shipping.lower()}"


def shipping_of(order, item):
    """Return the first shipment with an item."""
    return next(
        (number for number, units in order.parcels().items() if item.id in units), ""
    )


def find_upload(world, order, kind, shipping, transaction):
    """Return the last document that was uploaded for a shipment or a refund."""
    found = [
        upload
        for upload in world.invoice_data
        if upload.order == order.ref
        and upload.kind == kind
        and upload.shipping in (None, shipping)
        and upload.transaction in (None, transaction)
    ]
    return found[-1] if found else None


def _row(order, item, upload, **cells):
    status = "PENDING"
    if upload:
        status = "SUCCESS" if upload.is_accepted else "ERROR"
    values = {
        "marketplace-id": order.marketplace.id,
        "order-id": order.ref,
        "order-item-id": item.id,
        "shipping-id": cells["shipping"],
        "transaction-id": cells["transaction"],
        "transaction-type": cells["kind"],
        "invoice-number": upload.number if upload else "",
        "invoice-status": status,
        "invoice-status-description": upload.problem if upload else "",
        "is-amazon-invoiced": str("INVOICE_BY_AMAZON" in order.programs).lower(),
        "order-date": f"{order.created:%Y-%m-%dT%H:%M:%S}+00:00",
        "buyer-vat-number": "DE136695976",
        "sku": item.sku,
        "product-name": item.title,
        "quantity-purchased": cells["count"],
        "currency": order.currency,
        "item-vat-incl-amount": cells["total"],
        "item-vat-amount": cells["tax"],
        "is-business-order": str("AMAZON_BUSINESS" in order.programs).lower(),
        "recipient-name": order.address.get("name", ""),
        "ship-address-1": order.address.get("addressLine1", ""),
        "ship-city": order.address.get("city", ""),
        "ship-phone-number": order.address.get("phone", ""),
        "bill-address-1": order.address.get("addressLine1", ""),
    }
    return line(values.get(column, "") for column in COLUMNS)
