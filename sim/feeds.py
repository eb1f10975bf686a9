"""Feeds and their documents: what Amazon does with them, and when."""

import gzip
import json
from dataclasses import dataclass, field
from datetime import timedelta

from . import feed_acknowledgements, feed_adjustments, feed_invoices, feed_listings
from .documents import Document, DocumentStore, Link  # noqa: F401  (old worlds ask here)
from .feed_listings import TYPE as LISTINGS_FEED
from .feed_result import FeedRefused, Result
from .listing_changes import BAD_MESSAGE, Problem
from .sellers import ROLE_DELIVERY, ROLE_LISTINGS, ROLE_ORDERS, ROLE_TAX

ACKNOWLEDGEMENT_FEED = feed_acknowledgements.TYPE
ADJUSTMENT_FEED = feed_adjustments.TYPE
INVOICE_FEED = feed_invoices.TYPE
IN_QUEUE, IN_PROGRESS = "IN_QUEUE", "IN_PROGRESS"
DONE, FATAL, CANCELLED = "DONE", "FATAL", "CANCELLED"
STATUSES = (CANCELLED, DONE, FATAL, IN_PROGRESS, IN_QUEUE)
# Amazon takes them still, and ends them FATAL: they were retired on 2025-07-31
RETIRED = (
    "POST_INVENTORY_AVAILABILITY_DATA",
    "POST_PRODUCT_PRICING_DATA",
    "POST_FLAT_FILE_PRICEANDQUANTITYONLY_UPDATE_DATA",
    "POST_FLAT_FILE_INVLOADER_DATA",
)
# feed type -> the roles of which one is needed
ROLES = {
    LISTINGS_FEED: (ROLE_ORDERS, ROLE_LISTINGS),
    ACKNOWLEDGEMENT_FEED: (ROLE_ORDERS, ROLE_DELIVERY),
    ADJUSTMENT_FEED: (ROLE_ORDERS, ROLE_DELIVERY),
    INVOICE_FEED: (ROLE_TAX,),
    **dict.fromkeys(RETIRED, (ROLE_ORDERS, ROLE_LISTINGS)),
}
_TRADES = {
    LISTINGS_FEED: feed_listings,
    ACKNOWLEDGEMENT_FEED: feed_acknowledgements,
    ADJUSTMENT_FEED: feed_adjustments,
    INVOICE_FEED: feed_invoices,
}
_NEVER_SENT = 900_000  # added to message ids that a report invents


@dataclass
class Feed:
    """A feed, and its result."""

    id: str
    merchant: str
    type: str
    marketplaces: tuple
    created: object
    content: bytes
    options: dict = field(default_factory=dict)
    status: str = IN_QUEUE
    started: object = None
    ended: object = None
    outcome: tuple = ()  # what `Feeds.…_next` wants, with its words
    results: list = field(default_factory=list)
    result_document: Document | None = None

    @property
    def text(self):
        """Return what was sent."""
        return self.content.decode("utf-8", "replace")

    @property
    def json(self):
        """Return what was sent, parsed."""
        return json.loads(self.content)

    @property
    def report(self):
        """Return the processing report: a dict, for XML its text; None: no report."""
        if self.result_document is None:
            return None
        document = self.result_document
        raw = gzip.decompress(document.content) if document.gzip else document.content
        text = raw.decode()
        return json.loads(text) if self.type == LISTINGS_FEED else text

    @property
    def accepted(self):
        """Count the messages that were carried out."""
        return sum(not result.problems for result in self.results)

    @property
    def refused(self):
        """Count the messages that were not."""
        return len(self.results) - self.accepted

    @property
    def is_open(self):
        """Tell whether its end is still to come."""
        return self.status in (IN_QUEUE, IN_PROGRESS)


