"""Tests of old orders: their import, and data of another connector."""

from . import test_history
from . import test_history_costs
from . import test_history_work
from . import test_other_connector
from . import test_take_over
from . import test_take_over_erasure
from . import test_take_over_offers
