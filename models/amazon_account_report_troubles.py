"""What becomes of a report when something goes wrong on the way to its last row."""

from datetime import timedelta

from odoo import _, fields, models

from ..amazon_api import ConfigError, NotFound, Throttled
from .amazon_account_submissions import CONFIG_WAIT, is_general

# 1, 2, 4 … minutes after the request; Amazon needs minutes, at times an hour.
FIRST_LOOK = timedelta(minutes=1)
LONGEST_LOOK = timedelta(minutes=15)
# After that a report can not be read for good.
UNREADABLE_AFTER = timedelta(hours=2)


class AmazonAccount(models.Model):
    _inherit = "amazon.account"

    def _postpone_report(self, report, error, tally):
        """A passing trouble, or a setting to mend: nothing has failed.

        :param SpApiError error: Retryable or ConfigError
        """
        kind, wait = "retryable", self._get_report_wait(report, error)
        if isinstance(error, ConfigError):
            kind, wait = "config", CONFIG_WAIT
        message = self._note_trouble(error)
        until = fields.Datetime.now() + wait
        values = {"error_kind": kind, "error_message": message}
        self._run_step(report._wait, until, values)
        tally["postponed"] += 1
        # A quota is one of its operation: others may go on.
        if is_general(error) and not isinstance(error, Throttled):
            tally["stopped"] = 1

    def _get_report_wait(self, report, error):
        """:return timedelta: the older the report, the longer"""
        if isinstance(error, Throttled) and error.retry_after:
            return timedelta(seconds=error.retry_after)
        since = report.requested_at or report.create_date
        age = fields.Datetime.now() - since
        return min(max(age, FIRST_LOOK), LONGEST_LOOK)

    def _fail_report(self, report, kind, message, tally):
        self._run_step(report._set_failed, kind, message)
        tally["failed"] += 1

    def _note_unreadable(self, report, error):
        """What is not whole may be whole the next time; after a while a new report is
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
