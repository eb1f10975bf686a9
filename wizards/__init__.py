from . import amazon_recover_orders
