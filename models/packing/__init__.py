"""What has to be packed, for whom and by when, for those who pack (feature W5)."""

from . import sale_order
from . import sale_order_line
from . import stock_move
from . import stock_move_line
from . import stock_picking
