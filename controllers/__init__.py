from . import amazon_return
from . import return_address_log
