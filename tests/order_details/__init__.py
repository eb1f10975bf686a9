"""Tests of what else Amazon says of an order."""

from . import test_order_details
