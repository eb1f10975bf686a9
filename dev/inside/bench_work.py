"""One measurement of `python3 -m dev bench`, inside Odoo's shell."""

import json
import random
import resource
import time
from datetime import timedelta

from odoo import fields
from odoo.fields import Command

from odoo.addons.amazon_connector.models.amazon_time import aware_utc
from odoo.addons.amazon_connector.sim import SELLER, Simulator

from . import bench_history, bench_imports

GERMANY = "A1PA6795UKMFR9"
SKUS = ("MUG-BLUE", "MUG-WHITE", "TEA-SENCHA")
MARK = "BENCH RESULT "
ENDLESS = 10_000_000


def run(env, way, count, history, channel):
    """Import so many orders one way and print what it cost as JSON.

    :param str way: key of `bench_imports.WAYS`, or ``re-read``
    :param int history: old orders to have in the database first
    """
    with_orders = Orders(env, channel)
    if history:
        with_orders.grow(history)
    with_orders.measure("this addon" if way == "re-read" else way, 60)  # warm
    if way == "re-read":
        result = with_orders.measure_again(count)
    else:
        result = with_orders.measure(way, count)
    print(MARK + json.dumps(result), flush=True)


class Orders:
    def __init__(self, env, channel):
        self.env, self.channel = env, channel
        self.random = random.Random(1)
        self.amazon = Simulator(seed=1)
        self.amazon.rates["searchOrders"] = (1000, 1000)
        self.amazon.start()
        self.account = self._link()
        self._fill_stock()
        self.buyers = 0
        env.cr.commit()

    def _link(self):
        germany = self.env["amazon.marketplace"]._by_api_ref([GERMANY])[GERMANY]
        return (
            self.env["amazon.account"]
            .create(
                {
                    "name": "Bench",
                    "environment": "simulator",
                    "simulator_url": self.amazon.url,
                    "lwa_client_id": SELLER.client_id,
                    "lwa_client_secret": SELLER.client_secret,
                    "refresh_token": SELLER.refresh_token,
                    "base_marketplace_id": germany.id,
                    "available_marketplace_ids": [Command.set(germany.ids)],
                    "active_marketplace_ids": [Command.set(germany.ids)],
                    "last_orders_sync": fields.Datetime.now() - timedelta(days=7),
                }
            )
            ._in_company()
        )

    def _fill_stock(self):
        company = self.account.company_id
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", company.id)], limit=1
        )
        for sku in SKUS:
            product = self.env["product.product"].search([("default_code", "=", sku)])
            for location in (warehouse.lot_stock_id, self.account.location_id):
                self.env["stock.quant"]._update_available_quantity(
                    product, location, ENDLESS
                )

    def _buy(self, count):
        """:return list: of Order, each from a new buyer, of one to three lines"""
        world = self.amazon.world
        start = self.account.last_orders_sync
        for number in range(count):
            self.buyers += 1
            name = f"Buyer {self.buyers}"
            chosen = self.random.sample(SKUS, 1 + number % 3)
            ref = world.place_order(
                items=[world.item(sku) for sku in chosen],
                marketplace=GERMANY,
                channel=self.channel,
                buyer={"name": name, "key": name},
                address={
                    "name": name,
                    "addressLine1": f"Musterweg {self.buyers}",
                    "city": "Berlin",
                    "postalCode": "10115",
                    "countryCode": "DE",
                },
            )
            if self.channel == "fba":
                world.ship_fba(ref)
        return self._read(start, count)

    def _read(self, start, count):
        """:return list: the newest orders at Amazon"""
        orders, token = {}, None
        with self.account._get_partner() as partner:
            while True:
                page = partner.search_orders(
                    marketplace_ids=[GERMANY],
                    last_updated_after=aware_utc(start),
                    max_results_per_page=100,
                    **({"pagination_token": token} if token else {}),
                )
                orders.update((order.order_id, order) for order in page.orders)
                token = page.next_token
                if not token:
                    break
        self.env.cr.commit()
        newest = sorted(orders.values(), key=lambda order: order.created_time)
        return newest[-count:]

    def measure(self, way, count):
        """:return dict: what it cost to import so many new orders"""
        return self._measured(bench_imports.WAYS[way], self._buy(count))

    def measure_again(self, count):
        """:return dict: what it cost to see orders again that are known"""
        orders = self._buy(count)
        bench_imports.ours(self.env, self.account, orders)
        return self._measured(bench_imports.ours, orders)

    def _measured(self, work, orders):
        self.env.flush_all()
        self.env.cr.commit()
        statements, memory = self.env.cr.sql_log_count, _memory()
        wall, cpu = time.perf_counter(), time.process_time()
        work(self.env, self.account, orders)
        self.env.cr.commit()
        return {
            "orders": len(orders),
            "ms": (time.perf_counter() - wall) * 1000 / len(orders),
            "cpu_ms": (time.process_time() - cpu) * 1000 / len(orders),
            "sql": (self.env.cr.sql_log_count - statements) / len(orders),
            "memory_kb": (_memory() - memory) / len(orders),
        }

    def grow(self, count):
        """Multiply what a first import left behind until so many orders are there."""
        before = bench_history.newest(self.env.cr)
        bench_imports.ours(self.env, self.account, self._buy(100))
        bench_history.multiply(self.env.cr, before, count // 100)
        self.env.cr.commit()
        self.env.invalidate_all()


def _memory():
    """:return float: memory that this process holds now, in KB"""
    with open("/proc/self/statm") as pages:
        return int(pages.read().split()[1]) * resource.getpagesize() / 1024
