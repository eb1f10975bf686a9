from . import test_stock_now
