from . import test_access
from . import test_connection
from . import test_data
from . import test_offers
from . import test_orders_in
from . import test_orders_troubled
from . import test_partners
from . import test_queue_step
