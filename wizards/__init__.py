from . import amazon_recover_orders
from . import amazon_cancel_order
