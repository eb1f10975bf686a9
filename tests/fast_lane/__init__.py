"""Tests of the fast lane: stock that is sent at once."""

from . import test_stock_now
