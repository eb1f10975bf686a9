from . import amazon_submission
from . import sale_order
