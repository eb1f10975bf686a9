from . import amazon_account
from . import amazon_offer
from . import amazon_submission
from . import product
