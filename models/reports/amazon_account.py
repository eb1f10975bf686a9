"""Reports, read from the top down: cron -> account -> report -> page of rows.

Whoever needs a report requests it here. Amazon is asked for it, then asked how far it
is, until it can be downloaded. Its rows are worked through page by page; each page is
written and committed together with the position, so that a download that stopped goes
on where it was. What goes wrong on the way is decided here, too.
"""

import logging
from collections import Counter
from datetime import timedelta
from itertools import chain, islice

from psycopg2 import OperationalError

from odoo import _, api, fields, models

from ...amazon_api import (
    MINIMUM_INTERVAL,
    ConfigError,
    NotFound,
    OutcomeUnknown,
    Permanent,
    Retryable,
    SpApiError,
    Throttled,
    Unavailable,
    find_report,
    read_listings,
    read_orders,
)
from ...tools.amazon_time import aware_utc
from ...tools.personal_words import describe_for_log
from ..outbox.amazon_account import CONFIG_WAIT, PAUSE, is_general
from .amazon_report import OPEN_STATES, REPORT_TYPES

_logger = logging.getLogger(__name__)
# Rows of one step. Listings cost little, most of the time nothing has changed.
PAGE_ROWS = {"catalogue": 5000, "orders": 1000}
# An app without the role for these works in all other respects.
OPTIONAL = ("fbm_returns", "fba_returns", "invoice_data")
# Amazon's clock and ours.
MARGIN = timedelta(minutes=10)
# After that a report is not expected any more.
GIVE_UP_AFTER = timedelta(days=1)
# 1, 2, 4 … minutes after the request; Amazon needs minutes, at times an hour.
FIRST_POLL = timedelta(minutes=1)
LONGEST_WAIT = timedelta(minutes=15)
# After that a report can not be read for good.
UNREADABLE_AFTER = timedelta(hours=2)


def _rows_of(report, content):
    """Read the rows of a report, by its kind.

    :param ReportContent content:
    :return iterator: Listing, ReportedOrder or UnreadableRow
    :raise Unavailable: this is not that report
    """
    if report.report_type == "catalogue":
        return read_listings(content)
    stated = read_orders(content)
    return chain(stated.orders, stated.unreadable)


