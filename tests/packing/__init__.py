"""Tests of what those who pack are told and asked."""

from . import test_delivery_says
from . import test_validate_delivery
