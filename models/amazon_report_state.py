"""The states of a report, and what is noted with each."""

from datetime import timedelta

from odoo import _, api, fields, models

from ..amazon_api import MINIMUM_INTERVAL
from .amazon_report import OPEN_STATES

# So often a report is asked for before a person is.
MOST_ATTEMPTS = 3
# Longer than a call takes: after it Odoo asks what became of a call it does not
# remember the end of.
CALL_TIME = timedelta(minutes=5)
# Amazon keeps reports for 90 days.
KEPT = timedelta(days=90)


class AmazonReport(models.Model):
    _inherit = "amazon.report"

    def _set_todo(self, values=None):
        """It has to be asked for, as if it never had been.

        :param dict values: what else is written
        """
        self.write(
            {
                "state": "todo",
                "report_ref": False,
                "document_ref": False,
                "position": 0,
                "row_count": 0,
                "changed_count": 0,
                "next_try_at": False,
                "error_kind": False,
                "error_message": False,
                "done_at": False,
                "summary": False,
                **(values or {}),
            }
        )

    def _set_asking(self):
        """Noted before the call: whatever happens to it, Odoo knows what to ask.

        :return bool: False: another worker is at it (asked for twice Amazon would
            cancel one of them, which looks as if there was nothing to tell)
        """
        self.invalidate_recordset(["state"])
        if self.state != "todo":
            return False
        now = fields.Datetime.now()
        self.write(
            {
                "state": "unknown",
                "requested_at": now,
                "attempts": self.attempts + 1,
                "next_try_at": now + CALL_TIME,
            }
        )
        return True

    def _set_looking(self):
        """Noted before Amazon is asked what became of a request.

        :return bool: False: another worker is at it, or has not yet heard the answer;
            what it is about to get would be taken for lost, and asked for twice
        """
        self.invalidate_recordset(["state", "next_try_at"])
        now = fields.Datetime.now()
        is_due = not self.next_try_at or self.next_try_at <= now
        if self.state != "unknown" or not is_due:
            return False
        self.next_try_at = now + CALL_TIME
        return True

    def _set_requested(self, report_ref, next_try_at):
        """:param str report_ref: Amazon's number of the report
        :param datetime next_try_at: when to ask how far it is, UTC"""
        self._wait(next_try_at, {"state": "requested", "report_ref": report_ref})

    def _wait(self, until, values=None):
        """:param datetime until: UTC
        :param dict values: what else is written"""
        self.write(
            {
                "next_try_at": until,
                "error_kind": False,
                "error_message": False,
                **(values or {}),
            }
        )

    def _set_reading(self, document_ref, row_count):
        """:param int row_count: how many there are, empty lines among them"""
        values = {"document_ref": document_ref, "row_count": row_count}
        self._wait(False, {"state": "reading", **values})

    def _ask_again(self, message):
        """Amazon did not bring it: a new one is asked for as soon as Amazon allows, and
        not for ever.

        :param str message: what happened
        """
        if self.attempts >= MOST_ATTEMPTS:
            self._set_failed(
                "permanent",
                _("%s Odoo has asked for it several times. Retry later.", message),
            )
            return
        self._set_todo(
            {
                "next_try_at": self.requested_at + MINIMUM_INTERVAL,
                "error_kind": "retryable",
                "error_message": message,
            }
        )

    def _set_failed(self, kind, message):
        """:param str kind: see error_kind
        :param str message: cause and remedy"""
        self._close("failed", error_kind=kind, error_message=message)

    def _set_empty(self):
        self._close(
            "empty",
            summary=_(
                "Amazon had nothing to tell, or was asked too soon. Nothing was "
                "changed here."
            ),
        )

    def _close(self, state, **values):
        self.write(
            {
                "state": state,
                "done_at": fields.Datetime.now(),
                "next_try_at": False,
                "error_kind": False,
                "error_message": False,
                **values,
            }
        )

    @api.autovacuum
    def _gc_reports(self):
        """What is settled is kept as long as Amazon keeps it."""
        self.search(
            [
                ("state", "not in", OPEN_STATES),
                ("done_at", "<", fields.Datetime.now() - KEPT),
            ]
        ).unlink()
