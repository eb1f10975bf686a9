"""Finding the products of unknown SKUs and putting them on past orders (feature C5)."""

from . import amazon_match_suggestion
from . import amazon_match
from . import amazon_account
from . import amazon_offer
from . import sale_order
from . import sale_order_line
