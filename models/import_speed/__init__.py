"""Batch optimisations of the import: Odoo's work per order is done once per batch."""

from . import ir_sequence
from . import procurement_group
from . import stock_move
from . import stock_quant
