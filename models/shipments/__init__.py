"""Confirming shipments to Amazon: deliveries, their packages and their messages."""

from . import amazon_carrier
from . import amazon_package
from . import amazon_account
from . import amazon_submission
from . import delivery_carrier
from . import sale_order_line
from . import sale_order
from . import stock_move
from . import stock_move_line
from . import stock_picking
from . import stock_warehouse
