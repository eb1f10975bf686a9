"""Feeds: batches that Amazon takes as a document and processes in its own time.

Source: Amazon's Feeds API 2021-06-30; "Feed Type Values". After
`SellingPartner.create_feed_document`, ``upload`` and ``create_feed`` the feed is asked
for until it is finished; its report is the document ``result_document_id``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from .errors import Unavailable
from .operations import Operation
from .reader import Reader, Unreadable

FEED_STATUSES = ("IN_QUEUE", "IN_PROGRESS", "DONE", "CANCELLED", "FATAL")
_FINISHED = ("DONE", "CANCELLED", "FATAL")

# The very Content-Type that is stated and then uploaded: it is part of the signature.
FEED_CONTENT_TYPES: dict[str, str] = {
    "JSON_LISTINGS_FEED": "application/json; charset=UTF-8",
    "POST_ORDER_ACKNOWLEDGEMENT_DATA": "text/xml; charset=UTF-8",
}


@dataclass(frozen=True)
class FeedDocument:
    """A place in Amazon's storage; whoever knows its ``url`` may use it, for 5 minutes.

    Reports lie in such places, too. ``compression`` is ``GZIP`` or None and speaks of
    what is downloaded.
    """

    document_id: str
    url: str = field(repr=False)
    compression: str | None = None


@dataclass(frozen=True)
class Feed:
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

    @property
    def is_finished(self) -> bool:
        return self.status in _FINISHED


def parse_feed(payload: object, operation: Operation) -> Feed:
    """Read the answer of ``getFeed``.

    :raise Unavailable: reason ``answer`` when it makes no sense
    """
    try:
        return _feed_of(Reader(payload))
    except Unreadable as broken:
        where = broken.where
    raise _not_whole(where, operation)


def parse_feeds(
    payload: object, operation: Operation
) -> tuple[tuple[Feed, ...], str | None]:
    """Read a page of ``getFeeds``.

    :return: the feeds, and the token of the next page or None
    :raise Unavailable: reason ``answer`` when an entry makes no sense
    """
    try:
        page = Reader(payload)
        page.require("feeds")
        token = page.identifier("nextToken")
        return tuple(_feed_of(entry) for entry in page.objects("feeds")), token
    except Unreadable as broken:
        where = broken.where
    raise _not_whole(where, operation)


def parse_document(payload: object, operation: Operation) -> FeedDocument:
    """Read the answer about a place for a document, of a feed or of a report.

    :raise Unavailable: reason ``answer`` when it makes no sense
    """
    try:
        document = Reader(payload)
        compression = document.identifier("compressionAlgorithm")
        if compression not in (None, "GZIP"):
            raise document.fail("compressionAlgorithm", "This is not known.")
        return FeedDocument(
            document.required_identifier(operation.key or ""),
            document.required_identifier("url"),
            compression,
        )
    except Unreadable as broken:
        where = broken.where
    raise _not_whole(where, operation)


def _feed_of(feed: Reader) -> Feed:
    status = feed.required_identifier("processingStatus")
    if status not in FEED_STATUSES:
        raise feed.fail("processingStatus", "This is not known.")
    return Feed(
        feed_id=feed.required_identifier("feedId"),
        feed_type=feed.required_identifier("feedType"),
        status=status,
        marketplace_ids=feed.texts("marketplaceIds"),
        created_time=feed.required_moment("createdTime"),
        result_document_id=feed.identifier("resultFeedDocumentId"),
    )


def _not_whole(where: str, operation: Operation) -> Unavailable:
    return Unavailable(
        f"Amazon's answer can not be trusted: {where} can not be read.",
        reason="answer",
        operation=operation.name,
        status=operation.status,
    )
