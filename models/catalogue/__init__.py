from . import amazon_offer
from . import amazon_account
