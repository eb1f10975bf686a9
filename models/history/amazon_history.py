"""Orders from before the go-live, for the reports (feature A11).

Read from the top down: cron -> back-fill -> page -> import.

One row per back-fill holds all that it needs to go on: it survives restarts, and a
person can stop and resume it. It comes after the normal sync of all accounts and leaves
it a reserve of calls. A page is noted and the bookmark moved in one step; then its
orders become sale orders in batches, as those of the normal sync do. What is noted and
not imported when the server stops is due, and the next run of the cron imports it.
"""

import logging
from datetime import timedelta

from odoo import _, api, fields, models

from ...amazon_api import ConfigError, Rejected, Retryable, SpApiError
from ...tools.amazon_time import aware_utc, naive_utc
from ...tools.history_slice import (
    FIRST_SLICE,
    SHORTEST,
    length_after_loss,
    next_length,
    seconds_left,
)
from ...tools.reader_time import describe_day
from ..account.queue_step import BUSY_WAIT
from ..connection.amazon_rate_limit import RateLimitStore
from ..orders import amazon_account as orders_in

COUNTED = ("done", "ignored", "failed", "new")
# Where more than one runs from an earlier version, the newest goes on.
ONE_RUNNING = """
    UPDATE amazon_history AS history SET state = 'paused'
     WHERE state = 'running'
       AND EXISTS (SELECT 1 FROM amazon_history AS newer
                    WHERE newer.account_id = history.account_id
                      AND newer.state = 'running' AND newer.id > history.id);
    CREATE UNIQUE INDEX IF NOT EXISTS amazon_history_one_running
        ON amazon_history (account_id) WHERE state = 'running'
"""
_logger = logging.getLogger(__name__)
# Calls that are left for the normal sync and for people.
RESERVE = 5
RETRY_WAIT = timedelta(minutes=5)
CONFIG_WAIT = timedelta(hours=1)


