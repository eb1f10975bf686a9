"""Rows of a settlement: thousands of them, written by a few statements."""

from odoo import api, fields, models

from ...const import SETTLEMENT_KINDS, SETTLEMENT_UNMAPPED
from ...tools.amazon_time import naive_seconds

# Rows of one statement.
PAGE = 1000
COLUMNS = (
    "settlement_id",
    "line_number",
    "transaction_type",
    "amazon_order_ref",
    "adjustment_ref",
    "marketplace_name",
    "amount_type",
    "amount_description",
    "amount",
    "posted_at",
    "item_ref",
    "adjustment_item_ref",
    "sku",
    "quantity",
    "kind",
)


class AmazonSettlementLine(models.Model):
    """An amount of a settlement, as Amazon states it, and where it was booked."""

    _name = "amazon.settlement.line"
    _inherit = ["amazon.own.fields"]
    _amazon_rows = True
    _description = "Amazon settlement: row"
    _order = "settlement_id, line_number, id"
    _rec_name = "amount_description"

    settlement_id = fields.Many2one(
        "amazon.settlement", required=True, index=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="settlement_id.currency_id")
    line_number = fields.Integer("Line", help="In Amazon's file.")
    transaction_type = fields.Char("Transaction")
    amazon_order_ref = fields.Char("Amazon reference", index="btree_not_null")
    adjustment_ref = fields.Char("Adjustment", help="Amazon's number of the refund.")
    marketplace_name = fields.Char("Marketplace")
    amount_type = fields.Char()
    amount_description = fields.Char("Description")
    amount = fields.Monetary(help="Positive: for you. Negative: for Amazon.")
    posted_at = fields.Datetime("Posted at Amazon")
    item_ref = fields.Char("Amazon item")
    adjustment_item_ref = fields.Char("Adjusted item")
    sku = fields.Char("SKU", index="btree_not_null")
    quantity = fields.Integer()

    # === How it was booked === #
    kind = fields.Selection(
        [*SETTLEMENT_KINDS, SETTLEMENT_UNMAPPED], help="As the map says."
    )
    sale_order_id = fields.Many2one(
        "sale.order", "Sale order", index="btree_not_null", ondelete="set null"
    )
    account_id = fields.Many2one(
        "account.account",
        ondelete="restrict",
        help="Of the amount without tax.",
    )
    move_line_id = fields.Many2one(
        "account.move.line",
        "Journal item",
        index="btree_not_null",
        ondelete="set null",
    )
    company_currency_id = fields.Many2one(
        related="settlement_id.company_id.currency_id", string="Company currency"
    )
    balance = fields.Monetary(
        "Without tax",
        currency_field="company_currency_id",
        help="In the currency of the company.",
    )

    # === BUSINESS METHODS === #

    def _is_refunded(self):
        """Answer whether the buyer got it back: also what Amazon paid of it as tax.

        :return bool:
        """
        is_of_refund = "refund" in (self.transaction_type or "").lower()
        return self.kind == "refund" or (self.kind == "tax" and is_of_refund)

    @api.model
    def _insert(self, settlement, rows):
        """Write all rows of a file; nothing is computed from them.

        :param settlement: one amazon.settlement
        :param rows: iterable of SettlementRow
        """
        columns, kinds = ", ".join(COLUMNS), {}
        maps = self.env["amazon.settlement.map"].sudo()

        def kind_of(row):
            key = (row.transaction_type, row.amount_type, row.amount_description)
            if key not in kinds:
                kinds[key] = maps._understand(settlement.account_id, *key)[1]
            return kinds[key]

        values = (
            (
                settlement.id,
                row.line,
                row.transaction_type or None,
                row.order_ref or None,
                row.adjustment_ref or None,
                row.marketplace_name or None,
                row.amount_type or None,
                row.amount_description or None,
                row.amount,
                naive_seconds(row.posted_at) or None,
                row.item_ref or None,
                row.adjustment_item_ref or None,
                row.sku or None,
                row.quantity,
                kind_of(row),
            )
            for row in rows
        )
        self.env.cr.execute_values(
            f"INSERT INTO amazon_settlement_line ({columns}) VALUES %s",
            values,
            page_size=PAGE,
        )
        self.invalidate_model()

    @api.model
    def _store_booking(self, entries):
        """Note where rows were booked, in one statement for many of them.

        :param list entries: of (id, kind, sale order id, account id, journal item id,
            balance without tax)
        """
        self.env.cr.execute_values(
            "UPDATE amazon_settlement_line AS line SET kind = made.kind,"
            " sale_order_id = made.sale_order_id, account_id = made.account_id,"
            " move_line_id = made.move_line_id, balance = made.balance"
            " FROM (VALUES %s) AS made (id, kind, sale_order_id, account_id,"
            " move_line_id, balance) WHERE line.id = made.id",
            entries,
            template="(%s, %s, %s::int, %s::int, %s::int, %s::numeric)",
            page_size=PAGE,
        )
        self.invalidate_model()
