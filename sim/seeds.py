"""Kinds of orders: for the seeded world and for the buttons of the page."""

import random
from datetime import timedelta

from .catalogue import CATALOGUE
from .marketplaces import MARKETPLACES
from .model import ItemWish
from .money import rounded, to_decimal

_SPAN = timedelta(days=2)


def _price(place, euro):
    """Return a small charge in the marketplace's currency."""
    mug = CATALOGUE["MUG-BLUE"]
    factor = mug.price(place.currency) / mug.price("EUR")
    return rounded(factor * to_decimal(euro), place.currency)


def _one(rng, place, **more):
    more.setdefault("quantity", rng.choice((1, 1, 1, 2)))
    return ItemWish(rng.choice(sorted(CATALOGUE)), **more)


def _plain(rng, place):
    return {"items": (_one(rng, place),)}


def _shipping(rng, place):
    return {"items": (_one(rng, place, shipping=_price(place, "3.99")),)}


def _several_lines(rng, place):
    skus = rng.sample(sorted(CATALOGUE), 3)
    shipping = _price(place, "1.95")
    return {
        "items": tuple(
            ItemWish(sku, quantity=rng.choice((1, 2, 5)), shipping=shipping)
            for sku in skus
        )
    }


def _same_sku_twice(rng, place):
    item = _one(rng, place, quantity=1)
    return {"items": (item, item)}


def _gift(rng, place):
    item = _one(
        rng,
        place,
        gift_wrap=_price(place, "3.50"),
        gift_wrap_level="Classic",
        gift_message="Happy birthday!\nWith love from all of us",
    )
    return {"items": (item,)}


def _discount(rng, place):
    charge = _price(place, "3.99")
    item = _one(
        rng,
        place,
        quantity=3,
        shipping=charge,
        shipping_discount=charge,
        discount=_price(place, "2.37"),
        promotion_ids=("Autumn 2026 percentage off", "Core Free Shipping 2026"),
    )
    return {"items": (item,)}


def _business(rng, place):
    items = (_one(rng, place, quantity=12),)
    number = f"PO-{rng.randrange(10**5)}"
    return {"items": items, "programs": ("AMAZON_BUSINESS",), "purchase_order": number}


def _prime(rng, place):
    return {**_plain(rng, place), "programs": ("PRIME",), "service_level": "NEXT_DAY"}


def _pending(rng, place):
    return {**_plain(rng, place), "status": "PENDING"}


def _preorder(rng, place):
    return {
        "items": (_one(rng, place, condition="PREORDER"),),
        "status": "PENDING_AVAILABILITY",
        "programs": ("PREORDER",),
    }


def _cash_on_delivery(rng, place):
    return {
        **_shipping(rng, place),
        "cod_fee": _price(place, "2.90"),
        "payment_method": "CashOnDelivery",
    }


def _tip(rng, place):
    return {**_plain(rng, place), "tip": _price(place, "1.50")}


def _replacement(rng, place):
    item = _one(rng, place, quantity=1, price="0", tax="0")
    original = f"{place.prefix}-{rng.randrange(10**7):07d}-{rng.randrange(10**7):07d}"
    return {"items": (item,), "replacement_of": original}


def _unknown_product(rng, place):
    item = ItemWish(f"OLD-{rng.randrange(100)}", price=_price(place, "7.77"))
    return {"items": (item,)}


def _partly_shipped(rng, place):
    return {**_several_lines(rng, place), "status": "PARTIALLY_SHIPPED"}


def _already_shipped(rng, place):
    return {**_plain(rng, place), "status": "SHIPPED"}


def _exchange(rng, place):
    return {**_replacement(rng, place), "exchange": True}


def _off_amazon(rng, place):
    return {**_plain(rng, place), "channel_name": "NON_AMAZON"}


def _odd_address(rng, place):
    address = {
        "name": "Wolfeschlegelsteinhausen " * 12,
        "addressLine1": "c/o \u202dthe neighbour\u202c, 3. OG links",
        "stateOrRegion": "Far Far Away",
        "postalCode": "-",
        "countryCode": place.country,
    }
    return {**_plain(rng, place), "address": address}


KINDS = {
    "plain": _plain,
    "with shipping": _shipping,
    "several lines": _several_lines,
    "same SKU twice": _same_sku_twice,
    "gift": _gift,
    "discount": _discount,
    "business": _business,
    "prime": _prime,
    "pending": _pending,
    "pre-order": _preorder,
    "cash on delivery": _cash_on_delivery,
    "tip": _tip,
    "replacement": _replacement,
    "exchange": _exchange,
    "unknown product": _unknown_product,
    "partly shipped": _partly_shipped,
    "already shipped": _already_shipped,
    "sold off Amazon": _off_amazon,
    "odd address": _odd_address,
}

# channel, kind, what happens then; the mix of a seeded world repeats this
_MIX = (
    ("fbm", "plain", None),
    ("fbm", "with shipping", None),
    ("fba", "plain", "ship"),
    ("fbm", "several lines", None),
    ("fbm", "gift", None),
    ("fba", "prime", "ship"),
    ("fbm", "business", None),
    ("fbm", "discount", None),
    ("fbm", "pending", None),
    ("fba", "discount", "ship"),
    ("fbm", "plain", "cancel"),
    ("fba", "plain", None),
    ("fbm", "plain", None),
    ("fbm", "same SKU twice", None),
    ("fba", "several lines", "ship"),
    ("fbm", "with shipping", "request"),
)
_PLACES = {
    "eu": ("DE", "DE", "DE", "FR", "DE", "IT", "GB", "DE", "ES", "NL", "SE", "DE"),
    "na": ("US", "US", "US", "CA", "US", "MX"),
    "fe": ("JP", "JP", "AU", "SG"),
}


def seed_orders(world, count, seller):
    """Place `count` orders of mixed kinds, spread over the last two days."""
    rng = random.Random(f"{world.seed_number}/mix/{seller.merchant_token}")
    now = world.now()
    refs = []
    for number in range(count):
        channel, kind, then = _MIX[number % len(_MIX)]
        created = now - _SPAN + (_SPAN - timedelta(minutes=10)) * number / count
        marketplace = _place(rng, seller)
        ref = world.place_kind(
            kind, channel, marketplace, seller=seller, created=created
        )
        _let_happen(world, ref, then)
        refs.append(ref)
    return refs


def _place(rng, seller):
    wanted = rng.choice(_PLACES[seller.region])
    ids = [code for code in seller.marketplaces if MARKETPLACES[code].country == wanted]
    return ids[0] if ids else rng.choice(seller.marketplaces)


def _let_happen(world, ref, then):
    if then == "ship":
        world.ship_fba(ref)
    elif then == "cancel":
        world.cancel(ref)
    elif then == "request":
        world.request_cancellation(ref)
