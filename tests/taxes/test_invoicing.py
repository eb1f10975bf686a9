"""What is not shipped is not to invoice (feature D23)."""

from odoo.exceptions import UserError

from .case import TaxCase


class TestInvoicing(TaxCase):
    """The goods are invoiced by delivered quantities, everything else as ordered."""

    with_books = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for product in cls.products.values():
            product.invoice_policy = "delivery"

    def _deliver(self, order, *skus):
        for move in order.picking_ids.move_ids:
            if move.product_id.default_code in skus:
                move.quantity = move.product_uom_qty
                move.picked = True
        order.picking_ids.filtered(lambda p: p.state != "done")._action_done()

    def _bill(self, order):
        """Invoice what can be invoiced.

        :return list: (product, total) of the lines of a new invoice
        """
        invoice = order._create_invoices(final=True)
        invoice.action_post()
        return sorted(
            (
                line.product_id.default_code or line.product_id.name,
                round(line.price_total, 2),
            )
            for line in invoice.invoice_line_ids.filtered("product_id")
        )

    def assertNothingToInvoice(self, order):
        self.assertEqual(order.invoice_status, "no")
        with self.assertRaises(UserError):
            order._create_invoices(final=True)

    def test_d23_charges_wait_for_their_goods(self):
        for words in (
            {"shipping": "4.00"},
            {"gift_wrap": "4.00"},
            {"discount": "3.00"},
            {"quantity": 3, "total": "10.00"},  # a rounding line on Odoo 17.0
        ):
            with self.subTest(words):
                order = self.book(self.item(**words))
                self.assertNothingToInvoice(order)
                self._deliver(order, "MUG-BLUE")
                self.assertEqual(order.invoice_status, "to invoice")
                billed = self._bill(order)
                self.assertEqual(len(billed), len(order.order_line))
                self.assertEqual(order.invoice_ids.amount_total, order.amazon_total)
                self.assertEqual(order.invoice_ids.amount_tax, order.amazon_tax)
                self.assertEqual(order.invoice_status, "invoiced")

    def test_d23_each_charge_goes_with_its_own_goods(self):
        order = self.book(
            self.item(shipping="4.00"),
            self.item("TEA-SENCHA", total="10.70", shipping="1.07", tax_rate="0.07"),
        )
        self._deliver(order, "TEA-SENCHA")
        self.assertEqual(
            self._bill(order), [("Amazon Shipping", 1.07), ("TEA-SENCHA", 10.7)]
        )
        self.assertNothingToInvoice(order)
        self._deliver(order, "MUG-BLUE")
        self.assertEqual(
            self._bill(order), [("Amazon Shipping", 4.0), ("MUG-BLUE", 119.0)]
        )
        self.assertEqual(order.invoice_status, "invoiced")

    def test_d23_what_is_left_alone_is_invoiced(self):
        ref = self.place(self.item(shipping="4.00"))
        self.run_cron()
        order = self.sale_order(ref)
        self._deliver(order, "MUG-BLUE")
        self._bill(order)
        extra = order.order_line.filtered("amazon_charge_ref")
        extra.product_uom_qty = 2
        self.assertEqual(order.invoice_status, "to invoice")
        self.assertEqual(self._bill(order), [("Amazon Shipping", 4.0)])

    def test_d23_orders_that_are_not_amazons_are_as_ever(self):
        shipping = self.env.ref("amazon_connector.product_amazon_shipping")
        order = self.env["sale.order"].create(
            {
                "partner_id": self.env["res.partner"].create({"name": "Buyer"}).id,
                "company_id": self.company.id,
                "warehouse_id": self.warehouse.id,
                "order_line": [
                    (0, 0, {"product_id": product.id, "price_unit": 1.0})
                    for product in (self.products["MUG-BLUE"], shipping)
                ],
            }
        )
        order.action_confirm()
        self.assertEqual(order.invoice_status, "to invoice")
