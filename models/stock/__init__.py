"""Stock quantities that are sent to Amazon (features J1 to J5, J8)."""

from . import amazon_account
from . import amazon_offer
from . import amazon_order
from . import amazon_submission
from . import product
