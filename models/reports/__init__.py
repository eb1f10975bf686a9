"""Amazon's reports: asking for them, waiting for them, reading their rows."""

from . import amazon_report
from . import amazon_account
