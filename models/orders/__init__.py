"""Orders from Amazon to sale orders: sync, buyers, lines, and changes at Amazon."""

from . import account_tax
from . import amazon_order
from . import amazon_stock_turn
from . import amazon_account
from . import amazon_order_batch
from . import base_partner_merge_automatic_wizard
from . import res_country_state
from . import res_partner
from . import sale_order
from . import sale_order_line
from . import sale_report
from . import stock_picking
