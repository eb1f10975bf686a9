"""The clock (feature A14): each answer of Amazon states its time, so that a server
whose clock is wrong is noticed; what was noted for a far future is not believed."""

from datetime import timedelta

from babel.dates import format_timedelta

from odoo import _, api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.misc import babel_locale_parse, get_lang

from ...tools.amazon_time import naive_utc

# An answer is some seconds on its way, and states whole seconds.
NOTICED = timedelta(minutes=2)
# A moment that a person types is of the minute in which they do so.
TOLERANCE = timedelta(minutes=2)
# No row of a queue waits longer by itself.
LONGEST_WAIT = timedelta(hours=12)
QUEUES = (
    "amazon_order",
    "amazon_submission",
    "amazon_report",
    "amazon_history",
    "amazon_recovery",
)
TURNS = (
    *("orders_turn_at", "stock_turn_at", "last_orders_run", "last_submissions_run"),
    *("last_reports_run", "last_stock_run"),
)
# What was noted by our clock: nothing of it can lie in the future. Changes of stock,
# for one, would go unseen until the clock has reached what is said to be read.
FORGOTTEN = (
    *("stock_read_until", "last_full_stock_run", "fba_stock_read_at"),
    *("returns_asked_at", "orders_due_at"),
    *("invoice_data_asked_at", "invoice_status_asked_at"),
)
NOTED = {
    "amazon_account": (
        *("orders_page_at", "connection_error_since", "sync_watched_since"),
        *("sync_alarm_at", "transactions_read_until", "returns_seen_at"),
        *("settlements_seen_at", "no_recipients_since", "stock_confirmed_at"),
        *("orders_begin_at", "orders_to_ship_counted_at"),
    ),
    "amazon_order": ("incomplete_since", "held_at"),
    "amazon_submission": ("sent_at", "done_at"),
    "amazon_feed": ("sent_at", "late_at", "done_at"),
    "amazon_report": ("requested_at", "done_at"),
    "amazon_offer": (
        *("sent_at", "sent_since", "forgotten_at", "looked_at", "apply_at"),
        *("vanished_at", "missing_at"),
    ),
    "amazon_history": ("page_at", "run_at"),
    "amazon_recovery": ("page_at",),
}
# Shipments are looked at again at most a day after they were confirmed.
CHECKS_AHEAD = """
    UPDATE amazon_submission SET check_at = %(now)s
     WHERE check_at > %(soon)s + interval '1 day'"""
# What Odoo itself plans by the clock: no scheduled action is planned later than one
# interval from now, unless the clock was ahead.
CRONS_AHEAD = """
    UPDATE ir_cron SET nextcall = %(now)s
     WHERE id IN (SELECT cron.id
                    FROM ir_cron AS cron
                    JOIN ir_model_data AS known
                      ON known.model = 'ir.cron' AND known.res_id = cron.id
                   WHERE known.module = 'amazon_connector' AND cron.active
                     AND cron.nextcall > %(soon)s
                                         + cron.interval_number * CASE interval_type
                                           WHEN 'minutes' THEN interval '1 minute'
                                           WHEN 'hours' THEN interval '1 hour'
                                           ELSE interval '1 day' END
                     FOR UPDATE OF cron SKIP LOCKED)"""


