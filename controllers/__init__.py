from . import amazon_return
