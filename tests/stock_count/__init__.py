"""Tests of the calculation of available stock."""

from . import test_stock_truth
