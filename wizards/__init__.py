from . import amazon_cancel_order
