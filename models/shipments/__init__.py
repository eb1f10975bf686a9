from . import amazon_carrier
from . import amazon_package
from . import amazon_submission
from . import delivery_carrier
from . import sale_order_line
from . import sale_order
from . import stock_picking
