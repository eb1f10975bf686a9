"""Settlements: from Amazon's payouts to balanced entries (features L1 to L5)."""

from . import account_journal
from . import res_company
from . import amazon_settlement_map
from . import amazon_settlement_booking
from . import payout_explanation
from . import payout_match
from . import amazon_settlement
from . import amazon_settlement_line
from . import res_config_settings
from . import account_move
from . import amazon_account
from . import amazon_account_marketplace
from . import sale_order
from . import amazon_margin
