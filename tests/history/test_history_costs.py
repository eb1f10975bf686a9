"""What an order of history costs in SQL: the slope, without fixed costs (A11)."""

from .case import HistoryCase


class TestHistoryCosts(HistoryCase):
    def _cost(self, count):
        """Count what an import of past orders costs.

        :return int: SQL statements to read and import so many orders of history
        """
        for number in range(count):
            self.sold("MUG-BLUE", "TEA-SENCHA", days=20 + number % 80)
        history = self.import_history()
        self.set_calls_left(20)
        cost = self.count_sql(self.read_on)
        self.assertEqual((history.state, history.done_count), ("done", count))
        return cost

    def test_a11_history_costs_less_than_a_current_order(self):
        self._cost(2)  # warm: products, pricelist, sequences, caches
        self.world.orders.clear()
        few = self._cost(50)
        self.world.orders.clear()
        slope = (self._cost(100) - few) / 50
        self.assertLessEqual(slope, 6, "SQL per order")
