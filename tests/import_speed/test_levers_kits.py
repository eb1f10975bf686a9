"""The levers of an import on kits of Manufacturing: a kit is sold, its parts leave."""

import json

from odoo.tests import tagged

from ..shipping_case import ShippingCase
from ..valuation import create_real_time_category
from .case import LeverCase


# `python3 -m dev test --with mrp,sale_mrp` runs them, and so does CI: elsewhere there
# are no kits, so that they would have to be skipped.
@tagged("-standard", "amazon_with_sale_mrp")
class TestLeversOnKits(LeverCase, ShippingCase):
    """A gift box is two mugs, a tea and its wrapping; a dozen of sets, each of which is
    two such boxes and a blue mug, stand on one parts list."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["account.chart.template"].try_loading(
            "generic_coa", company=cls.company, install_demo=False
        )
        # A shop that charges no tax: what differs from Amazon has tests of its own.
        taxes = cls.env["account.tax"].search([("company_id", "=", cls.company.id)])
        taxes.active = False
        kits = {"GIFT-BOX": "Tea for two", "SPOON-SET": "Tea for four"}
        cls.env["product.product"].search(
            [("default_code", "in", list(kits))]
        ).action_archive()
        for sku, name in kits.items():
            cls.products[sku] = cls._create_product(sku, name)
        cls.wrapping = cls._create_service("WRAPPING", "Wrapping")

    def setUp(self):
        super().setUp()
        self.account.dry_run = True  # what Amazon would get stays here
        parts = {"MUG-WHITE": 2, "TEA-SENCHA": 1}
        self._create_bom("GIFT-BOX", parts, self.wrapping)
        parts = {"GIFT-BOX": 24, "MUG-BLUE": 12}
        self._create_bom("SPOON-SET", parts, product_qty=12)

    # === what people do === #

    def _stock(self, blue=0, white=0, tea=0, place=None):
        for sku, quantity in (
            ("MUG-BLUE", blue),
            ("MUG-WHITE", white),
            ("TEA-SENCHA", tea),
        ):
            if quantity:
                self._put(sku, quantity, place)

    def _buy_boxes(self, *counts, buy=None):
        for count in counts:
            (buy or self.buy)(items=[self.world.item("GIFT-BOX", quantity=count)])

    def _ship_and_invoice(self, **quantities):
        """Deliver and invoice all orders.

        :return dict: what each kind of line came to, what Amazon would get
        """
        orders = self.sale_orders().sorted("id")
        for order in orders:
            self.ship(order, **quantities)
        self.send()
        orders._create_invoices().action_post()
        return self._outcome_of(orders)

    def _outcome_of(self, orders):
        bodies = [json.loads(message.body) for message in self.messages()]
        for body in bodies:
            package = body["packageDetail"]
            del package["packageReferenceId"], package["shipDate"]
        return {
            "lines": [
                (line.qty_delivered, line.qty_invoiced, line.invoice_status)
                for line in orders.order_line.filtered("amazon_item_ref")
            ],
            "reported": [
                [item["quantity"] for item in body["packageDetail"]["orderItems"]]
                for body in bodies
            ],
            "bodies": bodies,
        }

    # === stories === #

    def test_kits_in_stock_beside_plain_goods(self):
        self._stock(blue=5, white=20, tea=20)
        for _number in range(3):
            self.buy("GIFT-BOX", "MUG-BLUE", "MUG-WHITE")
        books = self._assert_same_books(3)
        moves = books["stock.move"]
        self.assertEqual(len(moves), 3 * 4)
        self.assertEqual({move["state"] for move in moves}, {"assigned"})
        self.assertEqual(sum(len(move["bom_line_id"]) for move in moves), 3 * 2)

    def test_shortage_of_a_part(self):
        shelf = self.env["stock.location"].create(
            {
                "name": "Shelf",
                "location_id": self.warehouse.lot_stock_id.id,
                "company_id": self.company.id,
            }
        )
        self._stock(white=3, tea=1)
        self._stock(white=4, tea=1, place=shelf)
        self._buy_boxes(1, 2, 1)
        books = self._assert_same_books(3)
        reserved = [line["quantity"] for line in books["stock.move.line"]]
        self.assertEqual(sum(reserved), 9.0)

    def test_kits_in_a_kit_by_the_dozen(self):
        self._stock(blue=4, white=9, tea=5)
        for _number in range(2):
            self.buy("SPOON-SET", "GIFT-BOX")
        books = self._assert_same_books(2)
        wanted = sorted(move["product_qty"] for move in books["stock.move"])
        self.assertEqual(wanted, [1.0] * 4 + [2.0] * 4 + [4.0] * 2)

    def test_parts_with_lots_in_two_steps(self):
        self.warehouse.delivery_steps = "pick_ship"
        self.products["TEA-SENCHA"].tracking = "lot"
        self._stock(white=20)
        self._put("TEA-SENCHA", 2, lot="L1")
        self._put("TEA-SENCHA", 2, lot="L2")
        self._buy_boxes(1, 2, 2)
        self._assert_same_books(3)

    def test_part_that_is_made_to_order(self):
        self._manufacture("TEA-SENCHA", {"MUG-BLUE": 1})
        self._make_to_order("TEA-SENCHA")
        self._stock(white=20)
        self._buy_boxes(1, 2)
        books = self._assert_same_books(2)
        self.assertTrue(books["mrp.production"])

    def test_part_with_a_reordering_rule(self):
        self._manufacture("TEA-SENCHA", {"MUG-BLUE": 1}, produce_delay=9)
        self.env["stock.warehouse.orderpoint"].create(
            {
                "product_id": self.products["TEA-SENCHA"].id,
                "location_id": self.warehouse.lot_stock_id.id,
                "warehouse_id": self.warehouse.id,
                "company_id": self.company.id,
                "product_min_qty": 2,
                "product_max_qty": 10,
            }
        )
        self._stock(white=20, tea=3)
        self._buy_boxes(1, 2, 1)
        books = self._assert_same_books(3)
        self.assertTrue(books["mrp.production"])

    def test_h1_shipped_kit_is_invoiced_and_confirmed(self):
        self.products["GIFT-BOX"].invoice_policy = "delivery"
        self._stock(blue=2, white=20, tea=20)
        self._buy_boxes(1, 3)
        books = self._assert_same_books(2, self._ship_and_invoice)
        outcome = books["follow_up"]
        self.assertEqual(
            outcome["lines"], [(1.0, 1.0, "invoiced"), (3.0, 3.0, "invoiced")]
        )
        self.assertEqual(outcome["reported"], [[1], [3]])

    def test_h1_part_of_a_kit_is_confirmed_with_the_other_part(self):
        self.products["GIFT-BOX"].invoice_policy = "delivery"
        self._stock(white=20, tea=20)
        self._buy_boxes(3)

        def ship_twice():
            order = self.sale_orders()
            self.ship(order, MUG_WHITE=6, TEA_SENCHA=1)
            self.send()
            return self._outcome_of(order)["lines"], self._ship_and_invoice()

        books = self._assert_same_books(1, ship_twice)
        first, last = books["follow_up"]
        self.assertEqual(first, [(1.0, 0.0, "to invoice")])
        self.assertEqual(last["lines"], [(3.0, 3.0, "invoiced")])
        self.assertEqual(last["reported"], [[1], [2]])

    def test_g2_kits_that_amazon_ships(self):
        for sku, price in {"MUG-WHITE": 4.5, "TEA-SENCHA": 3}.items():
            product = self.products[sku].with_company(self.company)
            product.standard_price = price
        self.products["MUG-WHITE"].categ_id = create_real_time_category(
            self.env, self.company
        )
        self._stock(white=5, tea=2, place=self.account.location_id)
        self._buy_boxes(1, 2, buy=self.buy_fba)
        books = self._assert_same_books(
            2, lambda: self._outcome_of(self.sale_orders().sorted("id"))
        )
        self.assertEqual(
            [line[0] for line in books["follow_up"]["lines"]],
            [1.0, 2.0],
        )
        self.assertEqual({move["state"] for move in books["stock.move"]}, {"done"})
        self.assertFalse(books["stock.picking"])

    def test_goal_1_kits_cost_little_more_than_their_parts(self):
        """Manufacturing asks six times for the parts list of each order; a delivery of
        two parts takes 51 statements without the levers. Where Purchase is installed,
        it asks five times whether a new delivery is one of its receipts."""
        self._stock(white=1000, tea=1000)
        bound = 32 if "purchase.order" in self.env else 26
        self.assertLessEqual(self._slope(self.buy), bound, "SQL per order")

    def test_goal_2_kits_at_amazon_cost_little_more_than_their_parts(self):
        self.assertLessEqual(self._slope(self.buy_fba), 20, "SQL per order")

    def _slope(self, buy):
        """Count what an order costs, without what a run costs anyway.

        :return float: SQL statements for one more order of a kit
        """

        def cost(count):
            self._buy_boxes(*[1] * count, buy=buy)
            return self.count_sql(self.run_cron)

        cost(2)  # warm: products, parts lists, sequences, caches
        return (cost(60) - cost(20)) / 40
