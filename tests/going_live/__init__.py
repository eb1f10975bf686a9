from . import test_going_live
from . import test_tour_first_hour
