from . import test_one_seller
from . import test_orders_from
from . import test_shipped_without