class AmazonAccount(models.Model):
    _inherit = "amazon.account"

    last_reports_run = fields.Datetime("Last reports", readonly=True, copy=False)

    def _ask_for_report(self, kind, marketplaces, date_from=False, date_to=False):
        """See to it that a report is read soon. Amazon is not called yet.

        :param str kind: catalogue (of one marketplace) or orders
        :param marketplaces: amazon.marketplace
        :param datetime date_from: of what it covers, UTC; False: not said
        :param datetime date_to: UTC
        :return: amazon.report; the one that is under way, or that was read shortly
            before (Amazon would cancel another one), else a new one
        """
        self.ensure_one()
        places = ",".join(sorted(marketplaces.mapped("api_ref")))
        key = f"{kind}/{places}/{date_from or ''}/{date_to or ''}"
        report = self._find_report_of(key)
        if report.state == "failed":
            report._set_todo({"attempts": 0})
        if report:
            if report.state == "todo":
                report._trigger_cron(report.next_try_at or None)
            return report
        report = report.create(
            {
                "account_id": self.id,
                "report_type": kind,
                "marketplace_ids": [fields.Command.set(marketplaces.ids)],
                "date_from": date_from,
                "date_to": date_to,
                "request_key": key,
            }
        )
        report._trigger_cron()
        return report

    def _find_report_of(self, key):
        """Find a report that makes a new request needless.

        :param str key: what is asked for
        :return: amazon.report that answers it, one that failed, or none
        """
        recently = fields.Datetime.now() - MINIMUM_INTERVAL
        reports = self.env["amazon.report"].search(
            [
                ("account_id", "=", self.id),
                ("request_key", "=", key),
                "|",
                ("state", "in", [*OPEN_STATES, "failed"]),
                ("requested_at", ">", recently),
            ]
        )
        failed = reports.filtered(lambda report: report.state == "failed")
        under_way = reports.filtered(lambda report: report.state in OPEN_STATES)
        return (under_way or reports - failed or failed)[:1]

    def _postpone_report(self, report, error, counts):
        """A passing error, or a setting to correct: nothing has failed.

        :param SpApiError error: Retryable or ConfigError
        """
        kind, wait = "retryable", self._get_report_wait(report, error)
        if isinstance(error, ConfigError):
            kind, wait = "config", CONFIG_WAIT
        message = self._note_error(error)
        until = fields.Datetime.now() + wait
        values = {"error_kind": kind, "error_message": message}
        self._run_step(report._wait, until, values)
        counts["postponed"] += 1
        # A quota belongs to its operation: others may go on.
        if is_general(error) and not isinstance(error, Throttled):
            counts["stopped"] = 1

    def _get_report_wait(self, report, error):
        """Choose when to ask again, unless Amazon has said it.

        :return timedelta: the older the report, the longer
        """
        if isinstance(error, Throttled) and error.retry_after:
            return timedelta(seconds=error.retry_after)
        since = report.requested_at or report.create_date
        age = fields.Datetime.now() - since
        return min(max(age, FIRST_POLL), LONGEST_WAIT)

    def _fail_report(self, report, kind, message, counts):
        self._run_step(report._set_failed, kind, message)
        counts["failed"] += 1

    def _note_unreadable(self, report, error):
        """Decide whether an incomplete report is read again; after a while a new one is
        better.

        :raise Unavailable: it is worth another try
        """
        age = fields.Datetime.now() - report.requested_at
        is_broken = isinstance(error, NotFound) or error.reason == "answer"
        if not is_broken or (
            age < UNREADABLE_AFTER and not isinstance(error, NotFound)
        ):
            raise error
        message = _("What Amazon sent can not be read: %s", error.message)
        self._run_step(report._ask_again, message)

    # === BUSINESS METHODS === #

    @api.model
    def _cron_read_reports(self):
        """Work on the reports of all accounts, the longest waiting account first."""
        self._run_by_turns(
            "last_reports_run",
            lambda account, budget: account._work_on_reports(budget),
            _logger,
            self.env["amazon.report"]._trigger_cron,
            [("is_linked", "=", True)],
        )

    def _work_on_reports(self, budget):
        """Do what is due about each report. Never raises because of Amazon or a report.

        :param TimeBudget budget: no step begins after its end
        :return Counter: reports that are requested, done, empty, failed, postponed;
            left: whether one is due still, stopped: whether an error ended the run
        """
        self.ensure_one()
        counts = Counter()
        due = self.env["amazon.report"]._get_due(self)
        if not due:
            return counts
        try:
            with self._get_partner() as partner:
                for report in due:
                    if budget.is_over or counts["stopped"]:
                        counts["left"] = 1
                        break
                    self._try_report(report, partner, budget, counts)
        except SpApiError as error:  # no call could be made at all
            counts["stopped"] = 1
            self._note_error(error)
        self._run_step(self._end_reports_run, counts)
        _logger.info("account %s: reports %s", self.id, dict(counts))
        return counts

    def _end_reports_run(self, counts):
        self.last_reports_run = fields.Datetime.now()
        reports = self.env["amazon.report"]
        next_due = reports._get_next_due(self)
        if next_due:
            is_ready = counts["left"] and not counts["stopped"]
            soon = fields.Datetime.now() + (timedelta() if is_ready else PAUSE)
            reports._trigger_cron(max(next_due, soon))

    # === One report === #

    def _try_report(self, report, partner, budget, counts):
        """Work on one report; whatever goes wrong with it stops no other.

        :param Counter counts: gets what came of it
        """
        try:
            if report.state == "unknown":
                self._find_lost_report(partner, report)
            if report.state == "todo":
                self._request_report(partner, report, counts)
            elif report.state in ("requested", "reading"):
                self._follow_report(partner, report, budget, counts)
        except OutcomeUnknown:
            message = _("Amazon's answer was lost. Odoo asks whether it is made.")
            until = fields.Datetime.now() + FIRST_POLL
            values = {"error_kind": "retryable", "error_message": message}
            self._run_step(report._wait, until, values)
        except (Retryable, ConfigError) as error:
            is_denied = isinstance(error, ConfigError) and error.reason == "role"
            if is_denied and report.report_type in OPTIONAL:
                message = self._explain_denied_report(report, error)
                self._fail_report(report, "permanent", message, counts)
            else:
                self._postpone_report(report, error, counts)
        except Permanent as error:
            self._fail_report(report, "permanent", self._explain(error), counts)
        except OperationalError:
            raise  # others were quicker, or the database is gone: nothing of it fails
        except Exception as error:
            _logger.error("report %s stopped\n%s", report.id, describe_for_log(error))
            self._fail_report(report, "internal", self._describe(error), counts)

    def _explain_denied_report(self, report, error):
        """Say which role the app lacks.

        :param ConfigError error: of an optional report
        :return str: cause and remedy
        """
        if report.report_type == "invoice_data":
            return self._explain_invoice_data_role()
        return self._explain(error)

    def _request_report(self, partner, report, counts):
        """Operation createReport."""
        if not self._run_step(report._set_asking):
            return
        try:
            report_ref = partner.create_report(**report._prepare_request())
        except OutcomeUnknown:
            raise
        except SpApiError:  # Amazon did not take it
            self._run_step(report._set_todo, {"attempts": report.attempts - 1})
            raise
        counts["requested"] += 1
        self._run_step(
            report._set_requested, report_ref, fields.Datetime.now() + FIRST_POLL
        )

    def _find_lost_report(self, partner, report):
        """Find out whether Amazon took a request: it lists what it makes (operation
        getReports)."""
        if not self._run_step(report._set_looking):
            return
        since = aware_utc(report.requested_at) - MARGIN
        listed = partner.get_reports([REPORT_TYPES[report.report_type]], since)
        wanted = report._prepare_request()
        wanted.pop("options")
        found = find_report(listed, created_since=since, **wanted)
        if found:
            self._run_step(report._set_requested, found.report_id, False)
        else:
            self._run_step(report._set_todo)

    def _follow_report(self, partner, report, budget, counts):
        """Ask how far it is (operation getReport) and read it when it is there."""
        try:
            stated = partner.get_report(report.report_ref)
        except NotFound:
            self._run_step(report._ask_again, _("Amazon does not know it any more."))
            return
        age = fields.Datetime.now() - report.requested_at
        if not stated.is_finished and age < GIVE_UP_AFTER:
            wait = min(max(age, FIRST_POLL), LONGEST_WAIT)
            self._run_step(report._wait, fields.Datetime.now() + wait)
        elif not stated.is_finished:
            message = _("Amazon did not finish it within a day. Press Retry.")
            self._fail_report(report, "permanent", message, counts)
        elif stated.status == "CANCELLED":
            counts["empty"] += 1
            self._run_step(report._set_empty)
        elif stated.failure:
            reason = self._get_report_reason(partner, stated)
            message = _("Amazon could not make it. %s", reason).strip()
            self._run_step(report._ask_again, message)
        else:
            self._read_report(partner, report, stated, budget, counts)

    def _get_report_reason(self, partner, stated):
        """Ask Amazon why a report failed.

        :return str: what Amazon says about its failure, "" when it can not be had
        """
        try:
            return partner.get_report_reason(stated)
        except SpApiError:
            return ""

    # === Its rows === #

    def _read_report(self, partner, report, stated, budget, counts):
        """Go on from its position, as far as the time goes (operation
        getReportDocument).

        :param Report stated: as Amazon says it is
        """
        try:
            content = partner.download_report(stated)
            self._run_step(report._set_reading, stated.document_id, content.row_count)
            if read := self._get_reader_at_once(report):
                self._run_step(self._read_at_once, report, content, read)
                counts["done"] += 1
                return
            kind, position = report.report_type, report.position
            rows = islice(_rows_of(report, content), position, None)
        except (NotFound, Unavailable) as error:
            self._note_unreadable(report, error)
            return
        while page := list(islice(rows, PAGE_ROWS[kind])):
            if budget.is_over:
                counts["left"] = 1
                return
            self._run_step(self._read_page, report, position, page)
            position += len(page)
        if position:
            self._run_step(self._end_report, report, position, content)
            counts["done"] += 1
        else:
            self._run_step(report._set_empty)
            counts["empty"] += 1

    def _get_reader_at_once(self, report):
        """Choose the method for a report that is read in one step.

        :return callable|None: None: it is read page by page
        """
        return {
            "fba_returns": self._read_returns_report,
            "fbm_returns": self._read_returns_report,
            "invoice_data": self._read_invoice_data,
            "settlement": self._read_settlement_report,  # as a whole or not at all
        }.get(report.report_type)

    def _read_at_once(self, report, content, read):
        """Take over a report as a whole, and close it in the same step.

        :param ReportContent content:
        :param callable read: see _get_reader_at_once
        """
        report.invalidate_recordset(["state"])
        if report.state == "reading":  # else another worker was here
            read(report, content)

    def _read_page(self, report, position, rows):
        """Write what a page of rows says.

        :param int position: of its first row
        :param list rows: of the report's kind, those that can not be read among them
        """
        report.invalidate_recordset(["position"])
        if report.position != position:
            return  # another worker was here
        if report.report_type == "catalogue":
            changed = self._read_catalogue_rows(report, rows)
        else:
            changed = self._read_orders_rows(report, rows)
        report.write(
            {
                "position": position + len(rows),
                "changed_count": report.changed_count + (changed or 0),
            }
        )

    def _end_report(self, report, position, content):
        """Close a report whose rows are all read; ``_end_…_report`` describes the
        result.

        :param int position: behind the last row
        :param ReportContent content: once more from its start, for whoever has to see
            all of it at once
        """
        report.invalidate_recordset(["position", "state"])
        if (report.state, report.position) != ("reading", position):
            return  # another worker was here, or still is
        if report.report_type == "catalogue":
            summary = self._end_catalogue_report(report, content)
        else:
            summary = self._end_orders_report(report)
        report._close("done", summary=summary)
        self._note_connected()
