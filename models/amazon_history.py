"""Orders from before the go-live, for the reports (feature A11).

One row per back-fill holds all that the reading needs to go on: it survives restarts,
and a person can stop it and let it go on. Who works on it: `amazon_history_work`.
"""

from datetime import timedelta

from odoo import _, api, fields, models
from odoo.tools.misc import format_date

from .amazon_history_slice import FIRST_SLICE, seconds_left
from .amazon_rate_limit import RateLimitStore

SECONDS_PER_DAY = 86400
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


class AmazonHistory(models.Model):
    _name = "amazon.history"
    _description = "Amazon: orders from before the go-live"
    _inherit = "amazon.queue.step"
    _order = "id desc"
    _rec_name = "account_id"

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

    _sql_constraints = [
        (
            "window_in_order",
            "CHECK(date_from < date_to)",
            "The time ends before it begins.",
        ),
    ]

    def _auto_init(self):
        """One back-fill of an account runs at a time, which the database itself sees
        to: two people may press their buttons at the same moment."""
        result = super()._auto_init()
        self.env.cr.execute(ONE_RUNNING)
        return result

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
        """:return timedelta: of the window, read to its end"""
        return self.cursor - self.date_from

    def _seconds_left(self):
        """:return float|None: until the window is read, as far as one can tell"""
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
        """:return str: how far it is, for people"""
        text = _(
            "History: orders imported: %(count)s, read until %(day)s.",
            count=self.done_count,
            day=format_date(self.env, self.cursor),
        )
        known = {False, self.account_id.connection_message}  # the form shows it above
        return text if self.message in known else f"{text} {self.message}"

    # === ACTION METHODS === #

    def action_stop(self):
        """Read no further page. What is noted by then is still imported."""
        return self._switch("running", {"state": "paused", "message": False})

    def action_resume(self):
        """Go on where the reading stopped.

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
        """Open what Amazon told of this time."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "amazon_connector.amazon_order_action"
        )
        return {
            **action,
            "domain": [("history_id", "=", self.id)],
            "context": {"create": False},
        }

    def _switch(self, states, values):
        """:param states: from which the button leads
        :raise AccessError: the user is no manager of the connector"""
        self.ensure_one()
        self.account_id._check_may_import_history()
        if self.state in states:
            self.sudo().write(values)
            self.account_id.sudo()._trigger_orders_cron()
        return True

    @api.model
    def _prepare_run(self):
        """:return dict: values of a reading that begins or goes on now"""
        return {
            "state": "running",
            "message": False,
            "next_try_at": False,
            "run_at": fields.Datetime.now(),
            "run_calls": 0,
        }
