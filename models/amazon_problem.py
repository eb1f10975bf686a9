"""One list of all that needs a person, of whatever kind (feature K2).

No table: the rows are read from where the troubles are kept, so that a problem is gone
from the list when it is gone.
"""

from odoo import _, api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import format_amount

# A problem's id: that of the record it is read from, and a number for its kind.
SLOTS = 16
SENT_AGAIN = ("shipment", "cancellation", "stock")
CAN_RETRY = (
    "connection",
    "no_sync",
    "order",
    *SENT_AGAIN,
    "held",
    "fba_stock",
    "report",
)


class AmazonProblem(models.Model):
    _name = "amazon.problem"
    _description = "Amazon Problem"
    _auto = False
    _order = "since desc, id desc"
    _rec_name = "document"
    _depends = {
        "amazon.account": [
            "active",
            "connection_error_since",
            "connection_message",
            "connection_state",
            "dry_run",
            "dry_run",
            "last_stock_run",
            "stock_guard_message",
            "sync_alarm_at",
        ],
        "amazon.order": ["error_message", "remote_updated_at", "state"],
        "amazon.submission": ["done_at", "error_message", "state"],
        "sale.order": [
            "amazon_cancel_requested",
            "amazon_problem_since",
            "amazon_review",
            "amazon_stock_message",
            "amazon_total_difference",
            "name",
            "state",
        ],
    }

    account_id = fields.Many2one("amazon.account", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    kind = fields.Selection(
        [
            ("connection", "No connection"),
            ("no_sync", "No orders read"),
            ("order", "Order not imported"),
            ("shipment", "Shipment not confirmed"),
            ("cancellation", "Cancellation refused"),
            ("stock", "Quantity refused"),
            ("held", "Held back"),
            ("held_stock", "Stock held back"),
            ("cancel_request", "Buyer asks to cancel"),
            ("review", "Changed at Amazon"),
            ("total", "Total differs"),
            ("fba_stock", "FBA stock not booked"),
        ],
        readonly=True,
    )
    document = fields.Char(readonly=True, help="What the problem is about.")
    message = fields.Text(readonly=True)
    since = fields.Datetime(readonly=True)
    amazon_order_id = fields.Many2one("amazon.order", readonly=True)
    submission_id = fields.Many2one("amazon.submission", readonly=True)
    sale_order_id = fields.Many2one("sale.order", "Order", readonly=True)
    reason = fields.Text(compute="_compute_texts")
    next_step = fields.Text("What to do", compute="_compute_texts")
    can_retry = fields.Boolean(compute="_compute_can_retry")

    # === COMPUTE METHODS === #

    @api.depends("kind", "message", "sale_order_id")
    @api.depends_context("lang")
    def _compute_texts(self):
        steps = self._get_next_steps()
        for problem in self:
            problem.next_step = steps[problem.kind]
            problem.reason = problem.message or problem._get_reason()

    @api.depends("kind")
    def _compute_can_retry(self):
        for problem in self:
            problem.can_retry = problem.kind in CAN_RETRY

    def _get_reason(self):
        """:return str: why a person is needed, where nothing else says so"""
        if self.kind == "cancel_request":
            return _(
                "The buyer asked Amazon to cancel. Nothing is delivered until you "
                "decide."
            )
        if self.kind == "no_sync":
            return _("Orders could not be read for a long time.")
        if self.kind == "held":
            return _("Messages to Amazon are held back.")
        if self.kind == "total":
            order = self.sale_order_id
            return _(
                "The order is worth %(here)s in Odoo, but %(there)s at Amazon.",
                here=format_amount(self.env, order.amount_total, order.currency_id),
                there=format_amount(self.env, order.amazon_total, order.currency_id),
            )
        return _("No reason is known. The server's log has the details.")

    def _get_next_steps(self):
        """:return dict: kind -> what a person does about it"""
        mend = _("Mend the cause, then press Retry.")
        return {
            "connection": _("Mend the cause on the account, then press Retry."),
            "no_sync": _("Mend the cause, then press Retry: orders are read at once."),
            "order": mend,
            "shipment": mend,
            "cancellation": _(
                "Press Retry, or cancel it in Seller Central and say so in the message."
            ),
            "stock": mend,
            "held": _("Look through the messages; Retry sends them."),
            "held_stock": _("Open the account: release the stock, or correct it."),
            "cancel_request": _("Open the order: cancel it, or deliver anyway."),
            "review": _("Open the order, see to it, then press Done."),
            "total": _("Compare the lines with Seller Central before you invoice."),
            "fba_stock": _("Enter the stock with its lots, then press Retry."),
        }

    # === ACTION METHODS === #

    def action_open(self):
        """Open what the problem is about, where it can be mended.

        :return dict: client action
        """
        self.ensure_one()
        if self.kind == "held":
            rows = self.env["amazon.submission"]
            return rows._open(
                [
                    ("account_id", "=", self.account_id.id),
                    ("state", "=", "held"),
                    ("kind", "!=", "stock"),
                ]
            )
        if self.submission_id.picking_id or self.submission_id.sale_order_id:
            return self.submission_id.action_view_target()
        target = (
            self.amazon_order_id
            or self.submission_id
            or self.sale_order_id
            or self.account_id
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": target._name,
            "res_id": target.id,
            "view_mode": "form",
        }

    def action_retry(self):
        """Try once more what a retry can mend; what waits for a decision stays.

        :return dict: client action, a notification that says what came of it
        :raise UserError: nothing of it can be tried again
        """
        problems = self.exists()  # somebody else may have mended one meanwhile
        if self and not problems:
            raise UserError(_("Somebody was quicker: this is settled already."))
        waiting = problems.filtered("can_retry")
        if not waiting:
            raise UserError(
                _("These wait for a decision: open them, What to do says how.")
            )
        accounts = waiting.account_id  # what is mended can not be read any more
        answers = [
            answer["params"]
            for kind, rows in waiting.grouped("kind").items()
            for answer in rows._retry(kind)
        ]
        kinds = {answer["type"] for answer in answers}
        worst = next(kind for kind in ("danger", "warning", "success") if kind in kinds)
        return accounts[0]._notify(
            " ".join(dict.fromkeys(answer["message"] for answer in answers)),
            worst,
            accounts.name if len(accounts) == 1 else _("Amazon"),
        )

    # === BUSINESS METHODS === #

    def _retry(self, kind):
        """:param str kind: of all these problems
        :return list: notifications"""
        if kind == "connection":
            return [account.action_test_connection() for account in self.account_id]
        if kind == "no_sync":
            return [account.action_sync_orders() for account in self.account_id]
        if kind == "order":
            return [self.amazon_order_id.action_retry()]
        if kind == "held":
            return [account.action_send_held() for account in self.account_id]
        if kind == "fba_stock":
            return [order.action_book_amazon_stock() for order in self.sale_order_id]
        return [self.submission_id.action_retry()]
