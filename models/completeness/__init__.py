"""Whether all orders of a seller are in Odoo, each of them whole and only once."""

from . import amazon_account
from . import amazon_order
from . import sale_order
