"""What an order costs in SQL: the slope, so that fixed costs do not matter."""

from .common import AmazonCase


class TestSqlCosts(AmazonCase):
    def _cost(self, count):
        """:return int: SQL statements to read and import so many new orders"""
        for _number in range(count):
            self.buy("MUG-BLUE", "TEA-SENCHA")
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.run_cron()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_new_orders_stay_below_the_goal(self):
        self._cost(2)  # warm: products, pricelist, sequences, caches
        slope = (self._cost(100) - self._cost(50)) / 50
        self.assertLessEqual(slope, 36, "SQL per order, plain batches")

    def test_known_orders_cost_next_to_nothing(self):
        for _number in range(100):
            self.buy("MUG-BLUE")
        start = self.account.last_orders_sync
        self.run_cron()
        self.account.last_orders_sync = start
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.run_cron()
        self.env.flush_all()
        cost = self.env.cr.sql_log_count - before
        self.account.last_orders_sync = start
        nothing = self._cost(0)
        self.assertLessEqual(cost, nothing + 10, "for 100 orders")
