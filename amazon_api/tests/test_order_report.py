from .. import ReportedOrder, Unavailable, UnreadableRow, read_orders
from .common import AmazonCase, at
from .tables import ORDER_HEADINGS, content, order_row, table

FIRST, SECOND = "302-1111111-2222222", "302-3333333-4444444"
ORDER = ReportedOrder(
    order_id=FIRST,
    status="UNSHIPPED",
    stated_status="Unshipped",
    last_updated_time=at(2026, 11, 18, 9, 47, 10),
    purchase_time=at(2026, 11, 18, 9, 15),
    fulfilled_by="MERCHANT",
    sales_channel="Amazon.de",
)


class TestOrderReport(AmazonCase):
    """d13: what Amazon's order report says of the last days."""

    def read(self, *rows, headings=ORDER_HEADINGS):
        return read_orders(content(table(headings, *rows)))

    def one(self, **changes):
        (order,) = self.read(order_row(**changes)).orders
        return order

    def test_each_order_once(self):
        report = self.read(
            order_row(),
            order_row(SECOND, fulfillment_channel="Amazon"),
            order_row(sku="SKU-2"),
        )
        self.assertEqual(report.unreadable, ())
        self.assertEqual([o.order_id for o in report.orders], [FIRST, SECOND])
        self.assertEqual(report.orders[0], ORDER)
        self.assertEqual(report.orders[1].fulfilled_by, "AMAZON")

    def test_nothing_personal_is_kept(self):
        report = self.read(order_row(), order_row("#", ship_city="Musterstadt"))
        for secret in ("Musterstadt", "12345", "Blue mug"):
            self.assertNotIn(secret, repr(report))

    def test_the_last_change_counts(self):
        older, newer = "2026-11-18T09:00:00+00:00", "2026-11-18T11:00:00+01:00"
        for rows in (
            (
                order_row(last_updated_date=older, order_status="Pending"),
                order_row(last_updated_date=newer, order_status="Shipped"),
            ),
            (
                order_row(last_updated_date=newer, order_status="Shipped"),
                order_row(last_updated_date=older, order_status="Pending"),
            ),
        ):
            (order,) = self.read(*rows).orders
            self.assertEqual(
                (order.status, order.last_updated_time),
                ("SHIPPED", at(2026, 11, 18, 10)),
            )

    def test_statuses(self):
        for stated, status in (
            ("Pending", "PENDING"),
            ("PendingAvailability", "PENDING_AVAILABILITY"),
            ("Unshipped", "UNSHIPPED"),
            ("PartiallyShipped", "PARTIALLY_SHIPPED"),
            ("Partially Shipped", "PARTIALLY_SHIPPED"),
            ("Shipped", "SHIPPED"),
            ("Shipped - Delivered to Buyer", "SHIPPED"),
            ("Pending - Waiting for Pick Up", "PENDING"),
            ("Cancelled", "CANCELLED"),
            ("Canceled", "CANCELLED"),
            ("Unfulfillable", "UNFULFILLABLE"),
            ("InvoiceUnconfirmed", None),
            ("Shipping", None),
        ):
            order = self.one(order_status=stated)
            self.assertEqual((order.status, order.stated_status), (status, stated))

    def test_what_may_be_missing(self):
        order = self.one(purchase_date="", fulfillment_channel="", sales_channel="")
        self.assertEqual(
            (order.purchase_time, order.fulfilled_by, order.sales_channel),
            (None, None, None),
        )

    def test_orders_of_other_shops(self):
        number = "S02-1234567-1234567"
        order = self.one(amazon_order_id=number, sales_channel="Non-Amazon")
        self.assertEqual(order.order_id, number)
        self.assertEqual(order.sales_channel, "Non-Amazon")

    def test_unreadable_rows_one_by_one(self):
        report = self.read(
            order_row(),
            order_row(""),
            order_row("a b"),
            order_row(SECOND, last_updated_date="yesterday"),
            order_row(SECOND, order_status=""),
            order_row(SECOND),
        )
        self.assertEqual([order.order_id for order in report.orders], [FIRST, SECOND])
        self.assertEqual(
            report.unreadable,
            (
                UnreadableRow(3, None, "The order number is missing."),
                UnreadableRow(4, None, "The order number is none."),
                UnreadableRow(5, SECOND, "The time of the last change is none."),
                UnreadableRow(6, SECOND, "The state is missing."),
            ),
        )

    def test_a_row_broken_in_two(self):
        whole = table(ORDER_HEADINGS, order_row(product_name="Blue\nmug"))
        report = read_orders(content(whole))
        self.assertEqual(report.orders, (ORDER,))
        (rest,) = report.unreadable
        self.assertEqual((rest.row, rest.reference), (3, None))

    def test_no_order_report(self):
        for text in ("", "<html>", "amazon-order-id\tsku\r\n1\t2\r\n"):
            self.failure_of(Unavailable, read_orders, content(text))
        self.assertEqual(self.read().orders, ())
