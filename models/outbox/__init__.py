from . import amazon_submission
from . import amazon_feed
from . import amazon_account
