"""Past orders that can not get their product, or not yet (feature C5)."""

from unittest.mock import patch

from psycopg2 import OperationalError

from odoo.exceptions import UserError

from odoo.addons.amazon_connector.models.account.queue_step import TimeBudget
from odoo.addons.amazon_connector.models.matching.sale_order import SaleOrder
from odoo.addons.amazon_connector.models.orders.amazon_order import AmazonOrder

from .case import STAND_IN, PastOrdersCase

ACCOUNT_LOG = "odoo.addons.amazon_connector.models.matching.amazon_account"


class TestPastOrdersLeft(PastOrdersCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["account.chart.template"].try_loading(
            "generic_coa", company=cls.company, install_demo=False
        )

    def test_c5_what_can_not_be_changed_stays_and_is_named(self):
        orders = {
            why: self.sell("K-1")
            for why in ("change", "delivered", "invoiced", "locked", "packed", "hand")
        }
        self.ship(orders["delivered"])
        self.stand_in.invoice_policy = "order"
        orders["invoiced"].order_line.qty_to_invoice = 1
        orders["invoiced"]._create_invoices()
        orders["locked"].action_lock()
        self.pack(orders["packed"].picking_ids)
        orders["hand"].order_line.price_unit = 8
        cancelled = self.sell("K-1")
        cancelled._amazon_cancel_and_tell("NoInventory")
        self.assertEqual(
            self.match("K-1", self.kettle()),
            "SKUs that have their product now: 1. Orders that get the product in a "
            "moment: 1. Already delivered, left as they are: 1. Already invoiced, left "
            "as they are: 1. Being packed just now, left as they are: 1. Locked, left "
            "as they are: 1. Changed by hand, left as they are: 1.",
        )
        self.run_matching()
        for why, order in orders.items():
            with self.subTest(why):
                product = "KETTLE" if why == "change" else STAND_IN
                self.assertEqual(self.lines(order)[0][0], product)
                if why not in ("change", "hand"):
                    self.assertIn(order.name, self.notes())
        self.assertEqual(self.lines(cancelled)[0][0], STAND_IN)

    def test_c5_wrong_match_is_corrected_while_the_order_is_open(self):
        wrong, right = self.product("WRONG", "Wrong"), self.kettle()
        order, shipped, fba = (
            self.sell("K-1"),
            self.sell("K-1"),
            self.sell("K-1", channel="fba"),
        )
        self.match("K-1", wrong)
        self.run_matching()
        self.ship(shipped)
        mine = self.sell("K-1")
        mine.picking_ids.action_cancel()
        mine.order_line.product_id = self.products["MUG-BLUE"]
        offers = (order + fba).order_line.amazon_offer_id
        offers.product_id = right
        self.run_matching()
        self.assertEqual(self.lines(order)[0][0], "WRONG")  # a new article, perhaps
        message = offers.action_apply_to_past_orders()["params"]["message"]
        self.assertEqual(
            message,
            "Orders that get the product in a moment: 1. "
            "Already delivered, left as they are: 2.",
        )
        self.run_matching()
        self.assertEqual(self.lines(order)[0], ("KETTLE", 1.0, 10.0))
        self.assertEqual(self.waiting(order), [("KETTLE", 1.0, 1.0)])
        self.assertEqual(order.amazon_total_difference, 0.0)
        self.assertEqual(self.lines(shipped)[0][0], "WRONG")
        self.assertEqual(self.lines(fba)[0][0], "WRONG")
        self.assertEqual(self.lines(mine)[0][0], "MUG-BLUE")

    def test_c5_one_order_that_fails_stops_no_other(self):
        first, second, third = (self.sell("K-1") for _number in range(3))
        self.match("K-1", self.kettle())
        take, reason = SaleOrder._amazon_take_products, "Not this one."

        def fail(order, account):
            result = take(order, account)
            if order == second:
                raise UserError(reason)
            return result

        with patch.object(SaleOrder, "_amazon_take_products", fail):
            self.run_matching()
        self.assertEqual(
            [self.lines(order)[0][0] for order in (first, second, third)],
            ["KETTLE", STAND_IN, "KETTLE"],
        )
        self.assertEqual(self.waiting(second), [(False, 1.0, 1.0)])
        self.assertIn(f"{second.name}: Not this one.", self.notes())
        second.order_line.amazon_offer_id.action_apply_to_past_orders()
        self.run_matching()
        self.assertEqual(self.lines(second)[0][0], "KETTLE")

    def test_c5_bug_in_one_order_stops_no_other(self):
        first, second = self.sell("K-1"), self.sell("K-1")
        self.match("K-1", self.kettle())
        take = SaleOrder._amazon_take_products

        def fail(order, account):
            return 1 // 0 if order == first else take(order, account)

        with patch.object(SaleOrder, "_amazon_take_products", fail):
            with self.assertLogs(ACCOUNT_LOG, "ERROR"):
                self.run_matching()
        self.assertEqual(self.lines(second)[0][0], "KETTLE")
        self.assertIn("Something unexpected happened", self.notes())

    def test_c5_lost_race_tries_again_later(self):
        order = self.sell("K-1")
        self.match("K-1", self.kettle())
        offer = order.order_line.amazon_offer_id
        with patch.object(
            SaleOrder, "_amazon_take_products", side_effect=OperationalError
        ):
            self.run_matching()
        self.assertEqual(self.lines(order)[0][0], STAND_IN)
        self.assertTrue(offer.apply_at)
        with patch.object(AmazonOrder, "_lock_stock", return_value=False):
            self.run_matching()
        self.assertEqual(self.lines(order)[0][0], STAND_IN)
        self.assertTrue(offer.apply_at)
        self.run_matching()
        self.assertEqual(self.lines(order)[0][0], "KETTLE")
        self.assertFalse(offer.apply_at)

    def test_c5_what_a_run_has_no_time_for_is_done_by_the_next(self):
        orders = [self.sell("K-1") for _number in range(2)]
        self.match("K-1", self.kettle())
        self.account._apply_matches(TimeBudget(0))
        self.assertEqual({self.lines(order)[0][0] for order in orders}, {STAND_IN})
        self.assertEqual(
            self.account.matching_progress,
            "Orders that are still to get their product: 2.",
        )
        self.run_matching()
        self.assertEqual({self.lines(order)[0][0] for order in orders}, {"KETTLE"})
        self.assertFalse(self.account.matching_progress)

    def test_c5_other_accounts_are_not_concerned(self):
        order = self.sell("K-1")
        other = self._link_account(self.another_seller(), name="Second")
        self.offer("K-1", account=other)
        rows = self.row("K-1")
        self.assertEqual(len(rows), 2)
        rows.product_id = self.kettle()
        rows.filtered(lambda row: row.account_id == other).action_confirm()
        self.run_matching()
        self.assertEqual(self.lines(order)[0][0], STAND_IN)


class TestPastOrdersCosts(PastOrdersCase):
    def _cost(self, sku, count):
        """Count what it costs to complete past orders of a SKU.

        :return int: SQL to put a product on so many orders
        """
        refs = [self.buy(items=[self.world.item(sku)]) for _number in range(count)]
        self.run_cron()
        self.row(sku).action_create_products()
        cost = self.count_sql(self.run_matching)
        orders = self.sale_orders().filtered(lambda o: o.amazon_order_ref in refs)
        self.assertEqual(
            set(orders.order_line.product_id.mapped("default_code")), {sku}
        )
        return cost

    def test_c5_an_order_costs_the_same_among_few_and_many(self):
        self._cost("A", 2)
        few, many = self._cost("B", 5), self._cost("C", 25)
        self.assertLessEqual((many - few) / 20, 130, "SQL per order")

    def test_c5_confirming_costs_the_same_for_many_skus(self):
        def cost(count, name):
            for number in range(count):
                self.offer(f"{name}-{number}-FBA")
                self.product(f"{name}-{number}", f"{name} {number}")
            rows = self.open_list()
            return self.count_sql(rows.action_confirm)

        cost(1, "A")
        few = cost(2, "B")
        self.assertLessEqual(cost(60, "C"), few + 3)
