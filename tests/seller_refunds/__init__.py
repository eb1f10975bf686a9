"""Tests of refunds that begin in Odoo."""

from . import test_fault_refunds
from . import test_tell_refund
