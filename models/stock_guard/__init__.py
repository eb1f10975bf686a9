"""Quantities that would empty the shop wait for a person (feature J3)."""

from . import amazon_account
