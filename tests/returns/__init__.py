"""Tests of refunds and returns."""

from . import test_refunds
from . import test_refunds_random
from . import test_returns
from . import test_returns_kits
