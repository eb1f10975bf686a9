"""Tests of linking an account: new keys are tested, then stored."""

from . import test_fault_links
from . import test_link_tours
from . import test_linking
