"""The buyers' data: no contact outside of Amazon, and erasure in time."""

from . import amazon_erasure
from . import amazon_account
from . import res_partner
from . import account_move_send
from . import account_move
from . import mail_mail
from . import portal_share
from . import sale_order
from . import sale_order_line
from . import stock_picking
