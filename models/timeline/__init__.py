"""How far an order is: one strip on order and delivery, and lines in the chatter
(feature W2).
"""

from . import amazon_package
from . import amazon_submission
from . import sale_order
from . import stock_picking
