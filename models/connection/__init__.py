"""The line to Amazon: keys, quota, log of calls, and what the app may do."""

from . import amazon_account_check
from . import amazon_call
from . import amazon_link_request
from . import amazon_rate_limit
from . import amazon_account