class AmazonAccount(models.Model):
    _inherit = "amazon.account"

    clock_offset = fields.Integer(
        "Clock ahead of Amazon (seconds)",
        readonly=True,
        copy=False,
        help="Measured by the time that Amazon's answers state; less than 0: behind.",
    )
    clock_message = fields.Char("Clock", compute="_compute_clock_message")

    @api.depends("clock_offset")
    @api.depends_context("lang")
    def _compute_clock_message(self):
        locale = babel_locale_parse(get_lang(self.env).code)
        for account in self:
            offset = account.clock_offset
            span = format_timedelta(timedelta(seconds=abs(offset)), locale=locale)
            ahead = _(
                "The clock of this server is %s ahead of Amazon's. Odoo reckons with "
                "it, but have it corrected by whoever runs the server.",
                span,
            )
            behind = _(
                "The clock of this server is %s behind Amazon's. Odoo reckons with it, "
                "but have it corrected by whoever runs the server.",
                span,
            )
            account.clock_message = (
                (ahead if offset > 0 else behind) if offset else False
            )

    # === AMAZON'S TIME === #

    def _get_amazon_now(self):
        """Correct the clock of this server by what Amazon last stated.

        :return datetime: naive UTC, what Amazon's clock shows
        """
        offset = self.sudo().clock_offset if self else 0
        return fields.Datetime.now() - timedelta(seconds=offset)

    @api.model
    def _is_clock_right(self, amazon_time):
        """Compare our clock with Amazon's.

        :param datetime amazon_time: aware, as an answer states it; None: it does not
        :return bool: whether Amazon stated its time, and ours is the same
        """
        if not amazon_time:
            return False
        return abs(fields.Datetime.now() - naive_utc(amazon_time)) < NOTICED

    def _note_clock(self, amazon_time):
        """Note how far our clock is from Amazon's, where that has changed.

        :param datetime amazon_time: aware, as an answer states it; None: it does not
        """
        if not amazon_time:
            return
        offset = fields.Datetime.now() - naive_utc(amazon_time)
        if abs(offset) < NOTICED:
            offset = timedelta()
        known = timedelta(seconds=self.sudo().clock_offset)
        if abs(offset - known) >= NOTICED or (known and not offset):
            self.sudo().clock_offset = int(offset.total_seconds())

    # === THE CURSOR === #

    def _check_order_cursor(self, vals):
        """Refuse a moment in the future as the begin of the next order sync.

        :raise ValidationError: the moment lies in the future
        """
        moment = fields.Datetime.to_datetime(vals["last_orders_sync"])
        is_amazons_word = self.env.su and "orders_read_until" in vals
        if not moment or is_amazons_word:
            return
        now = max((account._get_amazon_now() for account in self), default=None)
        if moment > (now or fields.Datetime.now()) + TOLERANCE:
            raise ValidationError(
                _(
                    "“Orders read until” can not lie in the future: no order would be "
                    "read before that moment. Enter one that is over."
                )
            )

    def _is_cursor_ahead(self):
        """Answer whether the order cursor lies in the future.

        :return bool: whether orders are said to be read until the future
        """
        return self.last_orders_sync > self._get_amazon_now() + TOLERANCE

    def _note_cursor_ahead(self):
        """Say on the account that nothing is read, and what to do."""
        message = _(
            "Orders are said to be read until %(moment)s, which lies in the future, so "
            "nothing is read. A manager sets “Orders read until” (page Orders) to the "
            "moment from which orders are missing.",
            moment=self._describe_moment(self.last_orders_sync, is_kept=True),
        )
        self.write({"connection_state": "error", "connection_message": message})

    # === WAITS === #

    @api.model
    def _forget_future_waits(self):
        """Make due what waits for a far future: it was noted by a clock ahead."""
        self.env.flush_all()
        limit = fields.Datetime.now() + LONGEST_WAIT
        rows = ", ".join(
            f"{table}_row AS (UPDATE {table} SET next_try_at = NULL"
            " WHERE next_try_at > %(limit)s RETURNING 1)"
            for table in QUEUES
        )
        turns = ", ".join(
            f"{name} = CASE WHEN {name} > %(now)s THEN NULL ELSE {name} END"
            for name in TURNS
        )
        ahead = " OR ".join(f"{name} > %(soon)s" for name in TURNS)
        now = fields.Datetime.now()
        self.env.cr.execute(
            f"WITH {rows} UPDATE amazon_account SET {turns} WHERE {ahead}",
            {"limit": limit, "now": now, "soon": now + TOLERANCE},
        )
        if self.env.cr.rowcount:  # the clock was ahead, and is right now
            self._forget_future_notes(now)
        self.env.invalidate_all(flush=False)

    @api.model
    def _forget_future_notes(self, now):
        """Correct what was noted by a clock that was ahead, in all tables and for all
        accounts; seldom, for it reads all of them.

        :param datetime now: naive UTC
        """
        values = {"now": now, "soon": now + TOLERANCE}
        noted = {**NOTED, "amazon_account": (*FORGOTTEN, *NOTED["amazon_account"])}
        for table, names in noted.items():
            changes = ", ".join(
                f"{name} = CASE WHEN {name} > %(soon)s THEN "
                f"{'NULL' if name in FORGOTTEN else '%(now)s'} ELSE {name} END"
                for name in names
            )
            ahead = " OR ".join(f"{name} > %(soon)s" for name in names)
            self.env.cr.execute(f"UPDATE {table} SET {changes} WHERE {ahead}", values)
        self.env.cr.execute(CHECKS_AHEAD, values)
        self.env.cr.execute(CRONS_AHEAD, values)
