"""Tests of invoices that Amazon gets."""

from . import test_fault_invoices
from . import test_invoice_layout
from . import test_invoices
