from . import amazon_link_keys
from . import amazon_link_account
from . import amazon_recover_orders
