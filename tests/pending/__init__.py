from . import test_pending_costs
from . import test_pending_holds
from . import test_pending_orders
