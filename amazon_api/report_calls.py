"""The calls of `SellingPartner` that have to do with reports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from . import library, processing
from .operations import (
    CREATE_REPORT,
    GET_REPORT,
    GET_REPORT_DOCUMENT,
    GET_REPORTS,
)
from .paging import every_page, not_asked_for
from .report_content import ReportContent
from .reports import RESTRICTED_REPORTS, Report, parse_report, parse_reports
from .storage import Storage
from .transport import Transport
from .writer import iso, references, verbatim

_DOCUMENTS = "/reports/2021-06-30/documents/"


class ReportCalls:
    """Part of `SellingPartner`."""

    _transport: Transport
    _storage: Storage

    def create_report(
        self,
        report_type: str,
        marketplace_ids: Iterable[str],
        *,
        data_start_time: datetime | None = None,
        data_end_time: datetime | None = None,
        options: Mapping[str, str] | None = None,
    ) -> str:
        """Request a report (Reports API 2021-06-30, 0.0167/s, burst 15).

        :param str report_type: `LISTINGS_REPORT`, `ORDERS_REPORT` or another one
        :param marketplace_ids: 1 to 25; the listings report regards only the first
        :param data_start_time: aware; left out, Amazon fills in what is usual
        :param options: of the type, e.g. `LISTINGS_REPORT_OPTIONS`
        :return: the number of the report
        :raise ValueError: for arguments Amazon would refuse
        :raise OutcomeUnknown: the report may be on its way; before the next request ask
            `get_reports`, then see `find_report`
        :raise SpApiError: see `errors`
        """
        if data_start_time and data_end_time and data_start_time > data_end_time:
            raise ValueError("A report can not end before it starts.")
        asked = {
            "reportType": verbatim(report_type, "The report type"),
            "marketplaceIds": references(marketplace_ids, processing.MOST_MARKETPLACES),
            "dataStartTime": iso(data_start_time) if data_start_time else None,
            "dataEndTime": iso(data_end_time) if data_end_time else None,
            "reportOptions": _options(options) if options else None,
        }
        api = library.reports(self._transport, CREATE_REPORT)
        stated = {name: value for name, value in asked.items() if value is not None}
        payload = api.create_report(**stated)
        problem = "Amazon took the request of a report and did not say its number."
        return processing.parse_created(payload, problem, CREATE_REPORT)

    def get_report(self, report_id: str) -> Report:
        """How far Amazon is with a report (2/s, burst 15).

        :raise NotFound: Amazon does not know it for this seller and region
        :raise SpApiError: see `errors`
        """
        api = library.reports(self._transport, GET_REPORT)
        payload = api.get_report(verbatim(report_id, "The report"))
        report = parse_report(payload, GET_REPORT)
        if report.report_id != report_id:
            raise not_asked_for("Amazon sent another report.", GET_REPORT)
        return report

    def get_reports(
        self,
        report_types: Iterable[str],
        created_since: datetime,
        *,
        created_until: datetime | None = None,
        marketplace_ids: Iterable[str] | None = None,
    ) -> tuple[Report, ...]:
        """All reports of a kind since a moment, each once (0.0222/s a page, burst 10).

        Those that another program or Amazon itself requested are among them.

        :param report_types: 1 to 10
        :param created_since: aware; Amazon keeps reports for 90 days
        :param marketplace_ids: 1 to 10, reports of at least one of them; None for all
        :raise ValueError: for arguments Amazon would refuse
        :raise SpApiError: see `errors`; never a part of the list
        """
        asked = processing.search(
            "reportTypes", report_types, created_since, created_until, marketplace_ids
        )

        def ask(parameters: dict) -> tuple[tuple[Report, ...], str | None]:
            api = library.reports(self._transport, GET_REPORTS)
            return parse_reports(api.get_reports(**parameters), GET_REPORTS)

        reports = every_page(ask, asked, GET_REPORTS)
        return tuple({report.report_id: report for report in reports}.values())

    def download_report(self, report: Report) -> ReportContent:
        """What a finished report says (0.0167/s, burst 15), whole and still packed.

        An address whose time is over is renewed once. May be done again, e.g. after a
        restart. One of `RESTRICTED_REPORTS` is asked for with a token of its own
        (createRestrictedDataToken, 1/s, burst 10).

        :param Report report: as `get_report` returned it
        :raise ValueError: it is not finished
        :raise ReportFailed: it ended without anything to download
        :raise NotFound: Amazon keeps documents for a limited time
        :raise LinkExpired: also the renewed address does not work
        :raise Unavailable: reason ``answer`` for what is not whole, too large, or kept
            anywhere but in Amazon's storage
        :raise SpApiError: see `errors`
        """
        if not report.is_finished:
            raise ValueError("The report is not finished.")
        if failure := report.failure:
            raise failure
        if report.document_id is None:  # `failure` has said so already
            raise ValueError("The report has no document.")
        return self._download_content(
            report.document_id,
            report.marketplace_ids,
            report.report_type in RESTRICTED_REPORTS,
        )

    def get_report_reason(self, report: Report) -> str:
        """What Amazon says about a ``FATAL`` report; ``""`` when it says nothing.

        :return: one line, safe to log and to show
        :raise SpApiError: see `errors`
        """
        if report.document_id is None:
            return ""
        content = self._download_content(report.document_id, report.marketplace_ids)
        return content.summary()

    def _download_content(
        self,
        document_id: str,
        marketplace_ids: tuple[str, ...],
        is_restricted: bool = False,
    ) -> ReportContent:
        body, is_packed, content_type = processing.load(
            self._transport,
            GET_REPORT_DOCUMENT,
            _DOCUMENTS,
            document_id,
            self._storage.fetch,
            is_restricted,
        )
        place = marketplace_ids[0] if marketplace_ids else None
        return ReportContent(body, is_packed, content_type, place).checked()


def _options(options: Mapping[str, str]) -> dict[str, str]:
    return {
        verbatim(name, "The name of an option"): verbatim(value, "An option")
        for name, value in options.items()
    }
