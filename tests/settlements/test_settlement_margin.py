"""What is left of an order (feature L4)."""

from odoo.tests import tagged

from .case import SettlementCase, fee, row


@tagged("post_install", "-at_install")
class TestSettlementMargin(SettlementCase):
    def setUp(self):
        super().setUp()
        for product in self.products.values():
            product.with_company(self.company).standard_price = 4

    def test_l4_fees_and_margin_of_an_order(self):
        order = self.order_in("MUG-BLUE", "MUG-WHITE")
        self.assertEqual(order.amazon_fees, 0)
        blue, white = order.order_line
        settlement = self.upload(
            *self.sold(order),
            fee(
                "-2.25",
                order_id=order.amazon_order_ref,
                order_item_code=white.amazon_item_ref,
            ),
        )
        self.assertEqual(
            (order.amazon_fees, order.amazon_fees_estimated), (3.75, False)
        )
        self.assertEqual((blue.amazon_fees, white.amazon_fees), (1.5, 2.25))
        margin = order.amount_untaxed - 3.75 - 8
        self.assertAlmostEqual(order.amazon_margin, margin, 2)
        self.account._cron_sync_settlements()
        rows = self.env["amazon.margin"].search([("order_id", "=", order.id)])
        self.assertAlmostEqual(sum(rows.mapped("margin")), margin, 2)
        self.assertEqual(sorted(rows.mapped("fees")), [1.5, 2.25])
        self.assertEqual(set(rows.mapped("cost")), {4})
        settlement.action_book_again()
        order.invalidate_recordset()
        self.assertEqual(order.amazon_fees, 3.75)

    def test_l4_fees_of_two_settlements(self):
        order = self.order_in("MUG-BLUE")
        self.upload(*self.sold(order))
        self.upload(fee("-0.50", order_id=order.amazon_order_ref), ref="2")
        self.assertEqual(order.amazon_fees, 2)

    def test_l4_label_and_refund(self):
        order = self.order_in("MUG-BLUE")
        picking = order.picking_ids
        picking.carrier_tracking_ref = "T1"
        for move in picking.move_ids:
            move._set_quantity_done(move.product_uom_qty)
            move.picked = True
        picking._action_done()
        picking.carrier_price = 3.5
        ref = order.amazon_order_ref
        self.upload(*self.sold(order), row("-5.00", transaction="Refund", order_id=ref))
        self.assertAlmostEqual(
            order.amazon_margin, order.amount_untaxed - 5 - 1.5 - 3.5 - 4, 2
        )

    def test_l4_refund_with_tax_that_amazon_remits(self):
        order = self.order_in("MUG-BLUE")
        refund = {
            "transaction": "Refund",
            "order_id": order.amazon_order_ref,
            "adjustment_id": "1",
        }
        label = "MarketplaceFacilitatorTax-Principal"
        self.upload(
            *self.sold(order),
            row("-5.00", **refund),
            row("-0.90", "Tax", **refund),
            row("0.90", label, "ItemWithheldTax", **refund),
        )
        self.account._cron_sync_settlements()
        rows = self.env["amazon.margin"].search([("order_id", "=", order.id)])
        self.assertAlmostEqual(sum(rows.mapped("refunds")), 5, 2)
        self.assertAlmostEqual(sum(rows.mapped("margin")), order.amazon_margin, 2)

    def test_l4_percentage_of_a_group(self):
        cheap, dear = self.order_in("MUG-BLUE"), self.order_in("MUG-BLUE")
        dear.order_line.price_unit = 100
        self.account._cron_sync_settlements()
        margins = self.env["amazon.margin"]
        domain = [("order_id", "in", (cheap + dear).ids)]
        rows = margins.search(domain)
        self.assertEqual(len(rows), 2)
        [(percent,)] = margins._read_group(domain, [], ["margin_percent:avg"])
        expected = 100 * sum(rows.mapped("margin")) / sum(rows.mapped("sales"))
        self.assertAlmostEqual(percent, expected, 4)
        self.assertNotAlmostEqual(
            percent, sum(rows.mapped("margin_percent")) / 2, 1, "not the mean"
        )

    def test_l4_estimate_of_the_same_sku(self):
        old = self.order_in("MUG-BLUE")
        posted = {"posted_date": "", "posted_date_time": ""}
        posted["posted_date"] = str(old.date_order.date())
        self.upload(*self.sold(old, **posted))
        order = self.order_in("MUG-BLUE")
        self.assertEqual((order.amazon_fees, order.amazon_fees_estimated), (1.5, True))
        self.assertEqual(order.order_line.amazon_fees, 1.5)
        unknown = self.order_in("MUG-WHITE")
        self.assertEqual(unknown.amazon_fees, 0)
        self.upload(
            fee("-1.75", order_id=order.amazon_order_ref),
            ref="2",
        )
        self.assertEqual(
            (order.amazon_fees, order.amazon_fees_estimated), (1.75, False)
        )
