"""The states of a report, and what is noted with each."""

from datetime import timedelta

from odoo import _, api, fields, models

from ...amazon_api import (
    ALL_INVOICES,
    FBA_RETURNS_REPORT,
    FBM_RETURNS_REPORT,
    INVOICE_DATA_REPORT,
    LISTINGS_REPORT,
    LISTINGS_REPORT_OPTIONS,
    MINIMUM_INTERVAL,
    ORDERS_REPORT,
    PENDING_INVOICES,
    SETTLEMENT_REPORT,
)
from ...tools.amazon_time import aware_utc

# Our kinds of reports, and Amazon's names of them.
REPORT_TYPES = {
    "catalogue": LISTINGS_REPORT,
    "orders": ORDERS_REPORT,
    "fbm_returns": FBM_RETURNS_REPORT,
    "fba_returns": FBA_RETURNS_REPORT,
    "invoice_data": INVOICE_DATA_REPORT,
    "settlement": SETTLEMENT_REPORT,  # made by Amazon, never asked for
}
REPORT_OPTIONS = {"catalogue": LISTINGS_REPORT_OPTIONS}
OPEN_STATES = ("todo", "unknown", "requested", "reading")
# How often a report is requested before a person is asked.
MOST_ATTEMPTS = 3
# Longer than a call takes: after it Odoo asks what became of a call whose end it does
# not know.
CALL_TIME = timedelta(minutes=5)
# Amazon keeps reports for 90 days.
KEPT = timedelta(days=90)


