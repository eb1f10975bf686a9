"""Tests that no order is missing, imported twice or from the wrong seller."""

from . import test_linked_anew
from . import test_one_seller
from . import test_orders_from
from . import test_shipped_without
