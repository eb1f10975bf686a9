"""Reports: tables that Amazon makes on request, in its own time.

Source: Amazon's Reports API 2021-06-30; "Inventory Reports", "Order Reports". After
`SellingPartner.create_report` the report is asked for until it is finished; what it
says is brought by ``download_report`` and read by `read_listings` or `read_orders`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from .errors import ReportFailed
from .operations import GET_REPORT, Operation
from .processing import STATUSES, Processed, parse_one, parse_page, read_status
from .reader import Reader

REPORT_STATUSES = STATUSES

# All listings of one marketplace (of the first one that is named).
LISTINGS_REPORT = "GET_MERCHANT_LISTINGS_ALL_DATA"
# Columns are headed in the seller's language otherwise. Only a wish: `read_listings`
# knows other languages, because Amazon keeps a report for hours and delivers it again.
LISTINGS_REPORT_OPTIONS = {"preferredReportDocumentLocale": "en_US"}
# Orders by their last change, without names and streets, at most 30 days of them.
ORDERS_REPORT = "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL"
ORDERS_REPORT_LONGEST = timedelta(days=30)

# What Amazon shows only to apps that may see personal data.
INVOICE_DATA_REPORT = "GET_FLAT_FILE_VAT_INVOICE_DATA_REPORT"
RESTRICTED_REPORTS = (INVOICE_DATA_REPORT,)
# The names of its options are Amazon's, as odd as they look.
PENDING_INVOICES = {"ReportOption=pendingInvoices": "true"}
ALL_INVOICES = {"ReportOption=All": "true"}
INVOICE_DATA_LONGEST = timedelta(days=30)

# Amazon cancels what it was asked for again before this time is over.
MINIMUM_INTERVAL = timedelta(minutes=30)


@dataclass(frozen=True)
class Report(Processed):
    """A report and how far Amazon is with it.

    ``status`` is one of `REPORT_STATUSES`. ``document_id`` is None until there is
    something to download; there may never be. After ``FATAL`` a document may hold the
    reason. The data times are those that Amazon has understood, aware UTC or None.
    """

    report_id: str
    report_type: str
    status: str
    marketplace_ids: tuple[str, ...]
    created_time: datetime
    data_start_time: datetime | None = None
    data_end_time: datetime | None = None
    document_id: str | None = None

    @property
    def failure(self) -> ReportFailed | None:
        """The error for a finished report without a document; None for all others."""
        if self.status == "FATAL":
            return _failed("Amazon could not make the report.", "fatal")
        if self.status == "CANCELLED":
            return _failed(
                "Amazon cancelled the report: there was nothing to tell, or the same "
                "report was asked for shortly before.",
                "cancelled",
            )
        if self.status == "DONE" and self.document_id is None:
            return _failed("Amazon made a report without a document.", "no_document")
        return None


def _failed(message: str, reason: str) -> ReportFailed:
    return ReportFailed(
        message,
        reason=reason,
        operation=GET_REPORT.name,
        retry_after=MINIMUM_INTERVAL.total_seconds(),
    )


def find_report(
    reports: Iterable[Report],
    report_type: str,
    marketplace_ids: Iterable[str],
    *,
    created_since: datetime,
    data_start_time: datetime | None = None,
    data_end_time: datetime | None = None,
) -> Report | None:
    """The newest report that answers a request; to be asked after `OutcomeUnknown`.

    :param reports: of `SellingPartner.get_reports`
    :param created_since: aware; when the request was sent, or how old it may be
    :param data_start_time: as requested; None when none was: Amazon fills one in
    :return: the report, finished or not, or None: then the request did not arrive
    """
    wanted = set(marketplace_ids)
    found = [
        report
        for report in reports
        if report.report_type == report_type
        and set(report.marketplace_ids) == wanted
        and report.created_time >= created_since
        and _same(report.data_start_time, data_start_time)
        and _same(report.data_end_time, data_end_time)
    ]
    return max(found, key=lambda report: report.created_time, default=None)


def _same(stated: datetime | None, requested: datetime | None) -> bool:
    """Amazon may drop the fraction of a second."""
    if requested is None:
        return True
    return stated is not None and abs(stated - requested) < timedelta(seconds=1)


def parse_report(payload: object, operation: Operation) -> Report:
    """Read the answer of ``getReport``.

    :raise Unavailable: reason ``answer`` when it makes no sense
    """
    return parse_one(payload, _report_of, operation)


def parse_reports(
    payload: object, operation: Operation
) -> tuple[tuple[Report, ...], str | None]:
    """Read a page of ``getReports``, see `parse_page`."""
    return parse_page(payload, _report_of, operation)


def _report_of(report: Reader) -> Report:
    return Report(
        report_id=report.required_identifier("reportId"),
        report_type=report.required_identifier("reportType"),
        status=read_status(report),
        marketplace_ids=report.texts("marketplaceIds"),
        created_time=report.required_moment("createdTime"),
        data_start_time=report.moment("dataStartTime"),
        data_end_time=report.moment("dataEndTime"),
        document_id=report.identifier("reportDocumentId"),
    )
