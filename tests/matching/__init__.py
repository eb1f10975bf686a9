"""Tests of matching: unknown SKUs, suggested products and waiting orders."""

from . import test_match
from . import test_match_orders
from . import test_match_orders_left
from . import test_match_suggestions
from . import test_match_waiting
from . import test_tour_match
