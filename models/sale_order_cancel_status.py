"""What has become of a cancellation at Amazon, seen from the order (feature I1)."""

from odoo import _, api, fields, models

from .amazon_submission import UNDER_WAY, WAITING

STATES = {
    "pending": WAITING,
    "processing": UNDER_WAY,
    "done": ("done",),
    "error": ("failed",),
}


class SaleOrder(models.Model):
    _inherit = "sale.order"

    amazon_cancel_status = fields.Selection(
        [
            ("pending", "Pending"),
            ("processing", "Processing"),
            ("done", "Done"),
            ("error", "Error"),
        ],
        "Cancellation at Amazon",
        compute="_compute_amazon_cancel_status",
        search="_search_amazon_cancel_status",
        compute_sudo=True,
        help="Whether Amazon knows that you cancelled the order. Empty for orders that "
        "were not cancelled here.",
    )
    amazon_cancel_error = fields.Text(
        "Amazon refused to cancel",
        compute="_compute_amazon_cancel_status",
        compute_sudo=True,
    )
    amazon_cancel_note = fields.Text(
        compute="_compute_amazon_cancel_status", compute_sudo=True
    )

    # === COMPUTE METHODS === #

    @api.depends("amazon_submission_ids.state", "amazon_submission_ids.error_message")
    def _compute_amazon_cancel_status(self):
        for order in self:
            row = order._amazon_cancellation()
            order.amazon_cancel_status = next(
                (status for status, states in STATES.items() if row.state in states),
                False,
            )
            is_open = row.state in (*WAITING, *UNDER_WAY)
            order.amazon_cancel_error = row.state == "failed" and row.error_message
            order.amazon_cancel_note = is_open and order._describe_cancellation(row)

    def _search_amazon_cancel_status(self, operator, value):
        wanted = set(value) if operator in ("in", "not in") else {value}
        # Those without any cancellation are all but those with the other statuses.
        statuses = STATES.keys() - wanted if False in wanted else STATES.keys() & wanted
        rows = (
            self.env["amazon.submission"]
            .sudo()
            .search(
                [
                    ("kind", "=", "cancellation"),
                    ("state", "in", [s for name in statuses for s in STATES[name]]),
                ]
            )
        )
        is_in = (operator in ("in", "=")) != (False in wanted)
        return [("id", "in" if is_in else "not in", rows.sale_order_id.ids)]

    def _describe_cancellation(self, row):
        """:param row: amazon.submission, not settled
        :return str: how far it is"""
        if row.state == "held":
            return _("Dry run: Amazon is not told that this order is cancelled.")
        if row.state == "todo" and row.error_message:
            return _(
                "Amazon is not told yet that this order is cancelled. %s",
                row.error_message,
            )
        return _(
            "Amazon is told that this order is cancelled. Its answer takes some "
            "minutes."
        )

    # === ACTION METHODS === #

    def action_retry_amazon_cancel(self):
        """Tell Amazon again what it refused; it goes with the next run.

        :return dict: client action, a notification
        """
        self._check_may_cancel()
        return self.sudo()._amazon_cancellation()._retry()

    def action_settle_amazon_cancel(self):
        """The order was cancelled in Seller Central: no error any more."""
        self._check_may_cancel()
        self.sudo()._amazon_cancellation()._settle()

    # === BUSINESS METHODS === #

    def _amazon_cancellation(self):
        """:return: the amazon.submission that tells Amazon of the cancellation, empty
        when there is none that counts"""
        return self.amazon_submission_ids.filtered(
            lambda row: row.kind == "cancellation" and row.state != "superseded"
        )

    def _check_may_cancel(self):
        """:raise AccessError: the user may not change the order"""
        self.ensure_one()
        self.check_access_rights("write")
        self.check_access_rule("write")
