"""Invoices and credit notes that Amazon gets as PDF."""

from . import amazon_invoice_data
from . import sale_order
from . import account_move
from . import amazon_submission
from . import amazon_account
