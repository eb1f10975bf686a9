"""Feeds: batches that Amazon takes as a document and processes in its own time.

Source: Amazon's Feeds API 2021-06-30; "Feed Type Values". After
`SellingPartner.create_feed_document`, ``upload`` and ``create_feed`` the feed is asked
for until it is finished; its report is the document ``result_document_id``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .operations import Operation
from .processing import STATUSES, Processed, parse_one, parse_page, read_status
from .reader import Reader

FEED_STATUSES = STATUSES
# The very Content-Type that is stated and then uploaded: it is part of the signature.
FEED_CONTENT_TYPES: dict[str, str] = {
    "JSON_LISTINGS_FEED": "application/json; charset=UTF-8",
    "POST_ORDER_ACKNOWLEDGEMENT_DATA": "text/xml; charset=UTF-8",
    "POST_PAYMENT_ADJUSTMENT_DATA": "text/xml; charset=UTF-8",
    "UPLOAD_VAT_INVOICE": "application/pdf",
}


@dataclass(frozen=True)
class Feed(Processed):
    """A feed and how far Amazon is with it.

    ``status`` is one of `FEED_STATUSES`. ``DONE`` does not mean that all went well: the
    report says so. After ``FATAL`` some, none or all of it may have been carried out.
    ``result_document_id`` is None until there is a report; there may never be one.
    """

    feed_id: str
    feed_type: str
    status: str
    marketplace_ids: tuple[str, ...]
    created_time: datetime
    result_document_id: str | None = None


def parse_feed(payload: object, operation: Operation) -> Feed:
    """Read the answer of ``getFeed``.

    :raise Unavailable: reason ``answer`` when it makes no sense
    """
    return parse_one(payload, _feed_of, operation)


def parse_feeds(
    payload: object, operation: Operation
) -> tuple[tuple[Feed, ...], str | None]:
    """Read a page of ``getFeeds``, see `parse_page`."""
    return parse_page(payload, _feed_of, operation)


def _feed_of(feed: Reader) -> Feed:
    return Feed(
        feed_id=feed.required_identifier("feedId"),
        feed_type=feed.required_identifier("feedType"),
        status=read_status(feed),
        marketplace_ids=feed.texts("marketplaceIds"),
        created_time=feed.required_moment("createdTime"),
        result_document_id=feed.identifier("resultFeedDocumentId"),
    )
