from . import test_invoicing
from . import test_taxes
from . import test_taxes_changed
from . import test_taxes_random
