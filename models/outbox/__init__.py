"""What Odoo reports to Amazon: a queue of messages, sent one by one or by feed."""

from . import amazon_submission
from . import amazon_feed
from . import amazon_account
