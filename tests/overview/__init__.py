"""Tests of the dashboard, the list of problems and the sales report."""

from . import test_dashboard
from . import test_journeys
from . import test_menus
from . import test_problems
from . import test_progress
from . import test_sales_report
from . import test_screens
from . import test_screen_costs
from . import test_tour
from . import test_tour_watch
