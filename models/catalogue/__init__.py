"""The offers that Amazon lists (feature C4)."""

from . import amazon_offer
from . import amazon_account
