"""Orders from before the go-live, for the reports only."""

from . import amazon_history
from . import amazon_account
from . import amazon_order
from . import sale_order
from . import sale_order_line
