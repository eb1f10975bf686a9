"""Reports as the tests write them: a few rows, in a language and charset of choice."""

import gzip

from .. import LISTINGS_REPORT, Report, ReportContent
from .common import GERMANY, Reply, at
from .sent import DOCUMENT_ID

REPORT_ID = "71234567890"
JAPAN = "A1VC38T7YXB528"
LISTING_HEADINGS = (
    "item-name",
    "item-description",
    "listing-id",
    "seller-sku",
    "price",
    "quantity",
    "open-date",
    "image-url",
    "item-is-marketplace",
    "product-id-type",
    "zshop-shipping-fee",
    "item-note",
    "item-condition",
    "zshop-category1",
    "zshop-browse-path",
    "zshop-storefront-feature",
    "asin1",
    "asin2",
    "asin3",
    "will-ship-internationally",
    "expedited-shipping",
    "zshop-boldface",
    "product-id",
    "bid-for-featured-placement",
    "add-delete",
    "pending-quantity",
    "fulfillment-channel",
    "merchant-shipping-group",
    "status",
)
ORDER_HEADINGS = (
    "amazon-order-id",
    "merchant-order-id",
    "purchase-date",
    "last-updated-date",
    "order-status",
    "fulfillment-channel",
    "sales-channel",
    "ship-service-level",
    "product-name",
    "sku",
    "ship-city",
    "ship-postal-code",
)


def report_json(report_id: str = REPORT_ID, **changes) -> dict:
    report = {
        "reportId": report_id,
        "reportType": LISTINGS_REPORT,
        "marketplaceIds": [GERMANY],
        "dataStartTime": "2026-11-20T11:00:00+00:00",
        "dataEndTime": "2026-11-20T11:00:00+00:00",
        "createdTime": "2026-11-20T11:00:00+00:00",
        "processingStatus": "DONE",
        "processingStartTime": "2026-11-20T11:01:00+00:00",
        "processingEndTime": "2026-11-20T11:02:00+00:00",
        "reportDocumentId": DOCUMENT_ID,
    }
    return {**report, **changes}


def report(**changes) -> Report:
    facts = {
        "report_id": REPORT_ID,
        "report_type": LISTINGS_REPORT,
        "status": "DONE",
        "marketplace_ids": (GERMANY,),
        "created_time": at(2026, 11, 20, 11),
        "document_id": DOCUMENT_ID,
    }
    return Report(**{**facts, **changes})


def report_document(url: str, **changes) -> Reply:
    """What Amazon says of a report that lies on our server."""
    body = {"reportDocumentId": DOCUMENT_ID, "url": url, **changes}
    return Reply(200, {name: value for name, value in body.items() if value})


def content(
    text: str | bytes,
    charset: str = "utf-8",
    stated: str | None = None,
    marketplace: str | None = GERMANY,
) -> ReportContent:
    """A report as it comes from the storage; its charset is stated or not."""
    raw = text if isinstance(text, bytes) else text.encode(charset)
    kind = f"text/plain;charset={stated}" if stated else None
    return ReportContent(gzip.compress(raw, 1), True, kind, marketplace).checked()


def table(headings, *rows: dict, end: str = "\r\n") -> str:
    """Lines of which each row says what differs from nothing."""
    lines = [headings, *([row.get(name, "") for name in headings] for row in rows)]
    return "".join("\t".join(cells) + end for cells in lines)


def listing_row(sku: str = "SKU-1", **changes) -> dict:
    row = {
        "item-name": "Blue mug",
        "seller-sku": sku,
        "price": "11.99",
        "quantity": "7",
        "open-date": "2021-08-15 20:35:17 PDT",
        "product-id-type": "1",
        "asin1": "B00V7I4DHA",
        "product-id": "B00V7I4DHA",
        "fulfillment-channel": "DEFAULT",
        "status": "Active",
    }
    return {**row, **{name.replace("_", "-"): text for name, text in changes.items()}}


def order_row(order_id: str = "302-1111111-2222222", **changes) -> dict:
    row = {
        "amazon-order-id": order_id,
        "purchase-date": "2026-11-18T09:15:00+00:00",
        "last-updated-date": "2026-11-18T09:47:10+00:00",
        "order-status": "Unshipped",
        "fulfillment-channel": "Merchant",
        "sales-channel": "Amazon.de",
        "product-name": "Blue mug",
        "sku": "SKU-1",
        "ship-city": "Musterstadt",
        "ship-postal-code": "12345",
    }
    return {**row, **{name.replace("_", "-"): text for name, text in changes.items()}}
