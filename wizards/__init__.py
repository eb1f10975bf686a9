from . import amazon_link_keys
from . import amazon_link_account
