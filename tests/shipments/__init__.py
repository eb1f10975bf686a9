from . import test_shipments
from . import test_shipments_packages
from . import test_shipments_people
from . import test_shipments_troubled
from . import test_shipments_waiting
from . import test_shipping_costs
