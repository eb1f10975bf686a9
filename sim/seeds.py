"""Kinds of orders: for the seeded world and for the buttons of the page."""

import random
from datetime import timedelta

from .catalogue import CATALOGUE
from .marketplaces import MARKETPLACES
from .model import ItemWish
from .money import rounded

_SPAN = timedelta(days=2)


def _price(rng, place, euro):
    """Return a small charge in the marketplace's currency."""
    factor = CATALOGUE["MUG-BLUE"].price(place.currency) / CATALOGUE["MUG-BLUE"].price(
        "EUR"
    )
    return rounded(factor * rounded(euro, "EUR"), place.currency)


def _one(rng, place, **more):
    more.setdefault("quantity", rng.choice((1, 1, 1, 2)))
    return ItemWish(rng.choice(sorted(CATALOGUE)), **more)


def _plain(rng, place):
    return {"items": (_one(rng, place),)}


def _shipping(rng, place):
    return {"items": (_one(rng, place, shipping=_price(rng, place, "3.99")),)}


def _several_lines(rng, place):
    skus = rng.sample(sorted(CATALOGUE), 3)
    shipping = _price(rng, place, "1.95")
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
        gift_wrap=_price(rng, place, "3.50"),
        gift_wrap_level="Classic",
        gift_message="Happy birthday!\nWith love from all of us",
    )
    return {"items": (item,)}


def _discount(rng, place):
    charge = _price(rng, place, "3.99")
    item = _one(
        rng,
        place,
        quantity=3,
        shipping=charge,
        shipping_discount=charge,
        discount=_price(rng, place, "2.37"),
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
        "cod_fee": _price(rng, place, "2.90"),
        "payment_method": "CashOnDelivery",
    }


def _tip(rng, place):
    return {**_plain(rng, place), "tip": _price(rng, place, "1.50")}


def _replacement(rng, place):
    item = _one(rng, place, quantity=1, price="0", tax="0")
    original = f"{place.prefix}-{rng.randrange(10**7):07d}-{rng.randrange(10**7):07d}"
    return {"items": (item,), "replacement_of": original}


def _unknown_product(rng, place):
    item = ItemWish(f"OLD-{rng.randrange(100)}", price=_price(rng, place, "7.77"))
    return {"items": (item,)}


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
    "unknown product": _unknown_product,
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


def place_kind(world, kind, channel, marketplace, rng, **details):
    """Place an order of one of the `KINDS` and return its reference."""
    words = KINDS[kind](rng, MARKETPLACES[marketplace])
    return world.place_order(channel, marketplace, **{**words, **details})


def seed_orders(world, count, seller):
    """Place `count` orders of mixed kinds, spread over the last two days."""
    rng = random.Random(f"{world.seed_number}/mix/{seller.merchant_token}")
    now = world.now()
    refs = []
    for number in range(count):
        channel, kind, then = _MIX[number % len(_MIX)]
        created = now - _SPAN + (_SPAN - timedelta(minutes=10)) * number / count
        marketplace = _place(rng, seller)
        ref = place_kind(
            world,
            kind,
            channel,
            marketplace,
            rng,
            seller=seller,
            created=created,
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
