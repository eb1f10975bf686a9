"""Returns: money that goes back to buyers, and goods that come back from them."""

from . import amazon_refund
from . import amazon_refund_line
from . import amazon_return
from . import stock_move
from . import stock_picking
from . import amazon_settlement_line
from . import account_move
from . import sale_order
from . import sale_order_line
from . import amazon_account
