"""Counting what a new order could get of a product (features J2, J6)."""

from . import amazon_account
