"""Reports, read from the top down: cron -> account -> report -> page of rows.

Amazon is asked for a report, then asked how far it is, until it can be downloaded. Its
rows are worked through page by page; each page is written and committed together with
the position, so that a reading that stopped goes on where it was.
"""

import logging
from collections import Counter
from datetime import timedelta
from itertools import chain, islice

from psycopg2 import OperationalError

from odoo import _, api, fields, models

from ..amazon_api import (
    ConfigError,
    NotFound,
    OutcomeUnknown,
    Permanent,
    Retryable,
    SpApiError,
    Unavailable,
    find_report,
    read_listings,
    read_orders,
)
from .amazon_account_report_troubles import FIRST_LOOK, LONGEST_LOOK
from .amazon_account_submissions import PAUSE
from .amazon_report import REPORT_TYPES
from .amazon_time import aware_utc
from .personal_words import describe_for_log
from .queue_step import TimeBudget, get_cron_seconds

_logger = logging.getLogger(__name__)

# Rows of one step. Listings cost little, most of the time nothing has changed.
PAGE_ROWS = {"catalogue": 5000, "orders": 1000}
# Amazon's clock and ours.
MARGIN = timedelta(minutes=10)
# After that a report is not expected any more.
GIVE_UP_AFTER = timedelta(days=1)


class AmazonAccount(models.Model):
    _inherit = "amazon.account"

    last_reports_run = fields.Datetime("Last reports", readonly=True, copy=False)

    # === BUSINESS METHODS === #

    @api.model
    def _cron_read_reports(self):
        """Work on the reports of all accounts, the longest waiting account first."""
        budget = TimeBudget(get_cron_seconds())
        accounts = self.sudo().search(
            [("is_linked", "=", True)], order="last_reports_run NULLS FIRST, id"
        )
        self._for_each_account(
            accounts,
            lambda account: account._work_on_reports(budget),
            _logger,
            self.env["amazon.report"]._trigger_cron,
            budget,
        )

    def _work_on_reports(self, budget):
        """Do what is due about each report. Never raises because of Amazon or a report.

        :param TimeBudget budget: no step begins after its end
        :return Counter: reports that are requested, done, empty, failed, postponed;
            left: whether one is due still, stopped: whether a trouble ended the run
        """
        self.ensure_one()
        tally = Counter()
        due = self.env["amazon.report"]._get_due(self)
        if not due:
            return tally
        try:
            with self._get_partner() as partner:
                for report in due:
                    if budget.is_over or tally["stopped"]:
                        tally["left"] = 1
                        break
                    self._try_report(report, partner, budget, tally)
        except SpApiError as error:  # no call could be made at all
            tally["stopped"] = 1
            self._note_trouble(error)
        self._run_step(self._end_reports_run, tally)
        _logger.info("account %s: reports %s", self.id, dict(tally))
        return tally

    def _end_reports_run(self, tally):
        self.last_reports_run = fields.Datetime.now()
        reports = self.env["amazon.report"]
        next_due = reports._get_next_due(self)
        if next_due:
            is_ready = tally["left"] and not tally["stopped"]
            soon = fields.Datetime.now() + (timedelta() if is_ready else PAUSE)
            reports._trigger_cron(max(next_due, soon))

    # === One report === #

    def _try_report(self, report, partner, budget, tally):
        """Whatever goes wrong with one report stops no other.

        :param Counter tally: gets what came of it
        """
        try:
            if report.state == "unknown":
                self._find_lost_report(partner, report)
            if report.state == "todo":
                self._request_report(partner, report, tally)
            elif report.state in ("requested", "reading"):
                self._follow_report(partner, report, budget, tally)
        except OutcomeUnknown:
            message = _("Amazon's answer was lost. Odoo asks whether it is made.")
            until = fields.Datetime.now() + FIRST_LOOK
            values = {"error_kind": "retryable", "error_message": message}
            self._run_step(report._wait, until, values)
        except (Retryable, ConfigError) as error:
            self._postpone_report(report, error, tally)
        except Permanent as error:
            self._fail_report(report, "permanent", self._explain(error), tally)
        except OperationalError:
            raise  # others were quicker, or the database is gone: nothing of it fails
        except Exception as error:
            _logger.error("report %s stopped\n%s", report.id, describe_for_log(error))
            self._fail_report(report, "internal", self._describe(error), tally)

    def _request_report(self, partner, report, tally):
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
        tally["requested"] += 1
        self._run_step(
            report._set_requested, report_ref, fields.Datetime.now() + FIRST_LOOK
        )

    def _find_lost_report(self, partner, report):
        """Nobody knows whether Amazon took the request: it lists what it makes
        (operation getReports)."""
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

    def _follow_report(self, partner, report, budget, tally):
        """Ask how far it is (operation getReport) and read it when it is there."""
        try:
            stated = partner.get_report(report.report_ref)
        except NotFound:
            self._run_step(report._ask_again, _("Amazon does not know it any more."))
            return
        age = fields.Datetime.now() - report.requested_at
        if not stated.is_finished and age < GIVE_UP_AFTER:
            wait = min(max(age, FIRST_LOOK), LONGEST_LOOK)
            self._run_step(report._wait, fields.Datetime.now() + wait)
        elif not stated.is_finished:
            message = _("Amazon did not finish it within a day. Press Retry.")
            self._fail_report(report, "permanent", message, tally)
        elif stated.status == "CANCELLED":
            tally["empty"] += 1
            self._run_step(report._set_empty)
        elif stated.failure:
            reason = self._get_report_reason(partner, stated)
            message = _("Amazon could not make it. %s", reason).strip()
            self._run_step(report._ask_again, message)
        else:
            self._read_report(partner, report, stated, budget, tally)

    def _get_report_reason(self, partner, stated):
        """:return str: what Amazon says about its failure, "" when it can not be had"""
        try:
            return partner.get_report_reason(stated)
        except SpApiError:
            return ""

    # === Its rows === #

    def _read_report(self, partner, report, stated, budget, tally):
        """Go on from its position, as far as the time goes (operation
        getReportDocument).

        :param Report stated: as Amazon says it is
        """
        try:
            content = partner.download_report(stated)
            self._run_step(report._set_reading, stated.document_id, content.row_count)
            kind, position = report.report_type, report.position
            rows = islice(_rows_of(report, content), position, None)
        except (NotFound, Unavailable) as error:
            self._note_unreadable(report, error)
            return
        while page := list(islice(rows, PAGE_ROWS[kind])):
            if budget.is_over:
                tally["left"] = 1
                return
            self._run_step(self._read_page, report, position, page)
            position += len(page)
        if position:
            self._run_step(self._end_report, report, position, content)
            tally["done"] += 1
        else:
            self._run_step(report._set_empty)
            tally["empty"] += 1

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
        """All rows are read; ``_end_…_report`` says in words what came of it.

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


def _rows_of(report, content):
    """:param ReportContent content:
    :return iterator: Listing, ReportedOrder or UnreadableRow
    :raise Unavailable: this is not that report"""
    if report.report_type == "catalogue":
        return read_listings(content)
    told = read_orders(content)
    return chain(told.orders, told.unreadable)
