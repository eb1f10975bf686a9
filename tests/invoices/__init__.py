"""Tests of invoices that Amazon gets."""

from . import test_fault_invoices
from . import test_invoice_data
from . import test_invoice_factur_x
from . import test_invoice_layout
from . import test_invoices