class Feeds(DocumentStore):
    """All feeds of a world, oldest first, and how the next ones shall end.

    `take` is how many seconds a feed takes: for the first half it is in the queue,
    for the second in progress. With 0 it is done when the next call comes in.
    """

    def __init__(self):
        super().__init__()
        self.take = 0
        self.gzip = True
        self.page_tokens = {}
        self.refusals = {}
        self._feeds = {}
        self._outcomes = []

    def __iter__(self):
        return iter(self._feeds.values())

    def __len__(self):
        return len(self._feeds)

    def __getitem__(self, position):
        return list(self._feeds.values())[position]

    def get(self, feed_id, merchant):
        """Return a feed of a seller, or None."""
        feed = self._feeds.get(feed_id)
        return feed if feed and feed.merchant == merchant else None

    def add(self, merchant, kind, marketplaces, now, content, options):
        """Accept a feed; its id is its number."""
        feed_id = str(50_000_000_000 + len(self._feeds) + 1)
        feed = Feed(feed_id, merchant, kind, marketplaces, now, content, options)
        for number, (feed_type, outcome) in enumerate(self._outcomes):
            if feed_type in (None, kind):
                feed.outcome = outcome
                del self._outcomes[number]
                break
        self._feeds[feed_id] = feed
        return feed

    # --- how the next feeds end ---

    def fatal_next(self, feed_type=None):
        """Let the next feed end FATAL: nothing is done, there is no report."""
        self._outcomes.append((feed_type, ("fatal",)))

    def fatal_after_work_next(self, feed_type=None):
        """Let the next feed end FATAL although all was done."""
        self._outcomes.append((feed_type, ("fatal after work",)))

    def cancelled_next(self, feed_type=None):
        """Let Amazon cancel the next feed: nothing is done."""
        self._outcomes.append((feed_type, ("cancelled",)))

    def no_report_next(self, feed_type=None):
        """Let the next feed be done without a report."""
        self._outcomes.append((feed_type, ("no report",)))

    def report_of_unknown_messages_next(self, feed_type=None):
        """Let the next report speak of messages that were never sent."""
        self._outcomes.append((feed_type, ("unknown messages",)))

    def report_with_gaps_next(self, feed_type=None):
        """Let the next report count fewer messages than were sent."""
        self._outcomes.append((feed_type, ("gaps",)))

    def refused_next(self, message="The feed was not processed.", feed_type=None):
        """Let the next feed be refused as a whole: nothing is done."""
        self._outcomes.append((feed_type, ("refused", message)))

    def refuse(self, subject, message="Refused by the simulator."):
        """Refuse from now on each message about a SKU or an order reference."""
        self.refusals[subject] = message

    def accept(self, subject):
        """Refuse these messages no longer."""
        self.refusals.pop(subject, None)

    # --- time passes ---

    def pass_time(self, world):
        """Bring every open feed to where it is by now."""
        for feed in list(self._feeds.values()):
            if feed.is_open:
                self._move_on(world, feed)

    def _move_on(self, world, feed):
        take, now = timedelta(seconds=self.take), world.now()
        if now >= feed.created + take / 2 and feed.started is None:
            feed.status, feed.started = IN_PROGRESS, feed.created + take / 2
        if now >= feed.created + take:
            feed.ended = feed.created + take
            self._process(world, feed)

    def _process(self, world, feed):
        outcome, *words = feed.outcome or ("",)
        trade = _TRADES.get(feed.type)
        refused = words[0] if outcome == "refused" else ""
        feed.status = DONE
        if trade is None or outcome == "fatal":
            feed.status = FATAL
        elif outcome == "cancelled":
            feed.status, feed.started, feed.ended = CANCELLED, None, None
        elif not refused:
            refused = self._work(world, feed, trade)
        if outcome == "fatal after work":
            feed.status = FATAL
        elif trade and outcome not in ("fatal", "cancelled", "no report"):
            reported = _as_reported(outcome, feed.results)
            self._store_report(world, feed, trade.report(feed, reported, refused))

    def _work(self, world, feed, trade):
        try:
            feed.results = trade.work(world, feed)
        except FeedRefused as error:
            feed.status = FATAL
            return str(error)
        return ""

    def _store_report(self, world, feed, raw):
        content = gzip.compress(raw, mtime=0) if self.gzip else raw
        document = self.new_document(world, feed.merchant)
        document.content, document.gzip = content, self.gzip
        feed.result_document = document


def _as_reported(outcome, results):
    """Return the results as the report states them."""
    if outcome == "gaps":
        return results[: len(results) // 2]
    if outcome == "unknown messages":
        problem = Problem(BAD_MESSAGE, "The message could not be processed.")
        return [
            Result((result.message_id or 0) + _NEVER_SENT, result.subject, [problem])
            for result in results
        ]
    return results
