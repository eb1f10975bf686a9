"""Dates, gift messages, programmes and business data of orders (features D4 to D6)."""

from . import sale_order
