"""What Amazon knows about an order: plain data, money as Decimal."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from .marketplaces import Marketplace
from .money import ZERO, rounded, to_decimal

PENDING_AVAILABILITY = "PENDING_AVAILABILITY"
PENDING = "PENDING"
UNSHIPPED = "UNSHIPPED"
PARTIALLY_SHIPPED = "PARTIALLY_SHIPPED"
SHIPPED = "SHIPPED"
CANCELLED = "CANCELLED"
UNFULFILLABLE = "UNFULFILLABLE"
STATUSES = (
    PENDING_AVAILABILITY,
    PENDING,
    UNSHIPPED,
    PARTIALLY_SHIPPED,
    SHIPPED,
    CANCELLED,
    UNFULFILLABLE,
)


@dataclass(frozen=True)
class ItemWish:
    """What a test asks of an order line; what is left out is filled in.

    `price` is per unit, `total` (goods of the whole line) overrules it. `tax` is
    the whole tax of the line, or a dict of what falls on ITEM, SHIPPING, GIFT_WRAP,
    COD_FEE, DISCOUNT; left out, `tax_rate` or the marketplace's rate says. A dict also
    states a tax of 0. `facilitator` tells whether Amazon remits the tax of this line,
    left out as of the order.
    """

    sku: str
    quantity: int = 1
    price: Decimal | str | None = None
    total: Decimal | str | None = None
    shipping: Decimal | str = ZERO
    gift_wrap: Decimal | str = ZERO
    cod_fee: Decimal | str = ZERO
    discount: Decimal | str = ZERO
    shipping_discount: Decimal | str = ZERO
    tax: Decimal | str | dict | None = None
    tax_rate: Decimal | str | None = None
    facilitator: bool | None = None
    gift_message: str | None = None
    gift_wrap_level: str | None = None
    title: str | None = None
    asin: str | None = None
    condition: str = "NEW"
    promotion_ids: tuple = ()
    programs: tuple = ()
    points: int = 0
    serial_numbers: tuple = ()
    serial_required: bool = False
    customized_url: str | None = None
    ioss_number: str | None = None


@dataclass
class Item:
    """A line of an order. All amounts are of the whole line."""

    id: str
    wish: ItemWish
    asin: str
    title: str
    quantity: int
    unit_price: Decimal
    parts: dict  # ITEM, SHIPPING, GIFT_WRAP, COD_FEE -> amount
    discounts: dict  # ITEM, SHIPPING -> amount, positive
    taxes: dict  # ITEM, SHIPPING, GIFT_WRAP, COD_FEE, DISCOUNT -> amount, positive
    fulfilled: int = 0
    taken: int = 0  # from the quantity of the listing
    cancel_request: str | None = None
    cancelled_by: str | None = None
    cancel_reason: str | None = None

    @property
    def sku(self):
        """Return the seller's SKU."""
        return self.wish.sku

    @property
    def discount(self):
        """Return the sum of the discounts, positive."""
        return sum(self.discounts.values(), ZERO)

    @property
    def tax(self):
        """Return the tax of the line after discounts."""
        taxes = dict(self.taxes)
        return sum(taxes.values(), ZERO) - 2 * taxes.get("DISCOUNT", ZERO)

    def total(self, inclusive):
        """Return what the buyer pays for the line (Amazon's proceedsTotal)."""
        net = sum(self.parts.values(), ZERO) - self.discount
        return net if inclusive else net + self.tax

    def shrink_to(self, quantity, currency):
        """Leave `quantity` units and the share of the amounts that is theirs."""
        share = to_decimal(quantity) / self.quantity if self.quantity else ZERO
        for amounts in (self.parts, self.discounts, self.taxes):
            for key, amount in amounts.items():
                amounts[key] = rounded(amount * share, currency)
        self.quantity = quantity


@dataclass
class Order:
    """An order, as Amazon holds it; who may see what is decided when it is shown."""

    ref: str
    seller: str  # merchant token
    marketplace: Marketplace
    channel: str  # fbm or fba
    status: str
    created: datetime
    updated: datetime
    currency: str
    items: list
    buyer: dict
    address: dict
    inclusive: bool
    facilitator: bool
    ship_by: tuple
    deliver_by: tuple
    programs: tuple = ()
    service_level: str = "STANDARD"
    tip: Decimal = ZERO
    discount_sign: int = 1
    replacement_of: str | None = None
    exchange: bool = False
    purchase_order: str | None = None
    seller_order_id: str | None = None
    channel_name: str = "AMAZON"
    payment_method: str = "CreditCard"
    tax_scheme: str | None = None
    packages: list = field(default_factory=list)
    history: list = field(default_factory=list)

    @property
    def total(self):
        """Return what the buyer pays (Amazon's grandTotal)."""
        return sum((item.total(self.inclusive) for item in self.items), self.tip)

    @property
    def relay_address(self):
        """Return the address behind which Amazon hides the buyer's own."""
        return f"{self.buyer['key']}@marketplace.{self.marketplace.domain}"

    def shipments(self):
        """Return the packages: reference, carrier, tracking, {SKU: units}."""
        found = []
        for package in self.packages:
            units = {}
            for code, count in package["items"]:
                sku = self.item(code).sku
                units[sku] = units.get(sku, 0) + count
            found.append(
                (package["reference"], package["carrier"], package["tracking"], units)
            )
        return found

    def packed(self, item, except_reference=None):
        """Count the units of a line in the packages, one of them left out."""
        return sum(
            units
            for package in self.packages
            if package["reference"] != except_reference
            for code, units in package["items"]
            if code == item.id
        )

    def parcels(self):
        """Return Amazon's numbers of the shipments and what each holds: {item: units};
        of its own warehouse all in one."""
        digits = self.ref.replace("-", "")[-9:]
        if self.packages:
            found = [dict(package["items"]) for package in self.packages]
        else:
            found = [{item.id: item.fulfilled for item in self.items if item.fulfilled}]
        return {
            f"S{digits}{number}": units for number, units in enumerate(found) if units
        }

    def item(self, which):
        """Find a line by its id, its position or its SKU (the first one)."""
        if isinstance(which, int):
            return self.items[which]
        for item in self.items:
            if which in (item.id, item.sku):
                return item
        raise KeyError(f"Order {self.ref} has no item {which!r}")
