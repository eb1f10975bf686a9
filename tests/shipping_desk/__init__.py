"""Tests of the shipping desk."""

from . import test_shipping_desk
from . import test_shipping_desk_costs
from . import test_tour_desk
