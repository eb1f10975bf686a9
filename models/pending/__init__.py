from . import stock_forecasted_product_product
from . import amazon_account
from . import amazon_order
from . import stock_move
