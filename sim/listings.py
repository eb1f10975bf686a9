"""What the sellers offer: one listing per seller, marketplace and SKU."""

from dataclasses import dataclass
from datetime import datetime, timezone
from decimal import Decimal

from .catalogue import CATALOGUE, Product
from .events import WorldError
from .marketplaces import MARKETPLACES
from .money import rounded

DEFAULT = "DEFAULT"  # Amazon's code of "the seller fulfils"
QUANTITY = 50
LEAD_TIME = 2
FBA_UNITS = 40
PRODUCT_TYPES = {
    "MUG-BLUE": "DRINKING_CUP",
    "MUG-WHITE": "DRINKING_CUP",
    "TEA-EARL-GREY": "TEA",
    "TEA-SENCHA": "TEA",
    "POT-GLASS": "TEAPOT",
    "SPOON-SET": "FLATWARE",
    "HONEY-500": "HONEY",
    "GIFT-BOX": "GIFT_BASKET",
}
BY_AMAZON = ("MUG-BLUE", "TEA-SENCHA")  # offered a second time, as <SKU>-FBA
_GERMANY = "A1PA6795UKMFR9"
_SINCE = datetime(2026, 1, 5, tzinfo=timezone.utc)
_AMAZON = {"eu": "AMAZON_EU", "na": "AMAZON_NA"}
_AMAZON_FAR_EAST = {"JP": "AMAZON_JP", "AU": "AMAZON_AU", "SG": "AMAZON_SG"}
# What Amazon takes back to the listing, unless the seller has none of it
NOTHING_LEFT = "NoInventory"


def amazon_channel(marketplace):
    """Return the code of "Amazon fulfils" in a marketplace."""
    return _AMAZON.get(marketplace.region) or _AMAZON_FAR_EAST[marketplace.country]


@dataclass
class Listing:
    """One SKU in one marketplace, as Amazon holds it."""

    seller: str  # merchant token
    marketplace: str
    sku: str
    asin: str
    title: str
    product_type: str
    channel: str
    quantity: int | None  # None: Amazon fulfils, and counts for itself
    lead_time: int | None  # the handling time in days, None: none is set
    price: Decimal
    currency: str
    created: datetime = _SINCE
    updated: datetime = _SINCE

    @property
    def status(self):
        """Tell what a buyer can do: buy only what is there."""
        if self.channel == DEFAULT and not self.quantity:
            return ("DISCOVERABLE",)
        return ("BUYABLE", "DISCOVERABLE")


class ListingBook:
    """The part of the world that holds the listings and their quantities."""

    def list_catalogue(self, seller):
        """Offer the catalogue in each marketplace of a seller."""
        for code in seller.marketplaces:
            channel = amazon_channel(MARKETPLACES[code])
            for sku in CATALOGUE:
                self.add_listing(sku, code, seller)
            for sku in BY_AMAZON:
                self.add_listing(
                    f"{sku}-FBA", code, seller, product=sku, channel=channel
                )
                self.fba_stock(f"{sku}-FBA", code, seller, fulfillable=FBA_UNITS)

    def add_listing(
        self, sku, marketplace=_GERMANY, seller=None, product=None, **fields
    ):
        """Offer a SKU and return its listing.

        :param product: SKU of the catalogue whose facts it has (None: `sku`)
        :param fields: what differs from the usual, e.g. ``quantity=7``
        """
        place = MARKETPLACES[marketplace]
        seller = seller or self.seller_of(marketplace)
        unknown = Product(sku, f"B0SIM{len(self.listings):05d}", "", f"Article {sku}")
        facts = CATALOGUE.get(product or sku, unknown)
        by_seller = fields.get("channel", DEFAULT) == DEFAULT
        usual = {
            "asin": facts.asin,
            "title": facts.title,
            "product_type": PRODUCT_TYPES.get(facts.sku, "HOME"),
            "channel": DEFAULT,
            "quantity": QUANTITY if by_seller else None,
            "lead_time": LEAD_TIME if by_seller else None,
            "price": facts.price(place.currency),
            "currency": place.currency,
        }
        values = usual | fields
        values["price"] = rounded(values["price"], place.currency)
        listing = Listing(seller.merchant_token, marketplace, sku, **values)
        self.listings[listing.seller, marketplace, sku] = listing
        return listing

    def add_listings(self, count, marketplace=_GERMANY, seller=None, prefix="BULK"):
        """Offer `count` SKUs at once, every fifth of them by Amazon.

        :param prefix: the SKUs are ``BULK-00000``, ``BULK-00001`` and so on
        """
        place = MARKETPLACES[marketplace]
        seller = (seller or self.seller_of(marketplace)).merchant_token
        price = rounded("19.90", place.currency)
        for number in range(count):
            by_amazon = number % 5 == 4
            sku = f"{prefix}-{number:05d}"
            self.listings[seller, marketplace, sku] = Listing(
                seller,
                marketplace,
                sku,
                f"B1{number:08d}",
                f"Café crème cup no. {number}, stoneware, dishwasher safe",
                "DRINKING_CUP",
                amazon_channel(place) if by_amazon else DEFAULT,
                None if by_amazon else number % 90,
                None if by_amazon else LEAD_TIME,
                price,
                place.currency,
            )

    # --- queries ---

    def listing(self, sku, marketplace=_GERMANY, seller=None):
        """Return a listing itself."""
        self.pass_time()
        seller = seller or self.seller_of(marketplace)
        try:
            return self.listings[seller.merchant_token, marketplace, sku]
        except KeyError:
            raise WorldError(f"{sku} is not listed in {marketplace}") from None

    def quantities(self, marketplace=_GERMANY, seller=None):
        """Return {SKU: quantity} of all that the seller fulfils in a marketplace."""
        self.pass_time()
        seller = seller or self.seller_of(marketplace)
        return {
            listing.sku: listing.quantity
            for listing in self.listings.values()
            if (listing.seller, listing.marketplace, listing.channel)
            == (seller.merchant_token, marketplace, DEFAULT)
        }

    # --- what orders do to them ---

    def _take_units(self, order):
        for item in order.items:
            if listing := self._listing_of(order, item):
                # A test may sell what is not there: nothing of it comes back.
                item.taken = min(item.quantity, listing.quantity)
                self._count(listing, -item.taken)

    def _give_back(self, order, item, units, reason):
        listing = self._listing_of(order, item)
        if listing and reason != NOTHING_LEFT:
            units = max(0, min(units, item.taken - item.fulfilled))
            item.taken -= units
            self._count(listing, units)

    def _listing_of(self, order, item):
        """Return the listing whose quantity an item changes, if there is one."""
        listing = self.listings.get((order.seller, order.marketplace.id, item.sku))
        is_counted = listing and order.channel == "fbm" and listing.channel == DEFAULT
        return listing if is_counted else None

    def _count(self, listing, units):
        listing.quantity += units
        listing.updated = self.now()
