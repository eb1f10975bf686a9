"""Refunds, seen from the order."""

from collections import defaultdict

from odoo import api, fields, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    amazon_refunded = fields.Monetary(
        "Refunded by Amazon",
        currency_field="amazon_company_currency_id",
        copy=False,
        readonly=True,
        help="What buyers got back of this order, in the currency of the company. "
        "Refunds that wait for you are in it.",
    )
    amazon_refund_ids = fields.One2many(
        "amazon.refund", "sale_order_id", "Refunds of Amazon", readonly=True
    )
    amazon_return_ids = fields.One2many(
        "amazon.return", "sale_order_id", "Returns at Amazon", readonly=True
    )

    def action_view_amazon_refunds(self):
        """Open what went back for these orders, by what and when."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "amazon_connector.amazon_refund_action"
        )
        return {
            **action,
            "domain": [("sale_order_id", "in", self.ids)],
            "context": {"create": False},
        }

    def _amazon_receipts(self):
        """Find the receipts of what comes back of these orders.

        :return: stock.picking
        """
        return self.amazon_return_ids.picking_id - self.picking_ids

    @api.model
    def _amazon_update_refunded(self, orders):
        """Compute anew what buyers got back, and with it the margin.

        :param orders: sale.order of which refunds have changed
        """
        if not orders:
            return
        sums = defaultdict(float)
        refunds = self.env["amazon.refund"].search(
            [("sale_order_id", "in", orders.ids)]
        )
        for refund in refunds.filtered(lambda each: each.state != "told"):
            sums[refund.sale_order_id.id] += refund._get_amount_of_company()
        for order in orders:
            amount = order.amazon_company_currency_id.round(sums[order.id])
            if order.amazon_refunded != amount:
                order.amazon_refunded = amount
        orders.invalidate_recordset(["amazon_margin"])
