"""Orders fetched once more: on request, and by the nightly reconciliation."""

from . import amazon_order_check
from . import amazon_recovery
from . import amazon_account
from . import amazon_order
