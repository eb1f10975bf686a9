"""Build a whole order from the few details that a test gives; the rest is seeded."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from .catalogue import CATALOGUE
from .model import PARTIALLY_SHIPPED, SHIPPED, STATUSES, Item, ItemWish, Order
from .money import ZERO, rounded, tax_of, to_decimal
from .people import invent_address, invent_buyer


@dataclass(frozen=True)
class OrderWish:
    """The arguments of ``world.place_order``; None means: as is usual there."""

    channel: str = "fbm"
    marketplace: str = "A1PA6795UKMFR9"
    items: tuple = ()
    status: str = "UNSHIPPED"
    seller: object = None  # a Seller; None: the first one of the marketplace
    buyer: dict | None = None  # name, company, tax_number, key of the relay address
    address: dict | None = None  # Amazon's CustomerAddress
    created: datetime | None = None
    updated: datetime | None = None
    programs: tuple = ()
    tax_inclusive: bool | None = None
    facilitator: bool | None = None
    tip: Decimal | str = ZERO
    cod_fee: Decimal | str = ZERO  # put on the first line
    discount_sign: int = 1  # not documented by Amazon; -1 writes discounts negative
    replacement_of: str | None = None
    exchange: bool = False
    purchase_order: str | None = None
    seller_order_id: str | None = None
    channel_name: str = "AMAZON"
    currency: str | None = None
    service_level: str = "STANDARD"
    payment_method: str = "CreditCard"
    tax_scheme: str | None = None

    def __post_init__(self):
        """Refuse words that Amazon does not have."""
        if self.channel not in ("fbm", "fba"):
            raise ValueError(f"channel is fbm or fba, not {self.channel!r}")
        if self.status not in STATUSES:
            raise ValueError(f"Amazon has no order status {self.status!r}")


_AS_WISHED = (
    "channel",
    "status",
    "service_level",
    "discount_sign",
    "replacement_of",
    "exchange",
    "purchase_order",
    "seller_order_id",
    "channel_name",
    "payment_method",
    "tax_scheme",
)


def compose(wish, marketplace, seller, ref, rng, created):
    """Build the order that `wish` describes."""
    country = marketplace.country
    business = "AMAZON_BUSINESS" in wish.programs
    buyer = invent_buyer(rng, country, business) | (wish.buyer or {})
    address = wish.address or invent_address(rng, country, buyer)
    order = Order(
        ref=ref,
        seller=seller.merchant_token,
        marketplace=marketplace,
        created=created,
        updated=created,
        currency=wish.currency or marketplace.currency,
        items=[],
        buyer=buyer,
        address=dict(address),
        inclusive=_or(wish.tax_inclusive, marketplace.tax_inclusive),
        facilitator=_or(wish.facilitator, marketplace.facilitator),
        ship_by=_window(created, 1, 2),
        deliver_by=_window(created, 3, 6),
        programs=tuple(wish.programs),
        tip=to_decimal(wish.tip),
        **{name: getattr(wish, name) for name in _AS_WISHED},
    )
    order.items = _items(wish, order, rng)
    order.packages = _packages(order)
    return order


def _items(wish, order, rng):
    wishes = wish.items or (_any_item(rng),)
    items = [_item(item_wish, order, rng) for item_wish in wishes]
    cod_fee = rounded(wish.cod_fee, order.currency)
    if cod_fee:
        first = items[0]
        first.parts["COD_FEE"] = first.parts.get("COD_FEE", ZERO) + cod_fee
    for item in items:
        if order.status == SHIPPED:
            item.fulfilled = item.quantity
    if order.status == PARTIALLY_SHIPPED:
        _ship_some(items)
    return items


def _ship_some(items):
    if len(items) > 1:
        items[0].fulfilled = items[0].quantity
    elif items[0].quantity > 1:
        items[0].fulfilled = 1
    else:
        raise ValueError("PARTIALLY_SHIPPED needs two units or two lines")


def _packages(order):
    """Return the package of a seller's order that is placed as shipped."""
    items = [(item.id, item.fulfilled) for item in order.items if item.fulfilled]
    if order.channel == "fba" or not items:
        return []
    package = {"reference": "1", "carrier": "DHL", "tracking": f"00{items[0][0]}"}
    return [{**package, "time": order.created, "items": items}]


def _any_item(rng):
    return ItemWish(rng.choice(sorted(CATALOGUE)), quantity=rng.choice((1, 1, 1, 2, 3)))


def _item(wish, order, rng):
    product = CATALOGUE.get(wish.sku)
    currency = order.currency
    parts = _parts(wish, product, currency)
    discounts = {
        "ITEM": rounded(wish.discount, currency),
        "SHIPPING": rounded(wish.shipping_discount, currency),
    }
    discounts = {key: amount for key, amount in discounts.items() if amount}
    return Item(
        id=f"{rng.randrange(10**13, 10**14)}",
        wish=wish,
        asin=wish.asin
        or (product.asin if product else f"B0{rng.randrange(10**8):08d}"),
        title=wish.title or (product.title if product else f"Article {wish.sku}"),
        quantity=wish.quantity,
        unit_price=rounded(parts["ITEM"] / wish.quantity, currency),
        parts=parts,
        discounts=discounts,
        taxes=_taxes(wish, order, parts, discounts),
    )


def _parts(wish, product, currency):
    price = wish.price
    if price is None:
        price = product.price(currency) if product else "10"
    goods = to_decimal(price) * wish.quantity if wish.total is None else wish.total
    parts = {
        "ITEM": rounded(goods, currency),
        "SHIPPING": rounded(wish.shipping, currency),
        "GIFT_WRAP": rounded(wish.gift_wrap, currency),
        "COD_FEE": rounded(wish.cod_fee, currency),
    }
    return {key: amount for key, amount in parts.items() if amount or key == "ITEM"}


def _taxes(wish, order, parts, discounts):
    currency = order.currency
    if isinstance(wish.tax, dict):
        return {key: rounded(tax, currency) for key, tax in wish.tax.items()}
    if wish.tax is not None:
        tax = rounded(wish.tax, currency)
        return {"ITEM": tax} if tax else {}
    rate = to_decimal(_or(wish.tax_rate, order.marketplace.tax_rate))
    taxes = {
        key: tax_of(amount, rate, order.inclusive, currency)
        for key, amount in parts.items()
    }
    discount = sum(discounts.values(), ZERO)
    taxes["DISCOUNT"] = tax_of(discount, rate, order.inclusive, currency)
    return {key: tax for key, tax in taxes.items() if tax}


def _window(created, first, last):
    midnight = created.replace(hour=23, minute=0, second=0, microsecond=0)
    latest = midnight + timedelta(days=last) - timedelta(seconds=1)
    return midnight + timedelta(days=first - 1), latest


def _or(value, default):
    return default if value is None else value
