"""What a settlement costs (feature L1): few statements per row, however many rows."""

from odoo.tests import tagged

from .case import SettlementCase, fee, row

ORDERS = 40
# Reading, booking, posting and reconciling with the invoices of the orders.
MOST_PER_ROW = 2


@tagged("post_install", "-at_install")
class TestSettlementCosts(SettlementCase):
    def test_l1_statements_per_row(self):
        refs = [self.buy("MUG-BLUE") for _number in range(ORDERS)]
        self.sync()
        orders = self.env["sale.order"].search([("amazon_order_ref", "in", refs)])
        invoices = orders._create_invoices(grouped=True)
        invoices.action_post()
        rows = []
        for order in orders:
            cells = {
                "order_id": order.amazon_order_ref,
                "order_item_code": order.order_line[0].amazon_item_ref,
                "sku": "MUG-BLUE",
            }
            rows += [
                row(f"{order.amount_total - 1:.2f}", **cells),
                row("1.00", "Shipping", **cells),
                fee("-1.50", **cells),
                fee("-3.10", "FBAPerUnitFulfillmentFee", **cells),
                row("0.20", "GiftWrap", **cells),
                row("-0.20", "Principal", "Promotion", **cells),
                fee("-0.10", "ShippingChargeback", **cells),
            ]
        self.account.settlement_posting = "posted"
        self.upload(fee("-1.00"), ref="0")  # the accounts and the journal are made
        few = self.count_sql(lambda: self.upload(*rows[: 7 * 5], ref="1"))
        many = self.count_sql(lambda: self.upload(*rows[7 * 5 :], ref="2"))
        self.assertEqual(sum(invoices.mapped("amount_residual")), 0)
        per_row = (many - few) / (len(rows) - 2 * 7 * 5)
        self.assertLess(per_row, MOST_PER_ROW, f"{few} and {many} statements")
