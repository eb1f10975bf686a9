"""Differences of FBA stock that a person accepts become adjustments (feature G3)."""

from . import amazon_fba_stock
from . import amazon_account
