"""Tests of quantities that wait for a person."""

from . import test_stock_guard
