"""The fast lane: what is sold out, or back again, leaves within a minute (J7)."""

from . import amazon_account
from . import amazon_submission