class AmazonReport(models.Model):
    """A table that Amazon makes on request, in its own time; read page by page.

    A report is requested by ``amazon.account._ask_for_report``: what is under way
    already, or was read a moment ago, is shared. The same is never requested again
    within Amazon's minimum interval, for Amazon would cancel it.
    """

    _name = "amazon.report"
    _description = "Report from Amazon"
    _inherit = "amazon.queue.row"
    _order = "id desc"

    report_type = fields.Selection(
        [
            ("catalogue", "Catalogue"),
            ("orders", "Orders"),
            ("settlement", "Settlement"),
            ("fbm_returns", "Returns to you"),
            ("fba_returns", "Returns to Amazon"),
            ("invoice_data", "Invoice data"),
        ],
        "Kind",
        required=True,
        readonly=True,
    )
    marketplace_ids = fields.Many2many(
        "amazon.marketplace", string="Marketplaces", required=True, readonly=True
    )
    marketplace_id = fields.Many2one(
        "amazon.marketplace",
        compute="_compute_marketplace_id",
        help="Of a report of one marketplace alone.",
    )
    date_from = fields.Datetime("From", readonly=True)
    date_to = fields.Datetime("Until", readonly=True)
    # What two requests for the same have in common.
    request_key = fields.Char(required=True, readonly=True)
    # todo -[about to be asked for]-> unknown -[Amazon took it]-> requested,
    # -[Amazon did not get it]-> todo; requested -[Amazon made it]-> reading -[its last
    # row]-> done; requested -[cancelled]-> empty; reading -[no row]-> empty;
    # requested, reading -[broken off, gone, not to be read]-> todo, after some times
    # failed; failed -[retry, asked for again]-> todo
    state = fields.Selection(
        [
            ("todo", "To ask for"),
            ("unknown", "Answer lost"),
            ("requested", "Amazon makes it"),
            ("reading", "Reading"),
            ("done", "Done"),
            ("empty", "Nothing to tell"),
            ("failed", "Failed"),
        ],
        default="todo",
        required=True,
        readonly=True,
    )
    report_ref = fields.Char("Number at Amazon", readonly=True)
    document_ref = fields.Char("Document at Amazon", readonly=True)
    requested_at = fields.Datetime("Asked for", readonly=True)
    position = fields.Integer(
        "Rows read", readonly=True, help="After a stop the reading goes on here."
    )
    row_count = fields.Integer("Rows", readonly=True)
    progress = fields.Integer(compute="_compute_progress")
    changed_count = fields.Integer("Changes", readonly=True)
    summary = fields.Text("Result", readonly=True)

    def _auto_init(self):
        """Let the database itself see to it that the same is requested once at a
        time."""
        result = super()._auto_init()
        self.env.cr.execute(
            "CREATE UNIQUE INDEX IF NOT EXISTS amazon_report_one_open"
            " ON amazon_report (account_id, request_key)"
            " WHERE state IN ('todo', 'unknown', 'requested', 'reading')"
        )
        return result

    def _set_todo(self, values=None):
        """Begin anew, as if it had never been requested. A settlement is never
        requested: Amazon has made it, and it is downloaded once more.

        :param dict values: what else is written
        """
        is_made = self.report_type == "settlement"
        self.write(
            {
                "state": "requested" if is_made else "todo",
                "report_ref": is_made and self.report_ref,
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
        """Note the request before the call: whatever happens to it, Odoo knows what to
        ask.

        :return bool: False: another worker is at it (asked for twice Amazon would
            cancel one of them, which looks as if there were no rows)
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
        """Claim the row before Amazon is asked what became of a request.

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
        """Note that Amazon makes the report.

        :param str report_ref: Amazon's number of the report
        :param datetime next_try_at: when to ask how far it is, UTC
        """
        self._wait(next_try_at, {"state": "requested", "report_ref": report_ref})

    def _wait(self, until, values=None):
        """Put off the next step; an earlier error is over by this.

        :param datetime until: UTC
        :param dict values: what else is written
        """
        self.write(
            {
                "next_try_at": until,
                "error_kind": False,
                "error_message": False,
                **(values or {}),
            }
        )

    def _set_reading(self, document_ref, row_count):
        """Note that the rows can be read, from the first one.

        :param int row_count: how many there are, empty lines among them
        """
        values = {"document_ref": document_ref, "row_count": row_count}
        self._wait(False, {"state": "reading", **values})

    def _ask_again(self, message):
        """Note that Amazon did not deliver: a new report is requested as soon as Amazon
        allows, and not for ever.

        :param str message: what happened
        """
        if self.attempts >= MOST_ATTEMPTS:
            self._set_failed(
                "permanent",
                _("%s Odoo has asked for it several times. Retry later.", message),
            )
            return
        values = {"next_try_at": self.requested_at + MINIMUM_INTERVAL}
        if self.report_type == "settlement":
            values["next_try_at"] = fields.Datetime.now() + MINIMUM_INTERVAL
            values["attempts"] = self.attempts + 1
        self._set_todo({**values, "error_kind": "retryable", "error_message": message})

    def _set_empty(self):
        self._close(
            "empty",
            summary=_(
                "Amazon had nothing to tell, or was asked too soon. Nothing was "
                "changed here."
            ),
        )

    @api.autovacuum
    def _gc_reports(self):
        """Delete what is settled when Amazon does not keep it any more, either."""
        self.search(
            [
                ("state", "not in", OPEN_STATES),
                ("done_at", "<", fields.Datetime.now() - KEPT),
            ]
        ).unlink()

    # === COMPUTE METHODS === #

    @api.depends("marketplace_ids")
    def _compute_marketplace_id(self):
        for report in self:
            only = report.marketplace_ids if len(report.marketplace_ids) == 1 else False
            report.marketplace_id = only

    @api.depends("position", "row_count", "state")
    def _compute_progress(self):
        for report in self:
            share = min(1, report.position / (report.row_count or 1))
            report.progress = 100 if report.state == "done" else int(100 * share)

    @api.depends("report_type", "marketplace_ids.name", "create_date")
    def _compute_display_name(self):
        kinds = dict(self._fields["report_type"]._description_selection(self.env))
        for report in self:
            names = ", ".join(report.marketplace_ids.mapped("name"))
            report.display_name = f"{kinds.get(report.report_type)} {names}"

    # === ACTION METHODS === #

    def action_retry(self):
        """Ask Amazon once more for what failed.

        :return dict: client action, a notification
        """
        for account in self.account_id:
            account._check_may_use()
        failed = self.sudo().filtered(lambda report: report.state == "failed")
        reports = self.browse()
        settlements = failed.filtered(lambda row: row.report_type == "settlement")
        for report in settlements:  # Amazon has made them: they are brought once more
            report._set_todo({"attempts": 0})
            report._trigger_cron()
        reports |= settlements
        for report in failed - settlements:  # Amazon makes each of them by itself
            reports |= report.account_id._ask_for_report(
                report.report_type,
                report.marketplace_ids,
                report.date_from,
                report.date_to,
            )
        account = (failed or self).account_id[:1]
        if not reports:
            return account._notify(_("Nothing of it has failed."), "warning")
        return account._notify(
            _("Amazon is asked again. It takes a few minutes, then Odoo reads it."),
            "success",
        )

    # === BUSINESS METHODS === #

    @api.model
    def _get_due(self, account):
        """The reports that the next run goes on with, the oldest first.

        :return: open reports about which something can be done now
        """
        now = fields.Datetime.now()
        return self.search(
            [
                ("account_id", "=", account.id),
                ("state", "in", OPEN_STATES),
                "|",
                ("next_try_at", "=", False),
                ("next_try_at", "<=", now),
            ],
            order="id",
        )

    @api.model
    def _get_next_due(self, account):
        """When the cron is needed again for an account.

        :return datetime|None: when something has to be done next, UTC
        """
        waiting = self.search(
            [("account_id", "=", account.id), ("state", "in", OPEN_STATES)]
        )
        now = fields.Datetime.now()
        return min((report.next_try_at or now for report in waiting), default=None)

    @api.model
    def _wake(self, account):
        """Make due what waited for a setting."""
        waiting = self.search(
            [
                ("account_id", "=", account.id),
                ("state", "in", OPEN_STATES),
                ("error_kind", "=", "config"),
            ]
        )
        if waiting:
            waiting._wait(False)
            self._trigger_cron()

    @api.model
    def _trigger_cron(self, at=None):
        """Schedule the next run over the reports.

        :param datetime at: UTC; None: as soon as possible
        """
        self.env["amazon.queue.step"]._wake_cron("read_reports", at)

    def _describe_progress(self):
        """Summarize how far several reports are.

        :return list: of str, how far they are; one line for all of which the same is
        to be said
        """
        lines = []
        for state, reports in self.grouped(lambda report: report._say_state()).items():
            places = ", ".join(reports.marketplace_ids.mapped("name"))
            lines.append(f"{places}: {state}")
        return lines

    def _say_state(self):
        """Say how far one report is, or why it is stuck.

        :return str: how far it is, for people
        """
        if self.error_message:
            return self.error_message
        if self.state != "reading":
            return _("Amazon makes the list.")
        return _(
            "%(done)s of %(count)s rows read.",
            done=self.position,
            count=self.row_count,
        )

    def _prepare_request(self):
        """Convert the row into Amazon's words.

        :return dict: parameters of SellingPartner.create_report
        """
        self.ensure_one()
        return {
            "report_type": REPORT_TYPES[self.report_type],
            "marketplace_ids": self._get_api_refs(),
            "data_start_time": aware_utc(self.date_from),
            "data_end_time": aware_utc(self.date_to),
            "options": self._get_options(),
        }

    def _get_options(self):
        """Choose the options of the request.

        :return dict|None: without a window Amazon's invoice data has what is not
            invoiced yet
        """
        if self.report_type == "invoice_data":
            return ALL_INVOICES if self.date_from else PENDING_INVOICES
        return REPORT_OPTIONS.get(self.report_type)

    def _get_api_refs(self):
        """The marketplaces of the report, in a stable order.

        :return list: Amazon's numbers of the marketplaces
        """
        return sorted(self.marketplace_ids.mapped("api_ref"))
