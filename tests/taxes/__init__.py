"""Tests of taxes: Amazon's figures beside Odoo's, in orders and invoices."""

from . import test_invoicing
from . import test_mixed_orders
from . import test_tax_problems
from . import test_taxes
from . import test_taxes_changed
from . import test_taxes_random
