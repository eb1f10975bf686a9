"""Tests of deviations between the server's clock and Amazon's."""

from . import test_clock
from . import test_clock_jumps
