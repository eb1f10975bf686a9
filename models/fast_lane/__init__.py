from . import amazon_account
from . import amazon_submission
