"""Pending orders, whose stock is held until they are paid or gone (feature D12)."""

from . import stock_forecasted_product_product
from . import amazon_account
from . import amazon_order
from . import stock_move
