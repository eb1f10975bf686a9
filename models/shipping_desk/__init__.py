"""The shipping desk: what leaves today, on one screen (feature W3)."""

from . import stock_move
from . import stock_picking
from . import report_amazon_connector_pick_list
