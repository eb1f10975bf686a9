"""Tests of the catalogue: offers follow Amazon's listings."""

from . import test_catalogue
from . import test_catalogue_costs
from . import test_catalogue_gone
from . import test_catalogue_guard
