from . import test_stock_truth