class AmazonHistory(models.Model):
    _name = "amazon.history"
    _description = "Amazon: orders from before the go-live"
    _inherit = ["amazon.queue.step", "amazon.own.fields"]
    _order = "id desc"
    _rec_name = "account_id"
    _sql_constraints = [
        (
            "window_in_order",
            "CHECK(date_from < date_to)",
            "The time ends before it begins.",
        ),
    ]

    account_id = fields.Many2one(
        "amazon.account", required=True, index=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one(
        related="account_id.company_id", store=True, index=True
    )
    date_from = fields.Datetime("Ordered from", required=True, readonly=True)
    date_to = fields.Datetime("Ordered until", required=True, readonly=True)
    marketplaces = fields.Char(required=True, readonly=True)
    # running -[Stop]-> paused; paused, failed -[Resume]-> running;
    # running -[all is read and imported]-> done; running -[Amazon refuses]-> failed
    state = fields.Selection(
        [
            ("running", "Running"),
            ("paused", "Stopped"),
            ("done", "Done"),
            ("failed", "Failed"),
        ],
        default="running",
        required=True,
        index=True,
        readonly=True,
    )
    message = fields.Text("What it waits for", readonly=True)
    next_try_at = fields.Datetime("Next try", readonly=True)
    # The bookmark: where the slice begins, how long it is, and its page.
    cursor = fields.Datetime("Read until", required=True, readonly=True)
    slice_days = fields.Float(
        "Days at once", default=FIRST_SLICE.days, digits=(16, 6), readonly=True
    )
    slice_pages = fields.Integer("Pages of these days", readonly=True)
    page_token = fields.Char(readonly=True, groups="base.group_system")
    page_at = fields.Datetime(readonly=True)
    # What the estimate is made of.
    call_count = fields.Integer("Pages read", readonly=True)
    run_at = fields.Datetime("Running since", required=True, readonly=True)
    run_calls = fields.Integer("Pages read since", readonly=True)
    finished_at = fields.Datetime("Finished", readonly=True)
    order_ids = fields.One2many("amazon.order", "history_id", readonly=True)
    found_count = fields.Integer("Found", compute="_compute_counts")
    done_count = fields.Integer("Imported", compute="_compute_counts")
    ignored_count = fields.Integer("Not for Odoo", compute="_compute_counts")
    failed_count = fields.Integer("Failed", compute="_compute_counts")
    new_count = fields.Integer("To import", compute="_compute_counts")
    progress = fields.Float(compute="_compute_progress")
    estimated_end = fields.Datetime("Estimated end", compute="_compute_progress")

    def _auto_init(self):
        """Create the index that allows one running back-fill per account.

        Two people may press their buttons at the same moment.
        """
        result = super()._auto_init()
        self.env.cr.execute(ONE_RUNNING)
        return result

    @api.model
    def _continue_all(self, budget):
        """Read on, the longest waiting back-fill first.

        :param TimeBudget budget: no page begins after its end
        """
        due = self.sudo().search(
            [
                ("state", "=", "running"),
                ("account_id.is_linked", "=", True),
                ("account_id.active", "=", True),
                "|",
                ("next_try_at", "=", False),
                ("next_try_at", "<=", fields.Datetime.now()),
            ],
            order="next_try_at NULLS FIRST, id",
        )
        for history in due:
            account = history.account_id._in_company()
            history = history.with_env(account.env)
            trigger = account._trigger_orders_cron
            try:
                history._work(account, budget)
            except Exception as error:  # one account must not stop the others
                history._rollback()
                history._note_stopped(_logger, account, error, trigger)
                history._run_step(history._wait, RETRY_WAIT, history._describe(error))

    def _work(self, account, budget):
        """Read on from the bookmark, as far as time and Amazon's quota go. Never raises
        because of Amazon.

        :param account: one amazon.account, in an environment of its company
        :param TimeBudget budget: no page begins after its end
        """
        try:
            with account._get_partner() as partner:
                while not self._is_at_rest(partner):
                    if budget.is_over:
                        self._run_step(account._trigger_orders_cron)
                        return
                    self._read_page(account, partner, budget)
        except Retryable as error:
            wait = timedelta(seconds=error.retry_after or 0) or RETRY_WAIT
            self._run_step(self._wait, wait, account._explain(error))
        except ConfigError as error:
            self._run_step(self._wait, CONFIG_WAIT, account._explain(error))
        except SpApiError as error:
            _logger.warning("history %s: %s", self.id, error)
            message = account._explain(error)
            self._run_step(self.write, {"state": "failed", "message": message})

    def _is_at_rest(self, partner):
        """Answer whether the back-fill reads no page now; note when it goes on.

        :param SellingPartner partner: its quota counts what this run took in advance
        :return bool: whether no page is to be read now, for whatever reason
        """
        self.invalidate_recordset()  # a person may have stopped it since
        if self.state != "running":
            return True
        if self.cursor >= self.date_to:
            if self.new_count:  # to be imported first, by the next run
                self._run_step(self._wait, BUSY_WAIT, False)
            else:
                self._run_step(self._finish)
            return True
        if wait := self._wait_for_reserve(partner):
            text = _("Amazon allows few calls; the current orders go first.")
            self._run_step(self._wait, wait, text)
            return True
        return False

    def _wait_for_reserve(self, partner):
        """Measure how long the quota has to recover.

        :param SellingPartner partner: the open line to Amazon
        :return timedelta|None: until a call is left beyond the reserve
        """
        now = aware_utc(fields.Datetime.now())
        bucket = partner.store.load_or_full("searchOrders")
        missing = RESERVE + 1 - bucket.refilled(now).tokens
        wait = timedelta(seconds=max(missing, 0) / bucket.rate)
        if not bucket.is_allowed(now):
            wait = max(wait, bucket.next_allowed_at - now)
        return wait or None

    def _wait(self, wait, message):
        """Note when the back-fill goes on, and why it waits.

        :param timedelta wait: until the next try
        :param str message: why, for people; False: not worth a word
        """
        until = fields.Datetime.now() + wait
        self.write({"next_try_at": until, "message": message})
        self.account_id._trigger_orders_cron(until)

    # === COMPUTE METHODS === #

    def _compute_counts(self):
        groups = self.env["amazon.order"]._read_group(
            [("history_id", "in", self.ids)], ["history_id", "state"], ["__count"]
        )
        counts = {(history, state): count for history, state, count in groups}
        for history in self:
            history.found_count = sum(
                count for (other, _state), count in counts.items() if other == history
            )
            for state in COUNTED:
                history[f"{state}_count"] = counts.get((history, state), 0)

    @api.depends("cursor", "state", "call_count")
    def _compute_progress(self):
        now = fields.Datetime.now()
        for history in self:
            done, whole = history._span_done(), history.date_to - history.date_from
            history.progress = 100 * (done / whole)
            seconds = history._seconds_left() if history.state == "running" else None
            history.estimated_end = (
                now + timedelta(seconds=seconds) if seconds is not None else False
            )

    def _span_done(self):
        """Return how much of the window is done.

        :return timedelta: of the window, read to its end
        """
        return self.cursor - self.date_from

    def _seconds_left(self):
        """Estimate the time until the back-fill is done.

        :return float|None: until the window is read, as far as one can tell
        """
        taken = fields.Datetime.now() - self.run_at
        bucket = RateLimitStore(self.account_id).load_or_full("searchOrders")
        return seconds_left(
            self._span_done(),
            self.date_to - self.cursor,
            self.call_count,
            taken.total_seconds() / self.run_calls if self.run_calls else 0.0,
            bucket.rate,
        )

    def _describe_progress(self):
        """Describe the progress for people.

        :return str: how far it is, for people
        """
        text = _(
            "History: orders imported: %(count)s, read until %(day)s.",
            count=self.done_count,
            day=describe_day(self.env, self.cursor),
        )
        known = {False, self.account_id.connection_message}  # the form shows it above
        return text if self.message in known else f"{text} {self.message}"

    # === ACTION METHODS === #

    def action_stop(self):
        """Read no further page. What is noted by then is still imported."""
        return self._switch("running", {"state": "paused", "message": False})

    def action_resume(self):
        """Go on where the back-fill stopped.

        :raise UserError: another back-fill of the account runs, or is to go on
        """
        self.ensure_one()
        self.account_id._check_linked()
        self.account_id._check_may_import_history()
        # begun again when somebody else was quicker: then it finds theirs
        return self.sudo()._run_step(self.sudo()._resume)

    def _resume(self):
        self.account_id._check_no_history_runs(self)
        return self._switch(("paused", "failed"), self._prepare_run())

    def action_view_orders(self):
        """Open the orders that Amazon listed for this time."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "amazon_connector.amazon_order_action"
        )
        return {
            **action,
            "domain": [("history_id", "=", self.id)],
            "context": {"create": False},
        }

    def _switch(self, states, values):
        """Write what a button of the back-fill changes.

        :param states: in which the button works
        :raise AccessError: the user is no manager of the connector
        """
        self.ensure_one()
        self.account_id._check_may_import_history()
        if self.state in states:
            self.sudo().write(values)
            self.account_id.sudo()._trigger_orders_cron()
        return True

    @api.model
    def _prepare_run(self):
        """Prepare the begin of a run, from which its speed is measured.

        :return dict: values of a back-fill that begins or goes on now
        """
        return {
            "state": "running",
            "message": False,
            "next_try_at": False,
            "run_at": fields.Datetime.now(),
            "run_calls": 0,
        }

    # === PAGES === #

    def _read_page(self, account, partner, budget):
        """Read, note and import one page.

        :raise SpApiError: no whole page came; the bookmark stands still
        """
        request = self._prepare_request()
        try:
            page = partner.search_orders(**request)
        except Rejected:
            is_shortest = timedelta(days=self.slice_days) <= SHORTEST
            if "pagination_token" not in request or is_shortest:
                raise
            self._run_step(self._begin_slice_again)
            return
        rows = self._run_step(self._note_page, account, request, page)
        orders = {order.order_id: order for order in page.orders}
        outcomes = rows._import(account, orders, budget)
        if outcomes["left"] or outcomes["busy"]:
            self._run_step(account._trigger_orders_cron)

    def _prepare_request(self):
        """Prepare the search for the next page.

        :return dict: parameters of SellingPartner.search_orders, equal for all
        pages of a slice
        """
        oldest = fields.Datetime.now() - orders_in.TOKEN_LIFE
        if self.page_token and self.page_at < oldest:
            self._run_step(self._begin_slice_again)
        token = {"pagination_token": self.page_token} if self.page_token else {}
        return {
            "marketplace_ids": self.marketplaces.split(","),
            "created_after": aware_utc(self.cursor),
            "created_before": aware_utc(self._slice_end()),
            "max_results_per_page": orders_in.PAGE_SIZE,
            **token,
        }

    def _slice_end(self):
        """Return where the current slice ends.

        :return datetime: naive UTC; both ends of a slice belong to it
        """
        end = self.cursor + timedelta(days=self.slice_days)
        return min(end.replace(microsecond=0), self.date_to)

    def _begin_slice_again(self):
        """Begin a shorter slice: the page token expired before this one was read."""
        length = length_after_loss(timedelta(days=self.slice_days))
        self.write(
            {
                "page_token": False,
                "slice_pages": 0,
                "slice_days": length / timedelta(days=1),
            }
        )

    def _note_page(self, account, request, page):
        """Note the orders of a page and move the bookmark.

        :return: the amazon.order rows that are due for import
        """
        rows = self.env["amazon.order"]._note_history(self, account, page.orders)
        values = {
            "call_count": self.call_count + 1,
            "run_calls": self.run_calls + 1,
            "slice_pages": self.slice_pages + 1,
            "page_token": page.next_token or False,
            "next_try_at": False,
            "message": False,
        }
        if not page.next_token:
            length = timedelta(days=self.slice_days)
            length = next_length(length, self.slice_pages + 1)
            values.update(
                cursor=naive_utc(request["created_before"]),
                slice_pages=0,
                slice_days=length / timedelta(days=1),
            )
        elif "pagination_token" not in request:
            values["page_at"] = fields.Datetime.now()
        self.write(values)
        return rows

    def _finish(self):
        """Leave a note on the account: all is read and imported."""
        self.write(
            {
                "state": "done",
                "finished_at": fields.Datetime.now(),
                "next_try_at": False,
                "message": False,
            }
        )
        self.account_id.message_post(
            body=_(
                "The orders from before the go-live are in Odoo. Found: %(found)s. "
                "Imported: %(done)s. Not for Odoo: %(ignored)s. Failed: %(failed)s.",
                found=self.found_count,
                done=self.done_count,
                ignored=self.ignored_count,
                failed=self.failed_count,
            )
        )
