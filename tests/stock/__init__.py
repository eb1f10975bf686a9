"""Tests of the stock that is sent to Amazon."""

from . import test_fault_stock
from . import test_stock_changes
from . import test_stock_costs
from . import test_stock_drift
from . import test_stock_feeds
from . import test_stock_first
from . import test_stock_kits
from . import test_stock_late_feeds
from . import test_stock_messages
from . import test_stock_offers
from . import test_stock_orders
from . import test_stock_people
from . import test_stock_quantities
from . import test_stock_verdicts
