"""Facts out, read from the top down: cron -> account -> row -> verdict.

What Odoo owes Amazon are rows of ``amazon.submission``. They are claimed and committed,
sent while no write is open, and get their verdict one by one. What nobody knows the
outcome of is asked for before anything is sent again.
"""

import logging
import time
from collections import Counter
from datetime import timedelta

from psycopg2 import Error as DatabaseError

from odoo import _, api, fields, models

from ..amazon_api import (
    ConfigError,
    OutcomeUnknown,
    Retryable,
    SpApiError,
    Throttled,
    Unavailable,
)
from .personal_words import describe_for_log
from .queue_step import TimeBudget, get_cron_seconds

_logger = logging.getLogger(__name__)

BUTTON_SECONDS = 15
# So many rows in trouble in one run, and the trouble is not theirs.
MOST_TROUBLES = 3
# Confirmations may leave every half second: such a wait is slept through, between two
# commits; everything longer is left to the next run.
SHORT_WAIT = 2.0
SHORTEST_WAIT = 0.05
CONFIG_WAIT = timedelta(hours=1)
PAUSE = timedelta(minutes=1)


class AmazonAccount(models.Model):
    _inherit = "amazon.account"

    last_submissions_run = fields.Datetime("Last messages", readonly=True, copy=False)

    # === ACTION METHODS === #

    def action_sync_pickings(self):
        """Tell Amazon now of the shipments that wait.

        :return dict: client action, a notification with the counts
        """
        self._check_may_use()
        self = self.sudo()._in_company()
        self._check_linked()
        tally = self._send_submissions(TimeBudget(BUTTON_SECONDS))
        kind = "success"
        if tally["failed"] or tally["trouble"]:
            kind = "danger" if tally["stopped"] else "warning"
        return self._notify(self._describe_submissions(tally), kind)

    def action_send_held(self):
        """Let go what the dry run held back.

        :return dict: client action, a notification with the count
        """
        self._check_may_use()
        self = self.sudo()._in_company()
        held = self.env["amazon.submission"].search(
            [
                ("account_id", "=", self.id),
                ("state", "=", "held"),
                ("kind", "!=", "stock"),  # quantities are old by now
            ]
        )
        return held._retry()

    def _describe_submissions(self, tally):
        """:param Counter tally: see _send_submissions
        :return str: the counts in words"""
        parts = [
            text % tally[key]
            for key, text in [
                ("done", _("Confirmed to Amazon: %s.")),
                ("submitted", _("Sent, Amazon works on it: %s.")),
                ("held", _("Dry run, nothing was sent: %s.")),
                ("failed", _("Failed: %s, see the problems.")),
                ("unknown", _("Answer lost: %s, Odoo asks Amazon.")),
                ("postponed", _("To be tried again: %s.")),
            ]
            if tally[key]
        ]
        held = self.held_submission_count + self.held_stock_count
        if self.dry_run and not parts and held:
            parts.append(_("Dry run: %s are held back.", held))
        if tally["stopped"] and self.connection_message:
            parts.append(self.connection_message)
        elif tally["left"]:
            parts.append(_("The rest follows by itself."))
        return " ".join(parts) or _("Amazon knows of all shipments.")

    # === BUSINESS METHODS === #

    @api.model
    def _cron_send_submissions(self):
        """Send what all accounts owe, the longest waiting account first."""
        budget = TimeBudget(get_cron_seconds())
        accounts = self.sudo().search(
            [("is_linked", "=", True)], order="last_submissions_run NULLS FIRST, id"
        )
        self._for_each_account(
            accounts,
            lambda account: account._send_submissions(budget),
            _logger,
            self.env["amazon.submission"]._trigger_cron,
            budget,
        )

    def _send_submissions(self, budget):
        """Send what is due. Never raises because of Amazon or a row.

        :param TimeBudget budget: no call begins after its end
        :return Counter: rows that are done, submitted, held, failed, unknown,
            postponed; trouble: calls that did not succeed, stopped: whether that ended
            the run, left: whether rows are due still
        """
        self.ensure_one()
        tally = Counter()
        rows = self.env["amazon.submission"]
        self._run_step(rows._note_interrupted, self)
        self._run_step(self.env["amazon.feed"]._note_interrupted, self)
        next_due = rows._get_next_due(self)
        if not next_due or next_due > fields.Datetime.now():
            self._run_step(self._report_failures)
            return tally
        try:
            with self._get_partner() as partner:
                self._ask_for_shipments(partner, budget, tally)
                self._ask_for_feeds(partner, budget, tally)
                self._poll_feeds(partner, budget, tally)
                self._send_shipments(partner, budget, tally)
                for kind in ("cancellation", "stock"):
                    self._send_feeds(partner, budget, tally, kind)
        except SpApiError as error:  # no call could be made at all
            tally["stopped"] = 1
            self._note_trouble(error)
        self._run_step(self._end_submissions_run, tally)
        _logger.info("account %s: messages %s", self.id, dict(tally))
        return tally

    def _end_submissions_run(self, tally):
        """Report what failed, and see to it that the rest is sent."""
        self.last_submissions_run = fields.Datetime.now()
        if tally["done"] and not tally["trouble"]:
            self._note_connected()
        self._report_failures()
        rows = self.env["amazon.submission"]
        next_due = rows._get_next_due(self)
        if next_due and not self.dry_run:
            pause = timedelta() if tally["left"] else PAUSE
            rows._trigger_cron(max(next_due, fields.Datetime.now() + pause))

    # === Sending === #

    def _send_shipments(self, partner, budget, tally):
        """Confirm packages (operation confirmShipment), one call for each."""
        while not (tally["stopped"] or tally["left"]):
            rows = self._run_step(
                self.env["amazon.submission"]._claim, self, "shipment"
            )
            if not rows:
                return
            shipments = rows._prepare_shipments()
            for position, row in enumerate(rows):
                if budget.is_over:
                    tally["left"] = 1
                elif not tally["stopped"]:
                    self._send_row(partner, budget, row, tally, shipments.get(row))
                    continue
                self._run_step(rows[position:]._unclaim)
                break

    def _send_row(self, partner, budget, row, tally, shipment):
        """Send one row and write down its verdict.

        :param Counter tally: gets the verdict; stopped: the next ones must wait
        :param Shipment shipment: see _send_shipment
        """
        try:
            verdict = row._send_shipment(self, partner, shipment)
        except Throttled as error:
            wait = error.retry_after or 0
            if not error.status and wait <= SHORT_WAIT and not budget.is_over:
                time.sleep(max(wait, SHORTEST_WAIT))  # our own count, no refusal
                return self._send_row(partner, budget, row, tally, shipment)
            return self._postpone_row(row, error, tally)
        except (Retryable, ConfigError) as error:
            return self._postpone_row(row, error, tally)
        except OutcomeUnknown:
            verdict = "unknown"
            self._run_step(
                row._set_unknown,
                _("Amazon's answer was lost. Odoo asks Amazon before it sends again."),
            )
            self._count_trouble(tally)
        except DatabaseError:
            raise  # what Amazon said could not be written down: it will be asked
        except Exception as error:
            verdict = self._fail_row(row, error)
        tally[verdict] += 1
        return None

    def _fail_row(self, row, error):
        """Something unexpected: this row alone waits for a person."""
        details = describe_for_log(error)
        _logger.error("message %s can not be sent\n%s", row.id, details)
        self._run_step(row._set_failed, "internal", row._describe(error))
        return "failed"

    def _ask_for_shipments(self, partner, budget, tally):
        """Ask for the packages whose confirmation has an unknown outcome (operation
        getOrder)."""
        rows = self._run_step(
            self.env["amazon.submission"]._claim_unknown, self, "shipment"
        )
        for row in rows:
            if budget.is_over or tally["stopped"]:
                tally["left"] = 1
                return
            try:
                verdict = row._find_at_amazon(self, partner)
            except (Retryable, ConfigError) as error:
                self._postpone_row(row, error, tally)
                continue
            except DatabaseError:
                raise
            except Exception as error:
                verdict = self._fail_row(row, error)
            if verdict != "todo":  # those are sent in a moment, and counted then
                tally[verdict] += 1

    # === Troubles === #

    def _postpone_row(self, row, error, tally):
        """A passing trouble or a setting to mend: the row waits, it never fails.

        :param SpApiError error: Retryable or ConfigError
        """
        kind, wait = self._get_postponement(error, row)
        message = self._note_trouble(error)
        self._run_step(row._postpone, kind, message, fields.Datetime.now() + wait)
        tally["postponed"] += 1
        self._count_trouble(tally, is_general=is_general(error))

    def _get_postponement(self, error, row):
        """:param row: amazon.submission that waits
        :return tuple: kind of the trouble, timedelta until the next try"""
        if isinstance(error, ConfigError):
            return "config", CONFIG_WAIT
        if isinstance(error, Throttled):
            return "retryable", timedelta(
                seconds=error.retry_after or PAUSE.total_seconds()
            )
        return "retryable", row._get_wait()

    def _count_trouble(self, tally, is_general=False):
        tally["trouble"] += 1
        if is_general or tally["trouble"] >= MOST_TROUBLES:
            tally["stopped"] = 1

    def _wake_submissions(self):
        rows = self.env["amazon.submission"].search(
            [
                ("account_id", "=", self.id),
                ("state", "in", ("todo", "unknown", "submitted")),
                ("error_kind", "=", "config"),
            ]
        )
        if rows:
            rows.next_try_at = False
            rows._trigger_cron()


def is_general(error):
    """:return bool: whether the next row would meet the same trouble"""
    if isinstance(error, ConfigError):
        return error.reason not in ("role", "region")
    if isinstance(error, Unavailable):
        return error.reason in ("network", "timeout")
    return isinstance(error, Throttled)
