from . import amazon_account
from . import amazon_order
from . import sale_order
