"""Tests of the batch optimisations of the import."""

from . import test_levers
from . import test_levers_expiry
from . import test_levers_kits
