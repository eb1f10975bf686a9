"""Tests of settlements: download, booking, reconciliation and costs."""

from . import test_settlement_again
from . import test_settlement_booking
from . import test_settlement_costs
from . import test_settlement_fetch
from . import test_settlement_l10n
from . import test_settlement_margin
from . import test_settlement_options
from . import test_settlement_random
from . import test_settlement_taxes
