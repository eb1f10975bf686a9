"""Refunds that Odoo has reported: Amazon's own statements of them are recognized, so
that nothing is credited twice (feature R4).
"""

from odoo import _, fields, models
from odoo.exceptions import UserError

from ...const import REFUND_REASONS

# Reported to Amazon, or to be reported, without a good answer yet.
UNSETTLED = ("todo", "held", "submitted", "failed", "unknown")


class AmazonRefund(models.Model):
    _inherit = "amazon.refund"

    report_reason = fields.Selection(
        REFUND_REASONS, "Reason given to Amazon", readonly=True
    )
    reported_id = fields.Many2one(
        "amazon.refund",
        compute="_compute_reported_id",
        help="A refund of the same order that was reported from Odoo, and that Amazon "
        "does not show yet.",
    )

    # === COMPUTE METHODS === #

    def _compute_reported_id(self):
        for refund in self:
            others = refund.sale_order_id.amazon_refund_ids - refund
            refund.reported_id = others.filtered(lambda other: other.state == "told")[
                :1
            ]

    # === ACTION METHODS === #

    def action_join_reported(self):
        """Take this refund of Amazon for the one that was reported from Odoo, although
        the amounts differ: no second credit note is made.

        :raise UserError: nothing was reported, or it has a credit note already
        """
        self._check_may_book()
        for refund in self.sudo():
            reported = refund.reported_id
            if refund.move_id or not reported:
                raise UserError(
                    _("No refund of this order was reported from Odoo and is open.")
                )
            reported._join(refund)
        return True

    # === BUSINESS METHODS === #

    def _find_reported(self, lines, source, refund, values):
        """Recognize a refund that was reported from Odoo: by Amazon's number, else by
        its total, for Amazon may split the amount into other parts.

        :param lines: amazon.refund.line of the order that are known
        :param str source: in_finances or in_settlement
        :param Refund refund: of the pure layer
        :param list values: of amazon.refund.line, what Amazon says now
        :return: amazon.refund, or none
        """
        reported = lines.refund_id.filtered("is_told").sorted("id")
        number = refund.refund_ref or refund.transaction
        same = reported.filtered(lambda known: number and known.refund_ref == number)
        if same:
            return same[:1]
        total = sum(value["amount"] for value in values)
        return reported.filtered(
            lambda known: (
                not any(known.line_ids.mapped(source))
                and not known.currency_id.compare_amounts(known.amount_total, total)
            )
        )[:1]

    def _note_shown(self, source, refund, values):
        """Note that Amazon shows what was reported.

        :param str source: in_finances or in_settlement
        :param Refund refund: of the pure layer
        :param list values: of amazon.refund.line, what Amazon says
        """
        self.ensure_one()
        number = refund.refund_ref or refund.transaction
        is_known = any(self.line_ids.mapped(source))
        self.line_ids.write({source: True})
        if number and (source == "in_finances" or not self._is_shown_by_number()):
            self.refund_ref = number
        if not is_known:
            for value in values:
                line = self.line_ids.filtered(
                    lambda known, value=value: (
                        not known.adjustment_ref
                        and known.kind == value["kind"]
                        and not known.currency_id.compare_amounts(
                            known.amount, value["amount"]
                        )
                    )
                )[:1]
                line.adjustment_ref = value["adjustment_ref"]
        self._settle_report()

    def _is_shown_by_number(self):
        return any(self.line_ids.mapped("in_finances"))

    def _settle_shown(self):
        """Settle the message once Amazon shows all amounts, each in its own refund."""
        if all(line.in_finances or line.in_settlement for line in self.line_ids):
            self._settle_report()

    def _settle_report(self):
        """Settle the message of a refund that Amazon shows: it is not sent again."""
        rows = self.move_id.sudo().amazon_submission_ids.filtered(
            lambda row: row.kind == "refund" and row.state in UNSETTLED
        )
        rows._set_done(is_sure=True)

    def _join(self, shown):
        """Let a refund that Amazon shows be this one, which was reported."""
        self.ensure_one()
        number, posted_at = shown.refund_ref, shown.posted_at
        lines = shown.line_ids
        shown.settlement_line_ids.refund_id = self
        self.line_ids.unlink()
        lines.refund_id = self
        self.write(
            {
                "refund_ref": number,
                "posted_at": posted_at,
                "amount_total": sum(lines.mapped("amount")),
            }
        )
        shown.unlink()
        self._settle_report()
        self.env["sale.order"]._amazon_update_refunded(self.sale_order_id)
