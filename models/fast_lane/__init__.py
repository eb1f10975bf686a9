"""The fast lane of stock: what is sold out, or back again, within a minute (feature
J7).
"""

from . import amazon_account
from . import amazon_submission
