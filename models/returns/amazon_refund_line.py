"""Amounts of refunds, by item and kind."""

from odoo import fields, models


class AmazonRefundLine(models.Model):
    """An amount of a refund, and which of Amazon's two sources have named it."""

    _name = "amazon.refund.line"
    _inherit = ["amazon.own.fields"]
    _amazon_rows = True
    _description = "Amazon refund: amount"
    _order = "refund_id, id"
    _rec_name = "kind"
    _sql_constraints = [
        (
            "unique_amount",
            "UNIQUE(account_id, adjustment_ref, kind)",
            "Amazon has named this amount already.",
        ),
    ]

    refund_id = fields.Many2one(
        "amazon.refund", required=True, index=True, ondelete="cascade"
    )
    account_id = fields.Many2one(
        "amazon.account", required=True, index=True, ondelete="restrict"
    )
    currency_id = fields.Many2one(related="refund_id.currency_id")
    adjustment_ref = fields.Char(
        "Adjustment", help="Amazon's number of the refund of this item."
    )
    item_ref = fields.Char("Amazon item")
    sku = fields.Char("SKU")
    kind = fields.Selection(
        [
            ("product", "Goods"),
            ("shipping", "Shipping"),
            ("gift_wrap", "Gift wrap"),
            ("discount", "Discount"),
            ("goodwill", "Goodwill"),
            ("restocking", "Restocking fee"),
            ("unknown", "Not understood"),
        ],
        required=True,
    )
    amount = fields.Monetary(help="Positive: for the buyer, tax included.")
    tax_amount = fields.Monetary(
        "Tax in it", help="Known of what was reported from Odoo."
    )
    in_finances = fields.Boolean("In transactions")
    in_settlement = fields.Boolean("In a settlement")

    def _is_same(self, source, line):
        """Whether the other source says the same amount.

        :param str source: in_finances or in_settlement
        :param dict line: values of this model
        """
        if self[source] or self.kind != line["kind"]:
            return False
        if self.currency_id.compare_amounts(self.amount, line["amount"]):
            return False
        if self.item_ref and line["item_ref"]:
            return self.item_ref == line["item_ref"]
        return not (self.sku and line["sku"]) or self.sku == line["sku"]
