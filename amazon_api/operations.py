"""The operations of the Selling Partner API that we use, and what a good answer is.

Source: Amazon's API models; the answers that may be trusted are Amazon's success
statuses together with the one block that carries the result.
"""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Operation:
    """``name``, ``method`` and ``status`` are Amazon's; ``key`` is the block that must
    be in the answer and ``kind`` its JSON type (no key: no content is expected).

    ``idempotent``: a second call does no harm, so that after a lost answer the call is
    simply repeated.
    """

    name: str
    method: str = "GET"
    status: int = 200
    key: str | None = None
    kind: type = dict
    idempotent: bool = True


SEARCH_ORDERS = Operation("searchOrders", key="orders", kind=list)
GET_ORDER = Operation("getOrder", key="order", kind=dict)
CONFIRM_SHIPMENT = Operation(
    "confirmShipment", method="POST", status=204, idempotent=False
)
GET_PARTICIPATIONS = Operation("getMarketplaceParticipations", key="payload", kind=list)

# A document that nobody uses expires, so that a second request does no harm.
CREATE_FEED_DOCUMENT = Operation(
    "createFeedDocument", method="POST", status=201, key="feedDocumentId", kind=str
)
CREATE_FEED = Operation(
    "createFeed", method="POST", status=202, key="feedId", kind=str, idempotent=False
)
# The same operation at Amazon, with a quota of its own.
CREATE_LISTINGS_FEED = replace(CREATE_FEED, name="createFeed:JSON_LISTINGS_FEED")
CREATE_INVOICE_FEED = replace(CREATE_FEED, name="createFeed:UPLOAD_VAT_INVOICE")
GET_FEED = Operation("getFeed", key="feedId", kind=str)
GET_FEEDS = Operation("getFeeds", key="feeds", kind=list)
GET_FEED_DOCUMENT = Operation("getFeedDocument", key="feedDocumentId", kind=str)

# A second report of the same kind too soon makes Amazon cancel it.
CREATE_REPORT = Operation(
    "createReport",
    method="POST",
    status=202,
    key="reportId",
    kind=str,
    idempotent=False,
)
GET_REPORT = Operation("getReport", key="reportId", kind=str)
GET_REPORTS = Operation("getReports", key="reports", kind=list)
GET_REPORT_DOCUMENT = Operation("getReportDocument", key="reportDocumentId", kind=str)
# Each token is another one, and all of them are good.
CREATE_RESTRICTED_TOKEN = Operation(
    "createRestrictedDataToken", method="POST", key="restrictedDataToken", kind=str
)
GET_INVENTORY_SUMMARIES = Operation("getInventorySummaries", key="payload", kind=dict)
# A quantity that is stated twice is the same quantity.
PATCH_LISTINGS_ITEM = Operation(
    "patchListingsItem", method="PATCH", key="status", kind=str
)
GET_LISTINGS_ITEM = Operation("getListingsItem", key="sku", kind=str)
LIST_TRANSACTIONS = Operation("listTransactions", key="payload")
