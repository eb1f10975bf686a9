from . import amazon_adjust_fba_stock
from . import amazon_cancel_order
from . import amazon_erase_buyers
from . import amazon_import_history
from . import amazon_link_keys
from . import amazon_link_account
from . import amazon_recover_orders
