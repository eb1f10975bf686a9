from . import amazon_report
from . import amazon_account
