"""Tests of pending orders: goods reserved before the payment, and their release."""

from . import test_pending_costs
from . import test_pending_holds
from . import test_pending_orders
