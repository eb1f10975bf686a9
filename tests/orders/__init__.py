"""Tests of orders: import, changes, amounts and concurrency."""

from . import test_concurrency
from . import test_fairness
from . import test_go_live
from . import test_money
from . import test_money_notice
from . import test_money_random
from . import test_offers
from . import test_order_changes
from . import test_orders_in
from . import test_orders_troubled
from . import test_ordinary_orders
from . import test_partner_identity
from . import test_partners
from . import test_reading_troubled
from . import test_reading_window
from . import test_sql_costs
from . import test_states
from . import test_stock_turn
from . import test_whole_orders
from . import test_whole_orders_again
from . import test_words_of_tomorrow
