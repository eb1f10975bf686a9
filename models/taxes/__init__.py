"""Taxes that Amazon states, and those that Odoo computes (features F4, F6)."""

from . import account_move_line
from . import account_tax
from . import sale_order
from . import sale_order_line
