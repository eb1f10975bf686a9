"""Refunds that begin in Odoo: a credit note is reported to Amazon."""

from . import amazon_refund
from . import amazon_submission
from . import account_move
from . import sale_order
