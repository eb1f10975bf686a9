"""Margin by order, item, SKU and marketplace: pivot, graph, list (feature L4)."""

from odoo import _, api, fields, models
from odoo.tools import SQL


class AmazonMargin(models.Model):
    """One row per item of an order. What belongs to the order as a whole (a label, fees
    without an item, refunds) is shared out by the worth of its items."""

    _name = "amazon.margin"
    _description = "Amazon margin"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "order_id"
    _depends = {
        "sale.order": [
            "amazon_refunded",
            "amount_untaxed",
            "currency_rate",
            "date_order",
            "state",
        ],
        "sale.order.line": ["price_subtotal", "product_uom_qty", "order_id"],
        "amazon.settlement.line": [
            "account_id",
            "balance",
            "kind",
            "sale_order_id",
            "transaction_type",
        ],
        "stock.picking": ["carrier_price", "sale_id", "state"],
    }

    order_id = fields.Many2one("sale.order", readonly=True)
    amazon_order_ref = fields.Char("Amazon reference", readonly=True)
    account_id = fields.Many2one("amazon.account", "Amazon account", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(
        "res.currency", related="company_id.currency_id", string="Currency"
    )
    marketplace_id = fields.Many2one("amazon.marketplace", readonly=True)
    amazon_channel = fields.Selection(
        [("fba", "FBA"), ("fbm", "FBM")], "Channel", readonly=True
    )
    product_id = fields.Many2one("product.product", readonly=True)
    sku = fields.Char("SKU", readonly=True)
    date = fields.Datetime("Ordered", readonly=True)
    quantity = fields.Float(readonly=True)
    sales = fields.Monetary("Sales without tax", readonly=True)
    refunds = fields.Monetary("Refunds without tax", readonly=True)
    fees = fields.Monetary("Amazon fees", readonly=True)
    is_estimated = fields.Boolean("Estimated fees", readonly=True)
    label_cost = fields.Monetary(readonly=True)
    cost = fields.Monetary("Cost of goods", readonly=True)
    margin = fields.Monetary(readonly=True)
    margin_percent = fields.Float("Margin %", readonly=True, group_operator="avg")

    @property
    def _table_query(self):
        """The SQL of the rows; amounts are in the currency of the company."""
        return """
            WITH settled AS (
                SELECT sale.id AS order_id,
                       -SUM(line.balance * CASE account.account_type
                            WHEN 'asset_receivable' THEN sale.amount_untaxed
                                / COALESCE(NULLIF(sale.amount_total, 0), 1)
                            ELSE 1 END) AS refunds
                  FROM amazon_settlement_line line
                  JOIN sale_order sale ON sale.id = line.sale_order_id
                  JOIN res_company company ON company.id = sale.company_id
                  JOIN account_account account ON account.id = line.account_id
                 WHERE account.id IS DISTINCT FROM company.amazon_withheld_account_id
                   AND (line.kind = 'refund' OR line.kind = 'tax'
                        AND position('refund' IN lower(line.transaction_type)) > 0)
                 GROUP BY sale.id
            ), label AS (
                SELECT sale_id AS order_id, SUM(carrier_price) AS cost
                  FROM stock_picking
                 WHERE state = 'done' AND sale_id IS NOT NULL AND carrier_price > 0
                 GROUP BY sale_id
            ), item AS (
                SELECT line.*,
                       line.price_subtotal / COALESCE(NULLIF(SUM(line.price_subtotal)
                           OVER (PARTITION BY line.order_id), 0), 1) AS share,
                       SUM(COALESCE(line.amazon_fees, 0))
                           OVER (PARTITION BY line.order_id) AS item_fees
                  FROM sale_order_line line
                  JOIN sale_order sale ON sale.id = line.order_id
                 WHERE line.display_type IS NULL
                   AND sale.amazon_account_id IS NOT NULL
            ), figures AS (
                SELECT item.id, item.order_id, sale.amazon_order_ref,
                       sale.amazon_account_id AS account_id, sale.company_id,
                       sale.amazon_marketplace_id AS marketplace_id,
                       sale.amazon_channel, item.product_id, offer.sku,
                       sale.date_order AS date, item.product_uom_qty AS quantity,
                       COALESCE(sale.amazon_fees_estimated, TRUE) AS is_estimated,
                       item.price_subtotal / COALESCE(NULLIF(sale.currency_rate, 0), 1)
                           AS sales,
                       GREATEST(settled.refunds, COALESCE(sale.amazon_refunded, 0)
                           * sale.amount_untaxed
                           / COALESCE(NULLIF(sale.amount_total, 0), 1))
                           * item.share AS refunds,
                       COALESCE(item.amazon_fees, 0)
                           + (COALESCE(sale.amazon_fees, 0) - item.item_fees)
                           * item.share AS fees,
                       COALESCE(label.cost, 0) * item.share AS label_cost,
                       COALESCE(item.amazon_cost, 0) AS cost
                  FROM item
                  JOIN sale_order sale ON sale.id = item.order_id
                  LEFT JOIN amazon_offer offer ON offer.id = item.amazon_offer_id
                  LEFT JOIN settled ON settled.order_id = item.order_id
                  LEFT JOIN label ON label.order_id = item.order_id
                 WHERE sale.state = 'sale'
            )
            SELECT figures.*,
                   sales - refunds - fees - label_cost - cost AS margin,
                   CASE WHEN sales = 0 THEN NULL ELSE
                       100 * (sales - refunds - fees - label_cost - cost) / sales
                   END AS margin_percent
              FROM figures"""

    def _read_group_select(self, aggregate_spec, query):
        """The percentage of a group is its margin by its sales, not an average of
        percentages. (17.0 returns the fields beside the SQL.)"""
        selected = super()._read_group_select(aggregate_spec, query)
        if aggregate_spec != "margin_percent:avg":
            return selected
        margin, sales = (
            SQL("SUM(%s)", SQL.identifier(self._table, name))
            for name in ("margin", "sales")
        )
        percent = SQL("100 * %s / NULLIF(%s, 0)", margin, sales)
        return (percent, selected[1]) if isinstance(selected, tuple) else percent

    @api.model
    def _get_view_cache_key(self, view_id=None, view_type="form", **options):
        """The chart names the currency of the company."""
        key = super()._get_view_cache_key(view_id, view_type, **options)
        return (*key, self.env.company.currency_id) if view_type == "graph" else key

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        """Put the currency on the axis of the chart."""
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type == "graph":
            for node in arch.xpath("//field[@name='margin']"):
                currency = self.env.company.currency_id.name
                node.set("string", _("Margin (%s)", currency))
        return arch, view
