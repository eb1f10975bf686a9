"""Orders and stock that Amazon stores and ships (FBA)."""

from . import amazon_fba_stock
from . import amazon_account
from . import sale_order
from . import sale_order_line
from . import stock_move
