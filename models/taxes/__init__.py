from . import account_move_line
from . import account_tax
from . import sale_order
from . import sale_order_line
