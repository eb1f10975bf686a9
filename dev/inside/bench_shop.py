"""A shop at a simulated Amazon, for the measurements of `python3 -m dev bench`."""

import random
from collections import Counter
from datetime import datetime, timedelta, timezone

from odoo import fields
from odoo.fields import Command

from odoo.addons.amazon_connector.sim import SELLER, Simulator
from odoo.addons.amazon_connector.sim.world import HIDDEN, MOMENT

GERMANY = "A1PA6795UKMFR9"
SKUS = ("MUG-BLUE", "MUG-WHITE", "TEA-SENCHA")
ENDLESS = 10_000_000
#: Amazon limits these calls: their time is computed, not spent
UNCOUNTED = ("searchOrders", "confirmShipment", "getOrder")


class Shop:
    """A linked account, and buyers.

    :ivar amazon: Simulator
    :ivar account: amazon.account, in its company
    :ivar bool is_anywhere: whether buyers live in places drawn at random
    """

    is_anywhere = False

    def __init__(self, env):
        self.env = env
        self.random = random.Random(1)
        self.amazon = Simulator(seed=1, strict=True)
        for operation in UNCOUNTED:
            self.amazon.rates[operation] = (1000, 1000)
        self.amazon.start()
        self.account = self._link()
        self.warehouse = env["stock.warehouse"].search(
            [("company_id", "=", self.account.company_id.id)], limit=1
        )
        self.buyers = 0
        env.cr.commit()

    def _link(self):
        germany = self.env["amazon.marketplace"]._by_api_ref([GERMANY])[GERMANY]
        # the demo's has the same seller
        self.env["amazon.account"].search([]).action_archive()
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
                    "seller_key": SELLER.merchant_token,
                    "base_marketplace_id": germany.id,
                    "available_marketplace_ids": [Command.set(germany.ids)],
                    "active_marketplace_ids": [Command.set(germany.ids)],
                    "last_orders_sync": fields.Datetime.now() - timedelta(days=7),
                }
            )
            ._in_company()
        )

    def fill_stock(self):
        """Fill the stock, here and at Amazon, so that nothing ever runs out."""
        products = self.env["product.product"]
        for sku in SKUS:
            product = products.search([("default_code", "=", sku)])
            for location in (self.warehouse.lot_stock_id, self.account.location_id):
                self.env["stock.quant"]._update_available_quantity(
                    product, location, ENDLESS
                )
        self.env.cr.commit()

    def buy(self, count, channel="fbm"):
        """Sell at Amazon, each to a new buyer, of one to three lines.

        :return tuple: list of Order; dict: operation -> calls it took to read them
        """
        world = self.amazon.world
        start = datetime.now(timezone.utc) - HIDDEN - MOMENT  # as orders are dated
        for number in range(count):
            self.buyers += 1
            name = f"Buyer {self.buyers}"
            chosen = self.random.sample(SKUS, 1 + number % 3)
            ref = world.place_order(
                items=[world.item(sku) for sku in chosen],
                marketplace=GERMANY,
                channel=channel,
                buyer={"name": name, "key": name},
                address={
                    "name": name,
                    "addressLine1": f"Musterweg {self.buyers}",
                    **self._draw_place(),
                },
            )
            if channel == "fba":
                world.ship_fba(ref)
        with self.counted() as calls:
            orders = self._read(start)
        if len(orders) != count:
            raise AssertionError(f"{len(orders)} orders were read, not {count}")
        return orders, calls

    def _draw_place(self):
        """Choose where a buyer lives.

        :return dict: of an address
        """
        place = {"city": "Berlin", "postalCode": "10115", "countryCode": "DE"}
        if self.is_anywhere:
            number = self.random.randrange(10_000, 100_000)
            country = self.random.choice(("DE", "DE", "DE", "AT", "FR", "PL"))
            post_code = f"{number // 10}" if country == "AT" else f"{number}"
            place = {
                "city": f"Town {number}",
                "postalCode": post_code,
                "countryCode": country,
            }
        return place

    def counted(self):
        """Count the calls at the simulator while the context is open.

        :return: context; its dict says at its end how often Amazon was called
        """
        return _Counted(self.amazon)

    def _read(self, start):
        """Read orders from the simulator, as the client does.

        :return list: of Order, those since a moment
        """
        orders, token = {}, None
        with self.account._get_partner() as partner:
            while True:
                page = partner.search_orders(
                    marketplace_ids=[GERMANY],
                    last_updated_after=start,
                    max_results_per_page=100,
                    **({"pagination_token": token} if token else {}),
                )
                orders.update((order.order_id, order) for order in page.orders)
                token = page.next_token
                if not token:
                    break
        self.env.cr.commit()
        return sorted(orders.values(), key=lambda order: order.created_time)


class _Counted:
    def __init__(self, amazon):
        self.amazon, self.calls = amazon, {}

    def __enter__(self):
        self.before = len(self.amazon.received)
        return self.calls

    def __exit__(self, *_failure):
        new = self.amazon.received[self.before :]
        names = (call.operation for call in new if call.operation)
        self.calls.update(Counter(names))
