"""Dates that end an authorization, and who is reminded of them (feature A7).

Amazon wants a seller's consent once a year and a new client secret twice a year;
whoever misses it gets no more orders.
"""

from datetime import timedelta
from typing import NamedTuple

from markupsafe import Markup

from odoo import _, api, fields, models

CONSENT_DAYS = 365
SECRET_DAYS = 180
NOTICE = timedelta(days=30)


class Reminder(NamedTuple):
    """Names of the fields of one date, and of the activity."""

    date: str
    expiry: str
    is_told: str
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
    is_consent_told = fields.Boolean(copy=False)
    secret_date = fields.Date(
        "Client secret of",
        copy=False,
        help="When Amazon made the client secret. Set when you enter one; correct it "
        "when it is older.",
    )
    secret_expiry = fields.Date(
        "Client secret ends on", compute="_compute_expiry", store=True
    )
    is_secret_told = fields.Boolean(copy=False)

    @api.depends("consent_date", "secret_date")
    def _compute_expiry(self):
        for account in self:
            consent, secret = account.consent_date, account.secret_date
            account.consent_expiry = consent and consent + timedelta(days=CONSENT_DAYS)
            account.secret_expiry = secret and secret + timedelta(days=SECRET_DAYS)

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
                dates[reminder.is_told] = False
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
                    (reminder.is_told, "=", False),
                ]
            )
            for account in accounts:
                account._in_company()._run_step(account._remind, reminder)

    def _remind(self, reminder):
        """An activity and a mail to the responsible.

        :param Reminder reminder: CONSENT or SECRET
        """
        self[reminder.is_told] = True
        admin = self.env.ref("base.user_admin")
        responsible = self.user_id if self.user_id.active else admin
        account = self.with_context(lang=responsible.lang, mail_notify_author=True)
        summary, text = account._prepare_reminder(reminder)
        # The mail below says more than Odoo's own on the activity: one is enough.
        account.with_context(mail_activity_quick_update=True).activity_schedule(
            reminder.activity,
            date_deadline=self[reminder.expiry],
            summary=summary,
            note=text,
            user_id=responsible.id,
        )
        account.message_notify(
            partner_ids=responsible.partner_id.ids,
            subject=f"{self.name}: {summary}",
            body=Markup("<p>%s</p>") % text,
            force_send=False,  # by the queue of mails: no mail server in this step
        )

    def _prepare_reminder(self, reminder):
        """:return tuple: (summary, text)"""
        values = {
            "name": self.name,
            "date": fields.Date.to_string(self[reminder.expiry]),
        }
        if reminder is CONSENT:
            return _("Renew the authorization at Amazon"), _(
                "The authorization of «%(name)s» ends on %(date)s; from then on Amazon "
                "gives no more orders. Open the account and press «Link Again».",
                **values,
            )
        return _("Renew the client secret at Amazon"), _(
            "The client secret of «%(name)s» ends on %(date)s; from then on Amazon "
            "answers nothing. In Seller Central (Apps and Services > Develop Apps > "
            "View LWA credentials) make a new one, then open the account, press «Link "
            "Again» and paste it.",
            **values,
        )
