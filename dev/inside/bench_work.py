"""One measurement of the ways in which orders come in, inside Odoo's shell."""

from . import bench_history, bench_imports, bench_rates
from .bench_cost import measured, report
from .bench_shop import Shop

WARM = 60
TITLES = {
    "fbm": "FBM import",
    "first": "FBM import, first",
    "fba": "FBA import",
    "re-read": "known orders",
}


def run(env, way, count, history, kind):
    """Import so many orders one way and print what it cost as JSON.

    :param str way: key of `bench_imports.WAYS`
    :param int history: old orders to have in the database first
    :param str kind: key of `TITLES`
    """
    orders = Orders(env, "fba" if kind == "fba" else "fbm")
    if history:
        orders.grow(history)
    if kind == "first":  # after a start of Odoo: nothing is remembered yet
        orders.is_anywhere = True
    else:
        orders.bring_in(way, WARM)
    if kind == "re-read":
        result = orders.measure_again(way, count)
    else:
        result = orders.measure(way, count)
    report({**result, "work": TITLES[kind]})


class Orders(Shop):
    """Orders of Amazon, in a shop that has enough of everything."""

    def __init__(self, env, channel):
        super().__init__(env)
        self.channel = channel
        self.fill_stock()

    def bring_in(self, way, count):
        """Import so many new orders.

        :return list: of Order
        """
        orders, _calls = self.buy(count, self.channel)
        bench_imports.WAYS[way](self.env, self.account, orders)
        return orders

    def measure(self, way, count):
        """Measure one way of importing orders.

        :return dict: what it cost to import so many new orders
        """
        orders, calls = self.buy(count, self.channel)
        result = self._measure(bench_imports.WAYS[way], orders)
        if way == "this addon":
            result["amazon"] = bench_rates.of_orders(len(orders), calls)
        return result

    def measure_again(self, way, count):
        """Measure what known orders cost that come once more.

        :return dict: what it cost to see orders again that are known
        """
        return self._measure(
            bench_imports.AGAIN[way], self.bring_in("this addon", count)
        )

    def _measure(self, work, orders):
        arguments = (self.env, self.account, orders)
        return measured(self.env, "import", len(orders), work, *arguments)

    def grow(self, count, others=0, is_analyzed=True):
        """Multiply what a first import left behind until so many orders are there.

        :param int others: orders besides that are not Amazon's
        :param bool is_analyzed: whether PostgreSQL gets to know of them
        """
        before = bench_history.newest(self.env.cr)
        self.bring_in("this addon", 100)
        times = count // 100
        after = bench_history.multiply(self.env.cr, before, times, is_analyzed)
        if others:
            numbers = times + 1, times + others // 100
            bench_history.add_others(self.env.cr, before, after, *numbers)
        self.env.cr.commit()
        self.env.invalidate_all()
