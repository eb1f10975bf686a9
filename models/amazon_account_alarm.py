"""The dead-man check: silence must not mean that nobody listens (feature K3).

A scheduled action of its own looks whether orders were read lately. When they were not,
the responsible gets one activity; it is closed by the next reading that succeeds.
"""

import logging
from datetime import timedelta

from odoo import _, api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import plaintext2html

from .personal_words import describe_for_log

_logger = logging.getLogger(__name__)

ACTIVITY = "amazon_connector.mail_activity_type_no_sync"


class AmazonAccount(models.Model):
    _inherit = "amazon.account"

    # Longer than any quota or night's maintenance of Amazon, and still soon enough to
    # ship the same day.
    sync_alarm_hours = fields.Integer(
        "Alarm after (hours)",
        default=6,
        required=True,
        help="The responsible gets an activity when no orders could be read for so "
        "long. 0: never.",
    )
    sync_watched_since = fields.Datetime(
        default=fields.Datetime.now, readonly=True, copy=False
    )
    sync_alarm_at = fields.Datetime("Alarm since", readonly=True, copy=False)
    call_log_days = fields.Integer(
        "Keep the call log (days)",
        default=30,
        required=True,
        help="How long you can look up what Odoo asked Amazon and how Amazon answered. "
        "The log holds nothing personal.",
    )

    @api.constrains("sync_alarm_hours", "call_log_days")
    def _check_watching(self):
        if any(account.sync_alarm_hours < 0 for account in self):
            raise ValidationError(_("The hours until the alarm can not be negative."))
        if any(account.call_log_days < 1 for account in self):
            raise ValidationError(_("Keep the call log for one day at least."))

    # === BUSINESS METHODS === #

    @api.model
    def _vals_for_alarm(self, vals):
        """Return that the time starts afresh: before, nobody could expect orders."""
        return {"sync_watched_since": fields.Datetime.now()}

    @api.model
    def _cron_check_sync(self):
        """Raise the alarm for accounts whose orders were not read for too long, and
        end it for those that nobody waits for any more."""
        accounts = self.sudo().with_context(active_test=False).search([])
        for account in accounts:
            try:
                account._in_company()._check_sync()
            except Exception as error:  # one account must not stop the others
                details = describe_for_log(error)
                _logger.error("account %s: check stopped\n%s", account.id, details)
                self._rollback()

    def _check_sync(self):
        """Raise or end the alarm of one account."""
        self.ensure_one()
        is_watched = self.active and self.is_linked and self.sync_alarm_hours
        if not is_watched:
            if self.sync_alarm_at:
                self._run_step(self._end_sync_alarm)
        elif not self.sync_alarm_at and self._is_sync_overdue():
            self._run_step(self._raise_sync_alarm)

    def _is_sync_overdue(self):
        """:return bool: whether orders should have been read by now"""
        limit = fields.Datetime.now() - timedelta(hours=self.sync_alarm_hours)
        times = [self.last_orders_run, self.sync_watched_since]
        return not any(moment and moment > limit for moment in times)

    def _raise_sync_alarm(self):
        """Call the responsible."""
        self.sync_alarm_at = fields.Datetime.now()
        responsible = self.user_id if self.user_id.active else None
        self.activity_schedule(
            ACTIVITY,
            note=plaintext2html(self._explain_silence()),
            user_id=(responsible or self.env.ref("base.user_admin")).id,
        )

    def _end_sync_alarm(self):
        """Orders are read again, or nobody waits for them any more."""
        self.sync_alarm_at = False
        self.activity_unlink([ACTIVITY])

    def _explain_silence(self):
        """:return str: what happened and what to do, for a shop manager"""
        lines = [
            _(
                "No orders could be read from Amazon for more than %(hours)s hours. "
                "New orders may be waiting there: look into Seller Central what has "
                "to be shipped.",
                hours=self.sync_alarm_hours,
            )
        ]
        cron = self.env.ref("amazon_connector.ir_cron_sync_orders").sudo()
        if not cron.active:
            lines.append(
                _(
                    "The scheduled action «%(name)s» is switched off. Ask your "
                    "administrator to switch it on.",
                    name=cron.name,
                )
            )
        elif self.connection_message:
            lines.append(self.connection_message)
        else:
            lines.append(
                _(
                    "Press «Sync Orders» on the account: it says what is wrong. If it "
                    "works, ask your administrator whether scheduled actions run."
                )
            )
        lines.append(_("This activity goes by itself when orders are read again."))
        return "\n".join(lines)
