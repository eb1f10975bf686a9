"""Reports: what Amazon creates for a request, and when."""

import gzip
from dataclasses import dataclass, field
from datetime import timedelta

from . import (
    report_fba_returns,
    report_fbm_returns,
    report_invoice_data,
    report_listings,
    report_orders,
)
from .documents import Document, DocumentStore
from .sellers import ROLE_FBA, ROLE_LISTINGS, ROLE_ORDERS, ROLE_TAX

LISTINGS_REPORT = report_listings.TYPE
ORDERS_REPORT = report_orders.TYPE
IN_QUEUE, IN_PROGRESS = "IN_QUEUE", "IN_PROGRESS"
DONE, FATAL, CANCELLED = "DONE", "FATAL", "CANCELLED"
STATUSES = (CANCELLED, DONE, FATAL, IN_PROGRESS, IN_QUEUE)
# report type -> the roles of which one is needed
ROLES = {
    LISTINGS_REPORT: (ROLE_LISTINGS, ROLE_ORDERS),
    ORDERS_REPORT: (ROLE_ORDERS,),
    report_fbm_returns.TYPE: (ROLE_ORDERS,),
    report_fba_returns.TYPE: (ROLE_FBA,),
    report_invoice_data.TYPE: (ROLE_TAX,),
}
# what shows personal data, which is opened by a token of its own
RESTRICTED = (report_invoice_data.TYPE,)
# Amazon cancels what was asked for again before that time is over
MINIMUM_INTERVAL = timedelta(minutes=30)
# what Amazon calls the charsets
_STATED = {"cp932": "Windows-31J", "cp1252": "Cp1252", "utf-8": "UTF-8"}
_MAKERS = {
    LISTINGS_REPORT: report_listings,
    ORDERS_REPORT: report_orders,
    report_fbm_returns.TYPE: report_fbm_returns,
    report_fba_returns.TYPE: report_fba_returns,
    report_invoice_data.TYPE: report_invoice_data,
}


@dataclass
class Report:
    """A requested report, and its result."""

    id: str
    merchant: str
    type: str
    marketplaces: tuple
    created: object
    start: object = None
    end: object = None
    options: dict = field(default_factory=dict)
    status: str = IN_QUEUE
    started: object = None
    ended: object = None
    outcome: tuple = ()  # what `Reports.…_next` wants, with its words
    rows: int | None = None  # None: nothing was made
    document: Document | None = None
    charset: str = "utf-8"

    @property
    def text(self):
        """Return what it says; None: it says nothing."""
        if self.document is None:
            return None
        raw = self.document.content
        raw = gzip.decompress(raw) if self.document.gzip else raw
        return raw.decode(self.charset)

    @property
    def is_open(self):
        """Tell whether its end is still to come."""
        return self.status in (IN_QUEUE, IN_PROGRESS)

    @property
    def request(self):
        """Return what is equal in two requests for the same report."""
        window = () if self.type == LISTINGS_REPORT else (self.start, self.end)
        return self.merchant, self.type, frozenset(self.marketplaces), window


class Reports(DocumentStore):
    """All reports of a world, oldest first, and how the next ones shall end.

    `take` is how many seconds a report takes: for the first half it is in the queue,
    for the second in progress. With 0 it is done when the next call comes in.
    `localized` heads the columns in the marketplace's language, unless English is
    asked for; `charset` overrules the local charset, `states_charset` tells whether
    it is stated.
    """

    def __init__(self):
        super().__init__()
        self.take = 0
        self.gzip = True
        self.localized = True
        self.charset = None
        self.states_charset = True
        self.minimum_interval = MINIMUM_INTERVAL
        self.page_tokens = {}
        self._reports = {}
        self._outcomes = []

    def __iter__(self):
        return iter(self._reports.values())

    def __len__(self):
        return len(self._reports)

    def __getitem__(self, position):
        return list(self._reports.values())[position]

    def get(self, report_id, merchant):
        """Return a report of a seller, or None."""
        report = self._reports.get(report_id)
        return report if report and report.merchant == merchant else None

    def add(self, merchant, kind, marketplaces, now, **wish):
        """Accept a request; the id of the report is its number."""
        report_id = str(70_000_000_000 + len(self._reports) + 1)
        report = Report(report_id, merchant, kind, marketplaces, now, **wish)
        if self._is_too_soon(report):
            report.outcome = ("cancelled",)
        else:
            report.outcome = self._next_outcome(kind)
        self._reports[report_id] = report
        return report

    def _is_too_soon(self, report):
        return report.type in ROLES and any(
            earlier.request == report.request
            and earlier.status not in (CANCELLED, FATAL)
            and earlier.created > report.created - self.minimum_interval
            for earlier in self
        )

    def _next_outcome(self, kind):
        for number, (report_type, outcome) in enumerate(self._outcomes):
            if report_type in (None, kind):
                del self._outcomes[number]
                return outcome
        return ()

    # --- how the next reports end ---

    def fatal_next(self, report_type=None, reason=None):
        """Let the next report end FATAL; a reason is stated in a document."""
        self._outcomes.append((report_type, ("fatal", reason)))

    def cancelled_next(self, report_type=None):
        """Let Amazon cancel the next report."""
        self._outcomes.append((report_type, ("cancelled",)))

    def no_document_next(self, report_type=None):
        """Let the next report be done without a document."""
        self._outcomes.append((report_type, ("no document",)))

    def cut_next(self, report_type=None):
        """Let the document of the next report be cut off in the store."""
        self._outcomes.append((report_type, ("cut",)))

    def edit_next(self, change, report_type=None):
        """Let `change` replace the text of the next report."""
        self._outcomes.append((report_type, ("edit", change)))

    # --- time passes ---

    def pass_time(self, world):
        """Bring every open report to where it is by now."""
        for report in list(self._reports.values()):
            if report.is_open:
                self._move_on(world, report)

    def _move_on(self, world, report):
        take, now = timedelta(seconds=self.take), world.now()
        if now >= report.created + take / 2 and report.started is None:
            report.status, report.started = IN_PROGRESS, report.created + take / 2
        if now >= report.created + take:
            report.ended = report.created + take
            self._finish(world, report)

    def _finish(self, world, report):
        outcome, *words = report.outcome or ("",)
        report.outcome = report.outcome[:1]
        if outcome == "cancelled":
            report.status = CANCELLED
        elif outcome == "fatal":
            report.status = FATAL
            if words[0]:
                self._store(world, report, words[0], "utf-8")
        else:
            self._make(world, report, outcome, words)

    def _make(self, world, report, outcome, words):
        made = _MAKERS[report.type].make(world, report)
        if made is None:  # too long a window
            report.status = FATAL
            return
        report.status = DONE if made.lines[1:] else CANCELLED
        if report.status == CANCELLED or outcome == "no document":
            return
        report.rows = len(made.lines) - 1
        text = "".join(f"{line}\r\n" for line in made.lines)
        text = words[0](text) if outcome == "edit" else text
        self._store(world, report, text, self.charset or made.charset)
        if outcome == "cut":
            content = report.document.content
            report.document.content = content[: len(content) // 2]

    def _store(self, world, report, text, charset):
        name = _STATED.get(charset, charset)
        stated = f";charset={name}" if self.states_charset else ""
        document = self.new_document(world, report.merchant, f"text/plain{stated}")
        raw = text.encode(charset, "replace")
        document.content = gzip.compress(raw, 6, mtime=0) if self.gzip else raw
        document.gzip = self.gzip
        report.document, report.charset = document, charset
