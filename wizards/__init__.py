"""The windows in which people decide; each is deleted again once it is closed."""

from . import amazon_adjust_fba_stock
from . import amazon_cancel_order
from . import amazon_choose_product
from . import amazon_erase_buyers
from . import amazon_go_live
from . import amazon_import_history
from . import amazon_import_settlement
from . import amazon_keep_back
from . import amazon_link_keys
from . import amazon_link_account
from . import amazon_orders_from
from . import amazon_recover_orders
from . import amazon_take_over
from . import amazon_take_over_offers
from . import amazon_take_over_orders
from . import amazon_tell_refund
from . import amazon_test_order
from . import amazon_validate_delivery
