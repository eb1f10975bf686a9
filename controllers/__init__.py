"""The page to which Amazon's consent page leads back."""

from . import amazon_return
from . import return_address_log
