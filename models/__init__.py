# One package per flow, the lower before what builds on it: a room imports only from
# rooms above it in this list (dev/tests/test_rooms.py draws the arrows).
from . import account
from . import connection
from . import clock
from . import identity
from . import linking
from . import alerts
from . import outbox
from . import reports
from . import catalogue
from . import import_speed
from . import orders
from . import recovery
from . import pending
from . import fba
from . import shipments
from . import cancellations
from . import stock_count
from . import stock
from . import fast_lane
from . import matching
from . import history
from . import privacy
from . import overview
from . import settlements
from . import taxes
from . import completeness
