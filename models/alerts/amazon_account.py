"""When people hear of an account, and when they do not (features A7, K3).

* Dates that end an authorization: Amazon wants a seller's consent once a year and a new
  client secret twice a year; whoever misses it gets no more orders.
* Failures of a run: one mail per run and account, silence otherwise.
* The dead-man check: no notice must not mean that the sync stands still. A scheduled
  action of its own checks whether orders were synchronized lately. When they were not,
  the responsible gets one activity; the next successful sync closes it.
"""

import logging
from datetime import timedelta
from typing import NamedTuple

from markupsafe import Markup

from odoo import _, api, fields, models
from odoo.exceptions import ValidationError

from ...tools.personal_words import describe_for_log

# More of them would not be read; the list in Odoo has them all.
LISTED = 20
CONSENT_DAYS = 365
SECRET_DAYS = 180
NOTICE = timedelta(days=30)
_logger = logging.getLogger(__name__)
ACTIVITY = "amazon_connector.mail_activity_type_no_sync"


class Reminder(NamedTuple):
    """Names of the fields of one date, and of the activity."""

    date: str
    expiry: str
    notified: str
    activity: str


CONSENT = Reminder(
    "consent_date",
    "consent_expiry",
    "is_consent_told",
    "amazon_connector.mail_activity_type_consent",
)
SECRET = Reminder(
    "secret_date",
    "secret_expiry",
    "is_secret_told",
    "amazon_connector.mail_activity_type_secret",
)


