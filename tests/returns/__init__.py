"""Tests of refunds and returns."""

from . import test_refunds
from . import test_returns
