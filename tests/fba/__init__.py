"""Tests of FBA: Amazon's stock and its comparison with Odoo's."""

from . import test_fba
from . import test_fba_kits
from . import test_fba_lots
from . import test_fba_places
from . import test_fba_reading
from . import test_fba_reading_cron
from . import test_fba_stock
