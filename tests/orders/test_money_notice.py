"""A total that is not Amazon's is flagged, and by how much (feature F1)."""

from lxml import etree

from ..common import AmazonCase


class TestMoneyNotice(AmazonCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.tax_calculation_rounding_method = "round_per_line"

    def _buy_inflated(self, quantity=1):
        ref = self.buy(items=[self.world.item("MUG-BLUE", price="11.90")])

        def inflate(order):
            order["proceeds"]["grandTotal"]["amount"] = "100.00"
            order["orderItems"][0]["quantityOrdered"] = quantity

        self.world.tamper(ref, inflate)
        self.sync()
        return self.sale_order(ref)

    def test_f1_money_without_goods_is_no_rounding(self):
        order = self._buy_inflated(quantity=0)
        self.assertEqual(order.amount_total, 0.0)
        self.assertEqual(order.amazon_total_difference, -100.0)
        self.assertEqual(len(order.order_line), 1)

    def test_f1_notice_goes_away_when_the_totals_agree(self):
        order = self._buy_inflated()
        found = self.env["sale.order"].search([("amazon_total_difference", "!=", 0)])
        self.assertIn(order, found)
        order.order_line.price_unit = 100.0
        self.assertEqual(order.amazon_total_difference, 0.0)
        found = self.env["sale.order"].search([("amazon_total_difference", "!=", 0)])
        self.assertNotIn(order, found)

    def test_f1_notice_says_by_how_much_and_what_to_do(self):
        form = self.env["sale.order"].get_view(
            self.env.ref("sale.view_order_form").id, "form"
        )
        (notice,) = etree.fromstring(form["arch"]).xpath(
            "//div[@name='amazon_difference']"
        )
        self.assertEqual(notice.get("invisible"), "not amazon_total_difference")
        self.assertEqual(
            [field.get("name") for field in notice.iter("field")],
            ["amount_total", "amazon_total", "amazon_total_difference"],
        )
        text = " ".join("".join(notice.itertext()).split())
        self.assertIn("correct what is wrong before you invoice", text)

    def test_f1_a_true_order_shows_no_notice(self):
        ref = self.buy(items=[self.world.item("MUG-BLUE", price="5.00")])
        self.sync()
        self.assertFalse(self.sale_order(ref).amazon_total_difference)

    def test_f1_total_that_does_not_add_up_is_flagged(self):
        ref = self.buy("MUG-BLUE")

        def inflate(order):
            order["proceeds"]["grandTotal"]["amount"] = "100.00"

        self.world.tamper(ref, inflate)
        self.sync()
        order = self.sale_order(ref)
        self.assertEqual(order.state, "sale")
        self.assertEqual(order.amazon_total, 100.0)
        self.assertEqual(order.amazon_total_difference, order.amount_total - 100.0)
        self.assertIn(
            order,
            self.env["sale.order"].search([("amazon_total_difference", "!=", 0)]),
        )
