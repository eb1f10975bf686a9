"""Rows of settlements, as far as they are refunds."""

from odoo import fields, models


class AmazonSettlementLine(models.Model):
    _inherit = "amazon.settlement.line"

    refund_id = fields.Many2one(
        "amazon.refund",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    refund_seen = fields.Boolean(
        readonly=True, help="Whether it was looked at for refunds."
    )
