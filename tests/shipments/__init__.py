"""Tests of shipments: confirmation to Amazon, packages and refusals."""

from . import test_handover
from . import test_pieces
from . import test_pieces_again
from . import test_pieces_kits
from . import test_shipments
from . import test_shipments_asked
from . import test_shipments_bought
from . import test_shipments_kept
from . import test_shipments_packages
from . import test_shipments_people
from . import test_shipments_troubled
from . import test_shipments_waiting
from . import test_shipping_costs