class AmazonAccount(models.Model):
    _inherit = "amazon.account"

    consent_date = fields.Date(
        "Authorized on",
        copy=False,
        help="When the seller let the app in. Set by linking; correct it when you "
        "authorized the app earlier.",
    )
    consent_expiry = fields.Date(
        "Authorization ends on", compute="_compute_expiry", store=True
    )
    is_consent_told = fields.Boolean(readonly=True, copy=False)
    secret_date = fields.Date(
        "Client secret of",
        copy=False,
        help="When Amazon made the client secret. Set when you enter one; correct it "
        "when it is older.",
    )
    secret_expiry = fields.Date(
        "Client secret ends on", compute="_compute_expiry", store=True
    )
    is_secret_told = fields.Boolean(readonly=True, copy=False)
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

    def _report_failures(self):
        """Mail the responsible what failed and what to do, once for each row."""
        failed = self.env["amazon.submission"].search(
            [
                ("account_id", "=", self.id),
                ("state", "=", "failed"),
                ("is_reported", "=", False),
            ]
        )
        waiting = self._find_unreported_waiting()
        if not (failed or waiting):
            return
        failed._note_reported()
        for line in waiting:
            line.amazon_waiting_reported = line.amazon_waiting
        responsible = self._get_responsible()
        self.with_context(mail_notify_author=True).message_notify(
            partner_ids=responsible.partner_id.ids,
            subject=_(
                "Amazon %(name)s: %(count)s failed",
                name=self.name,
                count=len(failed) + len(waiting.order_id),
            ),
            body=self._prepare_failure_body(failed, waiting.order_id),
            force_send=False,  # by the queue of mails: no mail server in this step
        )

    def _find_unreported_waiting(self):
        """Find lines that Amazon waits for in vain and that no mail has mentioned.

        :return: sale.order.line
        """
        lines = self.env["sale.order.line"].search(
            [
                ("amazon_waiting", ">", 0),
                ("company_id", "=", self.company_id.id),
                ("order_id.amazon_account_id", "=", self.id),
            ]
        )
        return lines.filtered(
            lambda line: line.amazon_waiting != line.amazon_waiting_reported
        )

    def _prepare_failure_body(self, failed, waiting):
        """Compose the mail on failed reports.

        :param failed: amazon.submission
        :param waiting: sale.order whose goods Amazon waits for in vain
        :return Markup: the text of the mail
        """
        texts = [(row.display_name, row.error_message) for row in failed[:LISTED]]
        texts += [
            (order.name, order.amazon_waits_message) for order in waiting[:LISTED]
        ]
        items = Markup().join(Markup("<li><b>%s</b>: %s</li>") % text for text in texts)
        return Markup("<p>%s</p><ul>%s</ul><p>%s</p>") % (
            _("Amazon could not be told of the following; it is waiting for you:"),
            items,
            _(
                "Fix the cause, then press “Retry” on the document or under Amazon > "
                "Orders > Problems, where all of them stand."
            ),
        )

    @api.depends("consent_date", "secret_date")
    def _compute_expiry(self):
        for account in self:
            consent, secret = account.consent_date, account.secret_date
            account.consent_expiry = consent and consent + timedelta(days=CONSENT_DAYS)
            account.secret_expiry = secret and secret + timedelta(days=SECRET_DAYS)

    @api.constrains("sync_alarm_hours", "call_log_days")
    def _check_watching(self):
        if any(account.sync_alarm_hours < 0 for account in self):
            raise ValidationError(_("The hours until the alarm can not be negative."))
        if any(account.call_log_days < 1 for account in self):
            raise ValidationError(_("Keep the call log for one day at least."))

    # === CRUD METHODS === #

    @api.model
    def _vals_for_expiry_dates(self, vals):
        """Return the dates of new keys: today, unless one is given. A new date is a new
        term, of which nobody was reminded yet."""
        dates = {}
        today = fields.Date.context_today(self)
        for key, reminder in (
            ("refresh_token", CONSENT),
            ("lwa_client_secret", SECRET),
        ):
            if vals.get(key) and reminder.date not in vals:
                dates[reminder.date] = today
            if reminder.date in vals or reminder.date in dates:
                dates[reminder.notified] = False
        return dates

    def _close_expiry_reminders(self, vals):
        """Close the activities of the dates that were written."""
        for reminder in (CONSENT, SECRET):
            if reminder.date in vals:
                self.activity_feedback([reminder.activity])

    # === BUSINESS METHODS === #

    @api.model
    def _cron_remind(self):
        """Remind of what ends within 30 days, once for each date."""
        limit = fields.Date.context_today(self) + NOTICE
        for reminder in (CONSENT, SECRET):
            accounts = self.sudo().search(
                [
                    ("is_linked", "=", True),
                    (reminder.expiry, "<=", limit),
                    (reminder.notified, "=", False),
                ]
            )
            for account in accounts:
                account._in_company()._run_step(account._remind, reminder)

    def _remind(self, reminder):
        """Schedule an activity for the responsible and send them a mail.

        :param Reminder reminder: CONSENT or SECRET
        """
        self[reminder.notified] = True
        responsible = self._get_responsible()
        account = self.with_context(lang=responsible.lang, mail_notify_author=True)
        summary, text = account._prepare_reminder(reminder)
        # The mail below says more than Odoo's own on the activity: one is enough.
        self._call_responsible(
            account.with_context(mail_activity_quick_update=True),
            reminder.activity,
            text,
            date_deadline=self[reminder.expiry],
            summary=summary,
        )
        account.message_notify(
            partner_ids=responsible.partner_id.ids,
            subject=f"{self.name}: {summary}",
            body=Markup("<p>%s</p>") % text,
            force_send=False,  # by the queue of mails: no mail server in this step
        )

    def _prepare_reminder(self, reminder):
        """Compose the reminder of a date.

        :return tuple: (summary, text)
        """
        values = {
            "name": self.name,
            "date": fields.Date.to_string(self[reminder.expiry]),
        }
        if reminder is CONSENT:
            return _("Renew the authorization at Amazon"), _(
                "The authorization of “%(name)s” ends on %(date)s; from then on Amazon "
                "gives no more orders. Open the account and press “Link Again”.",
                **values,
            )
        return _("Renew the client secret at Amazon"), _(
            "The client secret of “%(name)s” ends on %(date)s; from then on Amazon "
            "answers nothing. In Seller Central (Apps and Services > Develop Apps > "
            "View LWA credentials) make a new one, then open the account, press “Link "
            "Again” and paste it.",
            **values,
        )

    @api.model
    def _vals_for_alarm(self, vals):
        """Return the values by which the time until the alarm starts afresh."""
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
        """Answer whether the alarm is to be raised.

        :return bool: whether orders should have been read by now
        """
        now = fields.Datetime.now()  # what is later is of a clock that was ahead
        limit = now - timedelta(hours=self.sync_alarm_hours)
        times = [self.last_orders_run, self.sync_watched_since]
        return not any(moment and limit < moment <= now for moment in times)

    def _raise_sync_alarm(self):
        """Call the responsible."""
        self.sync_alarm_at = fields.Datetime.now()
        self._call_responsible(self, ACTIVITY, self._explain_silence())

    def _end_sync_alarm(self):
        """End the alarm: orders are synchronized again, or nobody waits for them any
        more.
        """
        self.sync_alarm_at = False
        self.activity_unlink([ACTIVITY])

    def _explain_silence(self):
        """Explain the alarm to the responsible.

        :return str: what happened and what to do, for a shop manager
        """
        lines = [
            _(
                "No orders could be read from Amazon for more than %(hours)s h. "
                "New orders may be waiting there: look into Seller Central what has "
                "to be shipped.",
                hours=self.sync_alarm_hours,
            )
        ]
        cron = self.env.ref("amazon_connector.ir_cron_sync_orders").sudo()
        if not cron.active:
            lines.append(
                _(
                    "The scheduled action “%(name)s” is switched off. Ask your "
                    "administrator to switch it on.",
                    name=cron.name,
                )
            )
        elif self.connection_message:
            lines.append(self.connection_message)
        else:
            lines.append(
                _(
                    "Press “Sync Orders” on the account: it says what is wrong. If it "
                    "works, ask your administrator whether scheduled actions run."
                )
            )
        lines.append(_("This activity goes by itself when orders are read again."))
        return "\n".join(lines)
