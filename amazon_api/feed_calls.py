"""The calls of `SellingPartner` that have to do with feeds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from . import library, processing
from .feeds import Feed, parse_feed, parse_feeds
from .operations import (
    CREATE_FEED,
    CREATE_FEED_DOCUMENT,
    CREATE_INVOICE_FEED,
    CREATE_LISTINGS_FEED,
    GET_FEED,
    GET_FEED_DOCUMENT,
    GET_FEEDS,
)
from .paging import every_page, not_asked_for
from .processing import FeedDocument
from .storage import Storage
from .transport import Transport
from .writer import references, verbatim

# Feeds whose creation has a quota of its own.
_OPERATIONS = {
    "JSON_LISTINGS_FEED": CREATE_LISTINGS_FEED,
    "UPLOAD_VAT_INVOICE": CREATE_INVOICE_FEED,
}
_DOCUMENTS = "/feeds/2021-06-30/documents/"


class FeedCalls:
    """Part of `SellingPartner`."""

    _transport: Transport
    _storage: Storage

    def create_feed_document(self, content_type: str) -> FeedDocument:
        """A place to upload a feed to (Feeds API 2021-06-30, 0.5/s, burst 15).

        :param str content_type: with its charset, see `FEED_CONTENT_TYPES`
        :return: a `FeedDocument`; its ``url`` is good for 5 minutes, its
            ``document_id`` for 2 days
        :raise SpApiError: see `errors`; a place that is never used does no harm
        """
        api = library.feeds(self._transport, CREATE_FEED_DOCUMENT)
        payload = api.create_feed_document(
            None, verbatim(content_type, "The content type")
        )
        return processing.parse_document(payload, CREATE_FEED_DOCUMENT)

    def upload(self, url: str, content: bytes, content_type: str) -> None:
        """Upload a feed to its place; may be repeated.

        :param str url: of `create_feed_document`
        :param str content_type: the very one that was stated there
        :raise LinkExpired: make a new document and start again
        :raise Unavailable: reason ``answer`` before any byte is sent, when the URL is
            not of Amazon's storage (for the simulator: not of this machine)
        :raise SpApiError: see `errors`
        """
        if not isinstance(content, bytes) or not content:
            raise ValueError("There is nothing to upload.")
        self._storage.put(url, content, verbatim(content_type, "The content type"))

    def create_feed(
        self,
        feed_type: str,
        marketplace_ids: Iterable[str],
        document_id: str,
        options: Mapping[str, str] | None = None,
    ) -> str:
        """Have Amazon process an uploaded document (0.0083/s, burst 15; feeds of
        listings and of invoices have quotas of their own, 5 in 5 minutes and one in 3
        seconds).

        :param marketplace_ids: 1 to 25
        :param options: of the feed, for the types that have some
        :return: the number of the feed
        :raise ValueError: for arguments Amazon would refuse
        :raise OutcomeUnknown: the feed may be there; ask `get_feeds` before the next
        :raise SpApiError: see `errors`
        """
        verbatim(feed_type, "The feed type")
        marketplaces = references(marketplace_ids, processing.MOST_MARKETPLACES)
        operation = _OPERATIONS.get(feed_type, CREATE_FEED)
        more = {"feedOptions": dict(options)} if options else {}
        api = library.feeds(self._transport, operation)
        payload = api.create_feed(
            feed_type,
            verbatim(document_id, "The document"),
            marketplaceIds=marketplaces,
            **more,
        )
        problem = "Amazon took the feed and did not say its number."
        return processing.parse_created(payload, problem, operation)

    def get_feed(self, feed_id: str) -> Feed:
        """How far Amazon is with a feed (2/s, burst 15).

        :raise NotFound: Amazon does not know it for this seller and region
        :raise SpApiError: see `errors`
        """
        api = library.feeds(self._transport, GET_FEED)
        feed = parse_feed(api.get_feed(verbatim(feed_id, "The feed")), GET_FEED)
        if feed.feed_id != feed_id:
            raise not_asked_for("Amazon sent another feed.", GET_FEED)
        return feed

    def get_feeds(
        self,
        feed_types: Iterable[str],
        created_since: datetime,
        *,
        created_until: datetime | None = None,
        marketplace_ids: Iterable[str] | None = None,
    ) -> tuple[Feed, ...]:
        """All feeds of a kind since a moment, each once (0.0222/s a page, burst 10).

        :param feed_types: 1 to 10
        :param created_since: aware; Amazon keeps feeds for 90 days
        :param marketplace_ids: 1 to 10, feeds of at least one of them; None for all
        :raise ValueError: for arguments Amazon would refuse
        :raise SpApiError: see `errors`; never a part of the list
        """
        asked = processing.search(
            "feedTypes", feed_types, created_since, created_until, marketplace_ids
        )

        def ask(parameters: dict) -> tuple[tuple[Feed, ...], str | None]:
            api = library.feeds(self._transport, GET_FEEDS)
            return parse_feeds(api.get_feeds(**parameters), GET_FEEDS)

        feeds = every_page(ask, asked, GET_FEEDS)
        return tuple({feed.feed_id: feed for feed in feeds}.values())

    def download(self, document_id: str) -> bytes:
        """A finished feed's report (0.0222/s, burst 10), unpacked and whole.

        The bytes are as Amazon stored them, in the charset of their format: JSON in
        UTF-8, XML as it declares. An address whose time is over is renewed once.

        :param str document_id: ``result_document_id`` of the feed
        :raise NotFound: Amazon keeps reports for 28 days
        :raise LinkExpired: also the renewed address does not work
        :raise Unavailable: reason ``answer`` for what is not whole, too large, or kept
            anywhere but in Amazon's storage
        :raise SpApiError: see `errors`
        """
        return processing.load(
            self._transport,
            GET_FEED_DOCUMENT,
            _DOCUMENTS,
            document_id,
            self._storage.get,
        )
