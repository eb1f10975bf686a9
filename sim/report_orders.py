"""The report of orders by their last change: a row per item, without names."""

from datetime import timedelta

from .marketplaces import MARKETPLACES
from .model import CANCELLED
from .money import rounded
from .report_table import Table, line

TYPE = "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL"
LONGEST = timedelta(days=30)
COLUMNS = (
    "amazon-order-id",
    "merchant-order-id",
    "purchase-date",
    "last-updated-date",
    "order-status",
    "fulfillment-channel",
    "sales-channel",
    "order-channel",
    "ship-service-level",
    "product-name",
    "sku",
    "asin",
    "item-status",
    "quantity",
    "currency",
    "item-price",
    "item-tax",
    "shipping-price",
    "shipping-tax",
    "gift-wrap-price",
    "gift-wrap-tax",
    "item-promotion-discount",
    "ship-promotion-discount",
    "ship-city",
    "ship-state",
    "ship-postal-code",
    "ship-country",
    "promotion-ids",
    "is-business-order",
    "purchase-order-number",
    "price-designation",
)
# the words of the Orders API v0, which this report still speaks
_STATUSES = {
    "PENDING_AVAILABILITY": "PendingAvailability",
    "PENDING": "Pending",
    "UNSHIPPED": "Unshipped",
    "PARTIALLY_SHIPPED": "PartiallyShipped",
    "SHIPPED": "Shipped",
    "CANCELLED": "Cancelled",
    "UNFULFILLABLE": "Unfulfillable",
}


def make(world, report):
    """Return the orders of a window; None: it is longer than Amazon makes it."""
    end = min(report.end or report.created, world.visible_until())
    start = report.start or report.created
    if (report.end or report.created) - start > LONGEST:
        return None
    found = [
        order
        for order in world.orders.values()
        if order.seller == report.merchant
        and order.marketplace.id in report.marketplaces
        and start <= order.updated <= end
    ]
    found.sort(key=lambda order: (order.updated, order.ref))
    rows = [_row(order, item) for order in found for item in order.items]
    local = MARKETPLACES[report.marketplaces[0]].country == "JP"
    return Table([line(COLUMNS), *rows], "cp932" if local else "utf-8")


def _row(order, item):
    status = _STATUSES[order.status]
    mine = order.channel == "fbm"
    taxes = {f"{key}-tax": item.taxes.get(part, "") for key, part in _PARTS.items()}
    prices = {f"{key}-price": item.parts.get(part, "") for key, part in _PARTS.items()}
    amazon = order.channel_name == "AMAZON"
    cells = {
        "amazon-order-id": order.ref,
        "merchant-order-id": order.seller_order_id or "",
        "purchase-date": _time(order.created),
        "last-updated-date": _time(order.updated),
        "order-status": status,
        "fulfillment-channel": "Merchant" if mine else "Amazon",
        "sales-channel": order.marketplace.name if amazon else "Non-Amazon",
        "ship-service-level": order.service_level.title(),
        "product-name": item.title,
        "sku": item.sku,
        "asin": item.asin,
        "item-status": "Cancelled" if not item.quantity else status,
        "quantity": item.quantity,
        "currency": order.currency,
        **(prices | taxes if order.status != CANCELLED else {}),
        "item-promotion-discount": rounded(item.discount, order.currency) or "",
        "ship-city": order.address.get("city", ""),
        "ship-state": order.address.get("stateOrRegion", ""),
        "ship-postal-code": order.address.get("postalCode", ""),
        "ship-country": order.address.get("countryCode", ""),
        "promotion-ids": ",".join(item.wish.promotion_ids),
        "is-business-order": str("AMAZON_BUSINESS" in order.programs).lower(),
        "purchase-order-number": order.purchase_order or "",
    }
    return line(cells.get(column, "") for column in COLUMNS)


_PARTS = {"item": "ITEM", "shipping": "SHIPPING", "gift-wrap": "GIFT_WRAP"}


def _time(moment):
    return f"{moment:%Y-%m-%dT%H:%M:%S}+00:00"
