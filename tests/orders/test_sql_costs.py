"""What an order costs in SQL: the slope, so that fixed costs do not matter.

The goals have numbers: 1 new orders, 2 FBA, 3 known orders, 4 growth, 5 stock
(`test_stock_costs`), 6 calls (`test_orders_in`), 7 two workers (`test_concurrency`).
"""

import random
import re
import time
from datetime import timedelta
from unittest.mock import patch

from odoo import fields, sql_db
from odoo.tests import tagged

from ..common import AmazonCase

TOWN = {
    "addressLine1": "Musterweg 1",
    "city": "Berlin",
    "postalCode": "10115",
    "countryCode": "DE",
}
# The table that a statement is about is the first that it names.
OURS = re.compile(r'^(?:INSERT INTO|UPDATE|DELETE FROM|SELECT.*? FROM) "?amazon_', re.S)


class CostCase(AmazonCase):
    buyers = 0
    draw = None

    def _town(self):
        """Choose where a buyer lives: in one town, or anywhere.

        :return dict: of an address
        """
        if not self.draw:
            return TOWN
        number = self.draw.randrange(10_000, 100_000)
        country = self.draw.choice(("DE", "DE", "FR", "PL"))
        town = {"city": f"Town {number}", "postalCode": f"{number}"}
        return {**TOWN, **town, "countryCode": country}

    def _first_cost(self, count):
        """Count what an order of the first import after a start costs, with what is
        read only once; its buyers live anywhere.

        :return float: SQL statements for each of so many orders
        """
        self._fill_up()
        self._cost(2)
        self.draw = random.Random(23)
        self.env.registry.clear_all_caches()
        self.env.invalidate_all()
        return self._cost(count) / count

    def _cost(self, count, skus=("MUG-BLUE", "TEA-SENCHA"), channel="fbm"):
        """Count what an import of new orders costs.

        :return int: SQL statements to read and import so many new orders
        """
        buy = self.buy_fba if channel == "fba" else self.buy
        for _number in range(count):  # each from a new buyer
            self.buyers += 1
            name = f"Buyer {self.buyers}"
            buy(
                *skus,
                buyer={"name": name, "key": name},
                address={**self._town(), "name": name},
            )
        return self.count_sql(self.run_cron)

    def _assert_goal(self, cost, goal, later):
        """Check a cost.

        :param float cost: SQL statements
        :param float goal: of 17.0
        :param float later: of later series, whose reservation is left to Odoo
        """
        is_17 = "procurement.group" in self.env
        self.assertLessEqual(cost, goal if is_17 else later, "SQL statements")

    def _fill_up(self, location=None):
        """Put enough of all products on stock."""
        for product in self.products.values():
            self.env["stock.quant"]._update_available_quantity(
                product, location or self.warehouse.lot_stock_id, 1000
            )

    def _slope(self, *details):
        """Count what an order costs, without what a run costs anyway.

        :return float: SQL statements for one more order
        """
        self._cost(2, *details)  # warm: products, pricelist, sequences, caches
        return (self._cost(100, *details) - self._cost(50, *details)) / 50


@tagged("-standard", "amazon_with_sale_mrp")
class TestSqlCostsOfKits(CostCase):
    def test_goal_1_holds_beside_manufacturing(self):
        """Plain products, in a shop that could have kits."""
        self._fill_up()
        self._assert_goal(self._slope(), 7, 40)

    def test_goal_1_first_import_after_a_start(self):
        """Beside kits, and what else of Odoo CI installs: dropshipping, expiry."""
        self._assert_goal(self._first_cost(100), 9, 45)


class TestSqlCosts(CostCase):
    def test_goal_1_new_orders_stay_below_the_goal(self):
        self._fill_up()
        slope = self._slope()
        # Two lines each, reserved: 49 without the levers of an import.
        self._assert_goal(slope, 7, 18)

    def test_goal_1_first_import_after_a_start(self):
        self._assert_goal(self._first_cost(100), 9, 25)

    def test_goal_1_our_own_books_cost_next_to_nothing(self):
        self._cost(2)
        slope = (self._own_cost(100) - self._own_cost(50)) / 50
        self.assertLessEqual(slope, 2, "SQL on our own tables per order")

    def _own_cost(self, count):
        """Count the statements on our own tables.

        :return int: statements about tables of the addon, for so many new orders
        """
        execute, ours = sql_db.Cursor.execute, []

        def note(cr, query, *args, **kwargs):
            text = getattr(query, "code", query)
            if OURS.match(text.strip()):
                ours.append(text)
            return execute(cr, query, *args, **kwargs)

        with patch.object(sql_db.Cursor, "execute", note):
            self._cost(count)
        return len(ours)

    def test_g1_goal_2_fba_orders_and_their_moves_stay_below_the_goal(self):
        for sku in ("HONEY-500", "GIFT-BOX"):
            self._create_service(sku, sku)
        order = self._slope(("HONEY-500", "GIFT-BOX"), "fba")
        moves = self._slope(("MUG-BLUE", "TEA-SENCHA"), "fba") - order
        self._assert_goal(order, 4, 20)  # without its moves
        self._assert_goal(moves / 2, 3, 12)

    def test_g1_goal_2_fba_orders_of_goods_that_are_there(self):
        self._fill_up(self.account.location_id)
        details = ("MUG-BLUE", "TEA-SENCHA"), "fba"
        self._assert_goal(self._slope(*details), 8, 44)

    def test_goal_3_known_orders_cost_next_to_nothing(self):
        for _number in range(100):
            self.buy("MUG-BLUE")
        start = self.account.last_orders_sync
        self.run_cron()
        self.account.last_orders_sync = start
        cost = self.count_sql(self.run_cron)
        self.account.last_orders_sync = start
        nothing = self._cost(0)
        self.assertLessEqual(cost, nothing + 10, "for 100 orders")

    def test_goal_4_old_orders_make_new_ones_no_dearer(self):
        def cost():
            self._let_old_orders_be()
            return self._cost(20)

        self._cost(2)
        young = cost()
        self._cost(200)
        self.assertLessEqual(cost(), young + 4, "growth by 200 orders")

    def _let_old_orders_be(self):
        """Let the next reading begin after all that was read: without overlap, and in
        a second of which nothing was read."""
        start = self.account.last_orders_sync + timedelta(seconds=1)
        self.account.write({"last_orders_sync": start, "orders_read_until": False})
        while start > fields.Datetime.now() - timedelta(minutes=2, seconds=1):
            time.sleep(0.1)
