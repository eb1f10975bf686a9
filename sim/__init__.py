"""Amazon as the connector sees it, on this machine: stateful, strict, repeatable.

Standard library only, no Odoo. ``python3 -m sim`` serves it with a small web page, also
to clients of others: ``docs/simulator.rst``.
"""

from .catalogue import CATALOGUE
from .clock import FakeClock, parse_time, to_text
from .events import WorldError
from .marketplaces import BY_COUNTRY, MARKETPLACES
from .model import Item, ItemWish, Order
from .seeds import KINDS
from .sellers import SELLER, SELLER_FE, SELLER_NA, Seller
from .simulator import Request, Simulator
from .world import World

__all__ = [
    "BY_COUNTRY",
    "CATALOGUE",
    "KINDS",
    "MARKETPLACES",
    "SELLER",
    "SELLER_FE",
    "SELLER_NA",
    "FakeClock",
    "Item",
    "ItemWish",
    "Order",
    "Request",
    "Seller",
    "Simulator",
    "World",
    "WorldError",
    "parse_time",
    "to_text",
]
