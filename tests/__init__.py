from . import test_orders_in
