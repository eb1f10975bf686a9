"""Batch optimisations of the import: Odoo's work per order is done once per batch."""

from . import account_tax
from . import amazon_batch_flush
from . import amazon_kit_memo
from . import decimal_precision
from . import ir_sequence
from . import procurement_group
from . import reservation
from . import sale_order
from . import sale_order_line
from . import stock_move
from . import stock_move_line
from . import stock_picking
from . import stock_quant
from . import res_partner
