"""What holding stock for pending orders costs in SQL (feature D12)."""

import re
from unittest.mock import patch

from odoo import sql_db

from .case import HoldCase

# What holding reads and writes, and nothing else on the way of a pending order does.
STOCK = re.compile(r"\bstock_|amazon_offer|unmapped")
# Settings of the account that are named like it: each run reads the account once, and
# its clock (_forget_future_waits) looks once at turns, however many orders are pending.
SETTINGS = re.compile(r'"amazon_account"\."\w+"|\bstock_turn_at\b')


class TestPendingCosts(HoldCase):
    def setUp(self):
        super().setUp()
        self.stock(MUG_BLUE=1000, TEA_SENCHA=1000)

    def place(self, count):
        return [
            self.buy("MUG-BLUE", "TEA-SENCHA", status="PENDING") for _ in range(count)
        ]

    def slopes(self, each):
        """Count what an order costs, without what a run costs anyway.

        :param callable each: lets something happen to an order
        :return float: SQL statements of one more order
        """
        costs = []
        for count in (2, 50, 100):  # the first ones warm up
            refs = self.place(count)
            self.run_cron()
            for ref in refs:
                each(ref)
            costs.append(self.count_sql(self.run_cron))
        return (costs[2] - costs[1]) / 50

    def test_d12_holding_costs_few_statements_for_each_order(self):
        costs = []
        for count in (2, 50, 100):
            self.place(count)
            costs.append(self.count_sql(self.run_cron))
        self.assertEqual(len(self.holds()), 2 * 152)
        slope = (costs[2] - costs[1]) / 50
        # Two lines each; Odoo itself reserves a line by four statements.
        self.assertLessEqual(slope, 10, f"SQL for one more: {costs}")

    def test_d12_cancelled_orders_cost_few_statements(self):
        slope = self.slopes(self.world.cancel)
        self.assertNothingHeld(MUG_BLUE=1000, TEA_SENCHA=1000)
        self.assertLessEqual(slope, 9, "SQL for one more")

    def test_d12_reading_what_is_held_costs_few_statements(self):
        self.assertLessEqual(self.slopes(self.world.touch), 2, "SQL for one more")

    def listen(self, work):
        """Collect the statements on stock.

        :return list: statements of some work that read or write stock
        """
        execute, statements = sql_db.Cursor.execute, []

        def note(cr, query, *args, **kwargs):
            statements.append(str(getattr(query, "code", query)))
            return execute(cr, query, *args, **kwargs)

        with patch.object(sql_db.Cursor, "execute", note):
            work()
        return [text for text in statements if STOCK.search(SETTINGS.sub("", text))]

    def test_d12_without_the_option_pending_orders_cost_nothing_more(self):
        self.account.hold_pending = False
        self.account.sync_stock = False  # else cancelled pieces are stated anew
        self.run_cron()
        refs = self.place(20)

        def work():
            self.run_cron()
            for ref in refs:
                self.world.cancel(ref)
            self.run_cron()

        statements = self.listen(work)
        self.assertEqual({*self.states().values()}, {"ignored"})
        self.assertEqual(statements, [])

    def test_d12_listening_hears_a_reservation(self):
        self.place(1)
        statements = "\n".join(self.listen(self.run_cron))
        self.assertEqual(len(self.holds()), 2)
        for table in ("amazon_offer", "stock_quant", "stock_move"):
            self.assertIn(table, statements)
