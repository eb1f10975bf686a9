"""Tests of cancellations that Odoo sends to Amazon."""

from . import test_cancellations
from . import test_cancellations_refused
