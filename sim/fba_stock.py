"""The stock in Amazon's warehouses: one per seller, SKU and linked countries."""

from dataclasses import dataclass, fields
from datetime import datetime

from .events import WorldError
from .marketplaces import BY_COUNTRY
from .sellers import made_up_key

_GERMANY = BY_COUNTRY["DE"].id
# these sell out of one stock
LINKED = tuple(
    BY_COUNTRY[country].id
    for country in ("BE", "DE", "ES", "FR", "IE", "IT", "NL", "PL", "SE")
)


def pool_of(marketplace):
    """Name the stock that a marketplace sells out of."""
    return "EU" if marketplace in LINKED else marketplace


@dataclass
class FbaStock:
    """Units of a SKU. `reserved_orders` follows the orders, as `fulfillable` does."""

    seller: str  # merchant token
    pool: str
    sku: str
    updated: datetime
    fulfillable: int = 0
    reserved_orders: int = 0
    reserved_transfer: int = 0
    reserved_processing: int = 0
    inbound_working: int = 0
    inbound_shipped: int = 0
    inbound_receiving: int = 0
    damaged_by_customer: int = 0
    damaged_in_warehouse: int = 0
    defective: int = 0
    expired: int = 0
    researching: int = 0

    @property
    def fnsku(self):
        """Return Amazon's own number of the SKU."""
        return f"X00{made_up_key(f'{self.seller}/{self.pool}/{self.sku}', 7).upper()}"

    @property
    def reserved(self):
        """Count what is there and can not be sold now."""
        return self.reserved_orders + self.reserved_transfer + self.reserved_processing

    @property
    def unfulfillable(self):
        """Count what can not be sold any more."""
        damaged = self.damaged_by_customer + self.damaged_in_warehouse
        return damaged + self.defective + self.expired

    @property
    def total(self):
        """Count everything, inbound units among it."""
        inbound = self.inbound_working + self.inbound_shipped + self.inbound_receiving
        here = self.fulfillable + self.reserved + self.unfulfillable + self.researching
        return inbound + here


_COUNTS = tuple(field.name for field in fields(FbaStock) if field.type is int)


class FbaStockBook:
    """The part of the world that holds Amazon's warehouses."""

    def fba_stock(self, sku, marketplace=_GERMANY, seller=None, **counts):
        """Return the stock of a SKU; given counts (``fulfillable=7``) are set before.

        A stock that is set for the first time is created. Linked marketplaces share it.
        """
        with self.lock:
            seller = seller or self.seller_of(marketplace)
            key = seller.merchant_token, pool_of(marketplace), sku
            if key not in self.fba_stocks:
                if not counts:
                    raise WorldError(f"Amazon has never had {sku} of {marketplace}")
                self.fba_stocks[key] = FbaStock(*key, self.now())
            stock = self.fba_stocks[key]
            for name, units in counts.items():
                if name not in _COUNTS:
                    raise WorldError(f"No such count: {name}")
                if units < 0:
                    raise WorldError("There can not be less than nothing")
                setattr(stock, name, units)
            if counts:
                stock.updated = self.now()
            return stock

    def fba_stocks_seen(self, merchant, marketplace):
        """Return the stocks that a marketplace sees, by SKU."""
        pool = pool_of(marketplace)
        found = [
            stock
            for stock in self.fba_stocks.values()
            if (stock.seller, stock.pool) == (merchant, pool)
        ]
        return sorted(found, key=lambda stock: stock.sku)

    # --- what orders do to it ---

    def _reserve_fba(self, order):
        for item in order.items:
            self._move_fba(order, item, item.quantity - item.fulfilled)
            self._move_fba(order, item, item.fulfilled, reserved=0)

    def _release_fba(self, order, item, units):
        self._move_fba(order, item, -units)

    def _send_fba(self, order, item, units):
        """Let units that were reserved leave."""
        self._move_fba(order, item, 0, reserved=-units)

    def _move_fba(self, order, item, units, reserved=None):
        key = order.seller, pool_of(order.marketplace.id), item.sku
        stock = self.fba_stocks.get(key)
        if stock is None or order.channel != "fba":
            return
        change = units if reserved is None else reserved
        stock.fulfillable = max(0, stock.fulfillable - units)
        stock.reserved_orders = max(0, stock.reserved_orders + change)
        stock.updated = self.now()
