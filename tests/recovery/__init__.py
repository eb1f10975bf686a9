"""Tests of the recovery of orders, and of the check for missing ones."""

from . import test_fault_again
from . import test_order_check
from . import test_recover_orders
from . import test_recover_window
