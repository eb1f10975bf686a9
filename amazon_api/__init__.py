"""Amazon's Selling Partner API in plain Python, without Odoo.

`SellingPartner` makes the calls, the errors say what to do when one fails, and the
answers are frozen objects with exact money and aware times.
"""

from .acknowledgement import (
    CANCEL_REASONS,
    OrderCancellation,
    cancellation_feed,
    parse_processing_report,
)
from .amounts import LineAmount, OrderAmounts, order_amounts
from .auth import Credentials, forget_tokens
from .client import SellingPartner
from .errors import (
    ConfigError,
    LinkExpired,
    NotFound,
    OutcomeUnknown,
    Permanent,
    Rejected,
    Retryable,
    SpApiError,
    Throttled,
    Unavailable,
)
from .feed_report import FeedReport, Issue
from .feeds import FEED_CONTENT_TYPES, FEED_STATUSES, Feed, FeedDocument
from .listings import MOST_MESSAGES, Quantity, parse_listings_report, quantity_feed
from .marketplaces import ENVIRONMENTS, REGIONS, Endpoints, endpoints, is_loopback
from .order_parser import parse_order, parse_page
from .order_parts import (
    Address,
    Alias,
    AssociatedItem,
    AssociatedOrder,
    Breakdown,
    Buyer,
    Cancellation,
    DeliveryPreference,
    Fulfillment,
    Measurement,
    Money,
    OpeningHours,
    Package,
    PackageItem,
    Payment,
    Points,
    Proceeds,
    ProceedsDetail,
    Product,
    TaxCollection,
    TaxRegistration,
    Window,
)
from .orders import ORDER_DATA, Order, OrderItem, OrdersPage, UnreadableOrder
from .sellers import Participation
from .shipping import (
    COD_COLLECTION_METHODS,
    Shipment,
    ShippedItem,
    find_package,
    shipment_body,
)
from .throttle import PUBLISHED, Bucket, BucketStore, MemoryStore, Quota, Throttle
from .wire import CallRecord
from .writer import LARGEST_FEED

__all__ = [
    "CANCEL_REASONS",
    "COD_COLLECTION_METHODS",
    "ENVIRONMENTS",
    "FEED_CONTENT_TYPES",
    "FEED_STATUSES",
    "LARGEST_FEED",
    "MOST_MESSAGES",
    "ORDER_DATA",
    "PUBLISHED",
    "REGIONS",
    "Address",
    "Alias",
    "AssociatedItem",
    "AssociatedOrder",
    "Breakdown",
    "Bucket",
    "BucketStore",
    "Buyer",
    "CallRecord",
    "Cancellation",
    "ConfigError",
    "Credentials",
    "DeliveryPreference",
    "Endpoints",
    "Feed",
    "FeedDocument",
    "FeedReport",
    "Fulfillment",
    "Issue",
    "LineAmount",
    "LinkExpired",
    "Measurement",
    "MemoryStore",
    "Money",
    "NotFound",
    "OpeningHours",
    "Order",
    "OrderAmounts",
    "OrderCancellation",
    "OrderItem",
    "OrdersPage",
    "OutcomeUnknown",
    "Package",
    "PackageItem",
    "Participation",
    "Payment",
    "Permanent",
    "Points",
    "Proceeds",
    "ProceedsDetail",
    "Product",
    "Quantity",
    "Quota",
    "Rejected",
    "Retryable",
    "SellingPartner",
    "Shipment",
    "ShippedItem",
    "SpApiError",
    "TaxCollection",
    "TaxRegistration",
    "Throttle",
    "Throttled",
    "Unavailable",
    "UnreadableOrder",
    "Window",
    "cancellation_feed",
    "endpoints",
    "find_package",
    "forget_tokens",
    "is_loopback",
    "order_amounts",
    "parse_listings_report",
    "parse_order",
    "parse_page",
    "parse_processing_report",
    "quantity_feed",
    "shipment_body",
]
