from . import amazon_erase_buyers
from . import amazon_recover_orders
