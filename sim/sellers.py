"""Selling accounts: their keys, marketplaces and granted roles."""

import hashlib
from dataclasses import dataclass, field

from .marketplaces import of_region

ROLE_ORDERS = "Inventory and Order Tracking"
ROLE_INSIGHTS = "Selling Partner Insights"
ROLE_DELIVERY = "Direct-to-Consumer Delivery (Restricted)"
ROLE_TAX = "Tax Invoicing (Restricted)"
ROLE_LISTINGS = "Product Listing"
ROLE_FBA = "Amazon Fulfillment"
ROLE_FINANCE = "Finance and Accounting"
ALL_ROLES = (
    ROLE_ORDERS,
    ROLE_INSIGHTS,
    ROLE_DELIVERY,
    ROLE_TAX,
    ROLE_LISTINGS,
    ROLE_FBA,
    ROLE_FINANCE,
)


def made_up_key(text, length):
    """Derive a stable made-up key, so that none has to be written down."""
    return hashlib.sha512(f"amazon simulator {text}".encode()).hexdigest()[:length]


@dataclass
class Seller:
    """One selling account of one region, and the application it authorised.

    Tests change it in place: ``seller.roles.discard(ROLE_ORDERS)``,
    ``seller.consent_revoked = True``.
    """

    name: str
    region: str
    merchant_token: str
    client_id: str = f"amzn1.application-oa2-client.{made_up_key('client', 32)}"
    client_secret: str = f"amzn1.oa2-cs.v1.{made_up_key('secret', 64)}"
    application_id: str = f"amzn1.sp.solution.{made_up_key('application', 32)}"
    refresh_token: str = ""
    marketplaces: tuple = ()
    roles: set = field(default_factory=lambda: set(ALL_ROLES))
    consent_revoked: bool = False
    suspended_listings: set = field(default_factory=set)

    def __post_init__(self):
        """Derive what was not given."""
        self.marketplaces = tuple(self.marketplaces or of_region(self.region))
        self.refresh_token = (
            self.refresh_token or f"Atzr|Sim{made_up_key(self.merchant_token, 96)}"
        )


def default_sellers():
    """Return one fresh seller per region; the European one comes first."""
    return [
        Seller("Tea & Mugs Europe", "eu", "A1SIMSELLEREU"),
        Seller("Tea & Mugs America", "na", "A1SIMSELLERNA"),
        Seller("Tea & Mugs Far East", "fe", "A1SIMSELLERFE"),
    ]


# The keys of every simulator, for those who link an account to it. Worlds hold
# their own copies: change those (``world.sellers[0]``), never these.
SELLER, SELLER_NA, SELLER_FE = default_sellers()
