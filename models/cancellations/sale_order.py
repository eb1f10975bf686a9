"""Orders cancelled here, and what becomes of that at Amazon (features I1, I2).

Nothing here calls Amazon: a cancellation is written down for Amazon in the transaction
in which the order is cancelled.
"""

from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ..outbox.amazon_submission import UNDER_WAY, WAITING

# States of a cancellation that is on its way, or has arrived.
REPORTED = (*WAITING, *UNDER_WAY, "done")
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
        others = self.filtered(lambda order: not order.amazon_order_ref)
        others.amazon_cancel_status = others.amazon_cancel_error = False
        others.amazon_cancel_note = False  # nothing is read to learn that
        for order in self - others:
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
        # Orders without any cancellation are all but those with the other statuses.
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
        """Say whether Amazon knows of the cancellation.

        :param row: amazon.submission, not settled
        :return str: how far it is
        """
        if row.state == "held" and not row.account_id.active:
            return row.account_id._describe_archived()
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

    # === CRUD METHODS === #

    @api.ondelete(at_uninstall=False)
    def _unlink_except_amazon_unreported(self):
        """Keep cancelled orders until Amazon knows that they are cancelled.

        :raise UserError: Amazon waits for the goods until the cancellation is reported
        """
        amazon = self.filtered("amazon_order_ref")
        open_orders = amazon.filtered(
            lambda order: (
                order.amazon_cancel_status not in (False, "done")
                and order.sudo().amazon_account_id.active
            )
        )
        for order in amazon - open_orders:
            row = order.sudo()._amazon_cancellation()
            if row.state in (*WAITING, "failed"):
                row._supersede(_("The order was deleted in Odoo."))
        if open_orders:
            raise UserError(
                _(
                    "Amazon does not know yet that %s is cancelled. Delete it once it "
                    "does.",
                    ", ".join(open_orders.mapped("name")),
                )
            )

    # === ACTION METHODS === #

    def action_cancel(self):
        """Ask for a reason first when the cancellation has to be reported to Amazon.

        :raise UserError: it can not be cancelled, or several were to be at once
        """
        unreported = self._amazon_unreported().filtered(
            lambda order: order.sudo().amazon_account_id.active
        )
        if not unreported or any(order.locked for order in self):
            return super().action_cancel()
        if len(self) > 1:
            unreported._refuse_silent_cancel()
        self._check_amazon_cancel()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "amazon_connector.amazon_cancel_order_action"
        )
        return {**action, "context": {"default_order_id": self.id}}

    def _action_cancel(self):
        """Cover all ways to cancel: many at once and other addons end here, too."""
        unreported = self._amazon_unreported()
        archived = unreported.filtered(
            lambda order: (
                not order.sudo().amazon_account_id.active
                and order.amazon_channel == "fbm"
            )
        )
        for order in archived:  # nothing is asked: it is held, and nothing is reported
            order._amazon_enqueue_cancellation("GeneralAdjustment")
        if unreported := unreported - archived:
            unreported._refuse_silent_cancel()
        known = {
            order: {each: each.activity_ids for each in order._amazon_suppliers()}
            for order in self.filtered("amazon_order_ref")
        }
        result = super()._action_cancel()
        for order, activities in known.items():
            order._amazon_stop_suppliers(activities)
        return result

    def action_draft(self):
        """Withdraw what was not reported yet, as the order is reopened."""
        orders = self.filtered("amazon_order_ref")
        for order in orders:
            row = order.sudo()._amazon_cancellation()
            if row.state in (*UNDER_WAY, "done"):
                raise UserError(
                    _(
                        "Amazon was told that %s is cancelled, so it can not be "
                        "reopened. Make a new order if you want to deliver after all.",
                        order.name,
                    )
                )
            row._supersede(_("The order was reopened in Odoo."))
        return super().action_draft()

    def action_accept_amazon_cancel(self):
        """Cancel the order as the buyer asked, here and at Amazon.

        :raise UserError: goods already left, or the order is invoiced
        """
        self.ensure_one()
        if self.state == "cancel":
            return True
        self._check_amazon_wish()
        if blocker := self._amazon_report_blocker():
            raise UserError(
                _(
                    "%(order)s can not be cancelled any more: %(reason)s. Refuse the "
                    "buyer's wish, and take the goods back when they return.",
                    order=self.name,
                    reason=blocker,
                )
            )
        self._amazon_cancel_and_tell("BuyerCanceled")
        return True

    def action_retry_amazon_cancel(self):
        """Report again what Amazon refused; it goes with the next run.

        :return dict: client action, a notification
        """
        self._check_may_cancel()
        return self.sudo()._amazon_cancellation()._retry()

    def action_settle_amazon_cancel(self):
        """Settle messages whose order was cancelled in Seller Central."""
        self._check_may_cancel()
        self.sudo()._amazon_cancellation()._settle()

    # === BUSINESS METHODS === #

    def _check_amazon_wish(self):
        """Refuse to decide about a buyer's request that is gone.

        :raise AccessError: the user packs orders, and may not cancel them at Amazon
        :raise UserError: no buyer waits for a decision; the screen may be old
        """
        # Odoo lets those who pack write orders, too.
        self.env["amazon.cancel.order"].check_access_rights("create")
        if not self.amazon_cancel_requested:
            raise UserError(
                _(
                    "No buyer asks to cancel %s, or a colleague has decided already. "
                    "Load the page again.",
                    self.name,
                )
            )

    def _amazon_cancel_and_tell(self, reason):
        """Cancel the order, and queue the report to Amazon in the same transaction. A
        second user finds it done.

        :param str reason: one of CANCEL_REASONS
        :raise UserError: it can not be cancelled
        """
        self.ensure_one()
        # When two users do it at once, the second one begins again on what the first
        # wrote.
        self.env.cr.execute(
            "SELECT id FROM sale_order WHERE id = %s FOR NO KEY UPDATE", [self.id]
        )
        if self.state == "cancel":
            return
        if self._amazon_unreported():
            self._check_amazon_cancel()
            if not reason:
                raise UserError(_("Choose the reason: Amazon counts it."))
            self._amazon_enqueue_cancellation(reason)
        self._amazon_write({"amazon_cancel_requested": False})
        self._amazon_cancel()

    def _amazon_settle_cancellation(self):
        """Withdraw what was still to be sent: Amazon says that the order is
        cancelled."""
        row = self._amazon_cancellation()
        if row.state in (*WAITING, "failed"):
            row._set_done()
            row._end_cancellation_feed(self.amazon_account_id, row.browse())

    def _amazon_unreported(self):
        """Find the orders of which Amazon does not know that they are to be cancelled.

        :return: the orders that Amazon would go on to wait for, were they cancelled
        here alone
        """
        return self.filtered(
            lambda order: (
                order.amazon_order_ref
                and order.state != "cancel"
                and order.amazon_status != "CANCELLED"
                and order.sudo()._amazon_cancellation().state not in REPORTED
            )
        )

    def _amazon_enqueue_cancellation(self, reason):
        """Queue the report of the cancellation to Amazon.

        :param str reason: one of CANCEL_REASONS
        :return: amazon.submission
        """
        self.ensure_one()
        rows = self.sudo().amazon_submission_ids
        if known := rows.filtered(lambda row: row.kind == "cancellation"):
            known.reason = reason  # it was reopened since: reported once more
            known._reopen()
            return known
        return rows._enqueue(
            "cancellation",
            [
                {
                    "account_id": self.amazon_account_id.id,
                    "dedup_key": f"cancel/{self.id}",
                    "lane": f"order/{self.id}",
                    "sale_order_id": self.id,
                    "marketplace_id": self.amazon_marketplace_id.id,
                    "reason": reason,
                }
            ],
        )

    def _amazon_item_refs(self):
        """Collect the items that a cancellation has to name.

        :return list: Amazon's numbers of all items of the order, each once; a line
        may be gone whose charges are still there
        """
        self.ensure_one()
        refs = [
            line.amazon_item_ref or line.amazon_charge_ref for line in self.order_line
        ]
        return list(dict.fromkeys(filter(None, refs)))

    def _amazon_cancellation(self):
        """Find the message about the cancellation that is in force.

        :return: the amazon.submission that reports the cancellation, empty
        when there is none that counts
        """
        return self.amazon_submission_ids.filtered(
            lambda row: row.kind == "cancellation" and row.state != "superseded"
        )

    def _check_may_cancel(self):
        """Refuse cancellations by users who may only read the order.

        :raise AccessError: the user may not change the order
        """
        self.ensure_one()
        self.check_access_rights("write")
        self.check_access_rule("write")

    # === What can not be cancelled === #

    def _check_amazon_cancel(self):
        """Refuse what only Amazon can cancel, and what has left already.

        :raise UserError: Amazon would not cancel the order, or only with damage
        """
        self.ensure_one()
        if self.amazon_channel == "fba":
            raise UserError(
                _(
                    "Amazon stores and ships %s (FBA), so only Amazon can cancel it. "
                    "Cancel it in Seller Central; Odoo follows by itself.",
                    self.name,
                )
            )
        if blocker := self._amazon_report_blocker():
            raise UserError(
                _(
                    "%(order)s can not be cancelled any more: %(reason)s. If the goods "
                    "come back, book them with “Return” on the delivery, credit the "
                    "invoice if there is one, and refund the buyer in Seller Central.",
                    order=self.name,
                    reason=blocker,
                )
            )

    def _amazon_report_blocker(self):
        """Find what prevents the cancellation, at Amazon or here.

        :return str|None: why the cancellation must not be reported to Amazon;
        after a shipment it would refund all of it
        """
        if self.amazon_status in ("SHIPPED", "PARTIALLY_SHIPPED"):
            return _("it is shipped, says Amazon")
        messages = self.sudo().amazon_submission_ids
        if messages.filtered("package_id") or any(
            line.amazon_shipped_before for line in self.order_line
        ):
            return _("goods have already left")
        return self._amazon_cancel_blocker()

    def _refuse_silent_cancel(self):
        """Send people to the button of the single order, which asks for a reason.

        :raise UserError: in any case
        """
        raise UserError(
            _(
                "Amazon has to be told when these orders are cancelled: %s. Open each "
                "of them and press “Cancel” there. Orders that Amazon ships (FBA) are "
                "cancelled in Seller Central.",
                ", ".join(self.mapped("name")),
            )
        )
