from . import amazon_erase_buyers
