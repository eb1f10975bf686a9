"""Credit notes that are made in Odoo, and reported to Amazon (feature R4).

Nothing here calls Amazon: a refund is written down for Amazon in the transaction in
which a person wants it.
"""

from collections import defaultdict
from decimal import Decimal

from odoo import _, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..outbox.amazon_submission import UNDER_WAY, WAITING
from .sale_order import PART_OF_KIND

ZERO = Decimal(0)
STATES = {
    "pending": WAITING,
    "processing": UNDER_WAY,
    "done": ("done",),
    "error": ("failed",),
}


class AccountMove(models.Model):
    _inherit = "account.move"

    amazon_submission_ids = fields.One2many(
        "amazon.submission", "move_id", "Updates to Amazon", readonly=True
    )
    amazon_refund_status = fields.Selection(
        [
            ("offer", "Not reported"),
            ("pending", "Pending"),
            ("processing", "Processing"),
            ("done", "Done"),
            ("error", "Error"),
        ],
        "Refund at Amazon",
        compute="_compute_amazon_refund_status",
        compute_sudo=True,
        help="Whether Amazon knows that you refund the buyer. Empty for credit notes "
        "that Amazon need not know.",
    )
    amazon_refund_message = fields.Text(
        compute="_compute_amazon_refund_status", compute_sudo=True
    )

    # === COMPUTE METHODS === #

    @api.depends(
        "state",
        "move_type",
        "amazon_refund_id",
        "amazon_submission_ids.state",
        "amazon_submission_ids.error_message",
    )
    def _compute_amazon_refund_status(self):
        for move in self:
            # a message has a refund: nothing is read to learn that others have none
            noted = move if move.amazon_refund_id else move.browse()
            row = noted._amazon_refund_row()
            move.amazon_refund_message = row.error_message
            if row:
                move.amazon_refund_status = next(
                    status for status, states in STATES.items() if row.state in states
                )
            else:
                is_offered = move._amazon_can_report_refund()
                move.amazon_refund_status = "offer" if is_offered else False

    # === ACTION METHODS === #

    def action_post(self):
        """Offer to refund the buyer when a credit note of an Amazon order is posted."""
        result = super().action_post()
        if not result and len(self) == 1 and self.amazon_refund_status == "offer":
            return self.action_tell_amazon_refund()
        return result

    def action_tell_amazon_refund(self):
        """Open the window that asks for the reason of the refund.

        :raise UserError: it need not, or can not, be reported to Amazon
        """
        self.ensure_one()
        self._amazon_check_may_report()  # what is refused names the document
        self._amazon_check_reportable()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "amazon_connector.amazon_tell_refund_action"
        )
        return {**action, "context": {"default_move_id": self.id}}

    def action_retry_amazon_refund(self):
        """Report again what Amazon refused; it goes with the next run.

        :return dict: client action, a notification
        """
        self._amazon_check_may_report()
        return self.sudo()._amazon_refund_row()._retry()

    def action_settle_amazon_refund(self):
        """Settle the message: the buyer was refunded in Seller Central."""
        self._amazon_check_may_report()
        self.sudo()._amazon_refund_row()._settle()

    # === BUSINESS METHODS === #

    def _amazon_refund_row(self):
        """Find the message about the refund that is in force.

        :return: amazon.submission, empty when none counts
        """
        return self.amazon_submission_ids.filtered(
            lambda row: row.kind == "refund" and row.state != "superseded"
        )[:1]

    def _amazon_refund_orders(self):
        """Find the orders of Amazon that a credit note is about.

        :return: sale.order
        """
        lines = self.invoice_line_ids or self.env["account.move.line"]
        orders = lines.sale_line_ids.order_id
        if not orders:
            orders = self.reversed_entry_id.invoice_line_ids.sale_line_ids.order_id
        return orders.filtered("amazon_account_id")

    def _amazon_can_report_refund(self):
        """Whether this credit note could be reported to Amazon.

        :return bool: it is posted, of one Amazon order, and none of Amazon's refunds
        """
        return (
            self.move_type == "out_refund"
            and self.state == "posted"
            and not self.amazon_refund_id
            and len(self._amazon_refund_orders()) == 1
        )

    def _amazon_check_may_report(self):
        """Refuse refunds by users who may only read the credit note.

        :raise AccessError: the user may not change it
        """
        self.ensure_one()
        self.check_access_rights("write")
        self.check_access_rule("write")

    def _amazon_check_reportable(self):
        """Refuse credit notes that must not be reported to Amazon.

        :raise UserError: with the reason
        """
        move = self.sudo()
        orders = move._amazon_refund_orders()
        if move.amazon_refund_id.is_told:
            raise UserError(_("Amazon has been told of %s already.", move.name))
        if move.amazon_refund_id:
            raise UserError(
                _(
                    "%s books a refund that Amazon has made itself: the buyer has the "
                    "money.",
                    move.name,
                )
            )
        if move.move_type != "out_refund" or move.state != "posted":
            raise UserError(_("Post the credit note first."))
        if len(orders) != 1:
            raise UserError(
                _("%s is not the credit note of one Amazon order.", move.name)
            )
        if orders.amazon_status == "CANCELLED":
            raise UserError(
                _("%s is cancelled at Amazon: the buyer was not charged.", orders.name)
            )
        if move.currency_id != orders.currency_id:
            raise UserError(
                _(
                    "%(move)s is in %(currency)s, but Amazon refunds %(order)s in "
                    "%(other)s.",
                    move=move.name,
                    currency=move.currency_id.name,
                    order=orders.name,
                    other=orders.currency_id.name,
                )
            )

    def _amazon_report_refund(self, reason):
        """Queue the report of the refund to Amazon; a second user finds it done.

        :param str reason: one of REFUND_REASONS
        :raise UserError: Amazon would refuse it
        """
        self._amazon_check_may_report()
        # When two users do it at once, the second one waits here and then finds it.
        self.env.cr.execute(
            "SELECT id FROM account_move WHERE id = %s FOR NO KEY UPDATE", [self.id]
        )
        move = self.sudo()
        move.invalidate_recordset(["amazon_refund_id"])
        if move.amazon_refund_id.is_told:
            return
        move._amazon_check_reportable()
        if not reason:
            raise UserError(_("Choose the reason: Amazon does not refund without one."))
        order = move._amazon_refund_orders()
        # one refund of an order at a time, so that both see what is left
        self.env.cr.execute(
            "SELECT id FROM sale_order WHERE id = %s FOR NO KEY UPDATE", [order.id]
        )
        parts = move._amazon_split_refund(order)
        order._amazon_check_refundable(
            {key: amount for key, (amount, _tax) in parts.items()}
        )
        move._amazon_note_report(order, parts, reason)
        move.amazon_submission_ids._enqueue(
            "refund",
            [
                {
                    "account_id": order.amazon_account_id.id,
                    "dedup_key": f"refund/{move.id}/{move.amazon_refund_id.id}",
                    "lane": f"refund/{order.id}",
                    "sale_order_id": order.id,
                    "move_id": move.id,
                    "marketplace_id": order.amazon_marketplace_id.id,
                }
            ],
        )

    def _amazon_note_report(self, order, parts, reason):
        """Note the refund as one that is known: what Amazon says of it later is it.

        :param dict parts: (item, part) -> Decimal amount, Decimal tax in it
        :param str reason: one of REFUND_REASONS
        """
        skus = {
            line.amazon_item_ref: line.amazon_offer_id.sku
            for line in order.order_line
            if line.amazon_item_ref
        }
        self.amazon_refund_id = self.env["amazon.refund"].create(
            {
                "account_id": order.amazon_account_id.id,
                "refund_ref": self.name,
                "amazon_order_ref": order.amazon_order_ref,
                "sale_order_id": order.id,
                "posted_at": fields.Datetime.now(),
                "currency_id": self.currency_id.id,
                "amount_total": self.amount_total,
                "move_id": self.id,
                "is_told": True,
                "report_reason": reason,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": order.amazon_account_id.id,
                            "item_ref": item_ref,
                            "sku": skus.get(item_ref),
                            "kind": part,
                            "amount": float(amount),
                            "tax_amount": float(tax),
                        }
                    )
                    for (item_ref, part), (amount, tax) in parts.items()
                ],
            }
        )
        self._amazon_keep_apart(order)

    def _amazon_keep_apart(self, order):
        """Undo that the credit note lowers what the invoice waits for: Amazon pays the
        one and takes back the other as a whole. Nor has anything to be invoiced anew.
        """
        items = self.line_ids
        invoices = order.order_line.invoice_lines.move_id - self
        for partial in items.matched_debit_ids | items.matched_credit_ids:
            others = partial.debit_move_id | partial.credit_move_id
            if others.move_id <= invoices | self:
                partial.unlink()
        lines = self.invoice_line_ids.sale_line_ids
        self.env.add_to_compute(lines._fields["qty_invoiced"], lines)
        lines.modified(["qty_invoiced"])
        order._amazon_reconcile()

    def _amazon_split_refund(self, order):
        """Split a credit note into what goes back of each item and part.

        Amazon takes no negative amounts: a discount or a fee lowers the others. What
        belongs to no item is goodwill.

        :return dict: (item, part) -> Decimal amount with tax, Decimal tax in it
        :raise UserError: nothing is left to refund
        """
        sums = defaultdict(lambda: [ZERO, ZERO])
        loose = [ZERO, ZERO]
        for line in self.invoice_line_ids:
            if line.display_type != "product":
                continue
            sold = line.sale_line_ids[:1]
            item_ref = sold.amazon_item_ref or sold.amazon_charge_ref
            part = PART_OF_KIND.get(sold.amazon_kind, "product")
            bucket = sums[item_ref, part] if item_ref else loose
            total = Decimal(str(line.price_total))
            bucket[0] += total
            bucket[1] += total - Decimal(str(line.price_subtotal))
        items = [ref for ref, _part in sums] or [
            line.amazon_item_ref for line in order.order_line if line.amazon_item_ref
        ]
        cents = Decimal(str(self.currency_id.rounding)) * len(self.invoice_line_ids)
        if items and loose[0] > cents:
            sums[items[0], "goodwill"] = loose
        elif loose[0] and sums:
            largest = max(sums, key=lambda key: sums[key][0])
            sums[largest] = [a + b for a, b in zip(sums[largest], loose, strict=True)]
        return self._amazon_level_refund(sums)

    def _amazon_level_refund(self, sums):
        """Deduct negative amounts from the largest ones.

        :return dict: the same, without what is not positive
        """
        owed = [ZERO, ZERO]
        for key in [key for key, (amount, _tax) in sums.items() if amount <= 0]:
            owed = [a + b for a, b in zip(owed, sums.pop(key), strict=True)]
        while owed[0] < 0 and sums:
            largest = max(sums, key=lambda key: sums[key][0])
            amount, tax = sums[largest]
            if amount + owed[0] > 0:
                sums[largest] = [amount + owed[0], tax + owed[1]]
                owed = [ZERO, ZERO]
            else:
                del sums[largest]
                owed = [amount + owed[0], tax + owed[1]]
        if not sums or owed[0]:
            raise UserError(_("Nothing of %s is money for the buyer.", self.name))
        return {key: tuple(value) for key, value in sums.items()}

    def _amazon_withdraw_refunds(self):
        """Withdraw what was not reported yet, as the credit note is reset to draft.

        :raise UserError: it was reported to Amazon
        """
        for move in self.sudo().filtered("amazon_refund_id.is_told"):
            row = move._amazon_refund_row()
            if row.state in (*UNDER_WAY, "done") or move.amazon_refund_id.state != (
                "told"
            ):
                raise UserError(
                    _(
                        "Amazon was told of %s, so it can not be changed. Correct it "
                        "with another document.",
                        move.name,
                    )
                )
            row._supersede(_("The credit note was reset to draft in Odoo."))
            refund = move.amazon_refund_id
            move.amazon_refund_id = False
            refund.unlink()
