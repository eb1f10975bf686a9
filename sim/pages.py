"""The web page on which a person acts as Amazon: places, ships and cancels orders."""

from decimal import Decimal, InvalidOperation
from urllib.parse import parse_qsl, urlencode

from . import page_consent, page_trade, templating
from .events import WorldError
from .marketplaces import BY_COUNTRY, MARKETPLACES, REGIONS
from .model import (
    CANCELLED,
    PARTIALLY_SHIPPED,
    PENDING,
    PENDING_AVAILABILITY,
    SHIPPED,
    UNSHIPPED,
)
from .money import rounded
from .seeds import KINDS

_MOST_ORDERS = 100
_MOST_CALLS = 14
_TEXT = {"Content-Type": "text/plain; charset=utf-8"}
_LABELS = {
    PENDING_AVAILABILITY: "pre-order",
    PENDING: "pending",
    UNSHIPPED: "unshipped",
    PARTIALLY_SHIPPED: "partly shipped",
    SHIPPED: "shipped",
    CANCELLED: "cancelled",
}


def is_page(path):
    """Tell whether a path is a page's, not the API's."""
    return path in ("/", "/favicon.ico", page_consent.PATH) or path.startswith("/page/")


def serve(simulator, method, path, query, body):
    """Answer a request of a browser: status, headers, payload."""
    if path == page_consent.PATH:
        return page_consent.serve(simulator.world, method, query, body)
    if method in ("GET", "HEAD") and path == "/":
        with simulator.world.lock:
            simulator.world.pass_time()
            return _page(simulator, dict(parse_qsl(query)))
    action = _ACTIONS.get(path)
    if method != "POST" or action is None:
        return 404, _TEXT, b"There is no such page.\n"
    form = dict(parse_qsl(body.decode("utf-8", "replace")))
    world = simulator.world
    with world.lock, world.settled_changes():
        try:
            note = {"note": action(world, form)}
        except (WorldError, KeyError) as error:
            note = {"problem": str(error)}
    if simulator.after_page_action:
        simulator.after_page_action()
    kept = {key: form[key] for key in ("marketplace", "kind") if key in form}
    return 303, {"Location": f"/?{urlencode(kept | note)}"}, b""


# --- actions ---


def _place(world, form):
    channel, kind = form.get("channel"), form.get("kind", "plain")
    marketplace = form.get("marketplace")
    known = channel in ("fbm", "fba") and kind in KINDS and marketplace in MARKETPLACES
    if not known:
        raise WorldError("Choose a marketplace and a kind from the lists.")
    ref = world.place_kind(kind, channel, marketplace)
    return f"Order {ref} is placed and visible to your connector at once."


def _act(happen, message):
    def action(world, form):
        ref = form.get("order", "")
        happen(world, ref)
        return f"Order {ref} {message}: visible to your connector at once."

    return action


def _settle(world, form):
    place = MARKETPLACES.get(form.get("marketplace"))
    if place is None:
        raise WorldError("Choose a marketplace from the list.")
    reserve, subscription = (
        _parse_amount(form, name) for name in ("reserve", "subscription")
    )
    made = world.settle(
        place.currency,
        world.seller_of(place.id),
        reserve=reserve,
        other=[("Subscription Fee", -subscription)] if subscription else (),
    )
    return (
        f"Settlement {made.ref} pays {made.total} {made.currency} for "
        f"{len(made.sales)} orders: its report is visible to your connector at once."
    )


def _parse_amount(form, name):
    """Parse an amount that a form may leave out.

    :raise WorldError: it is no amount
    """
    try:
        amount = Decimal(form.get(name, "0"))
    except InvalidOperation:
        amount = None
    if amount is None or not amount.is_finite():
        raise WorldError(f"The {name} has to be an amount such as 25.00.")
    return amount


_ACTIONS = {
    "/page/settle": _settle,
    "/page/place": _place,
    "/page/pay": _act(lambda world, ref: world.authorize_payment(ref), "is paid"),
    "/page/ship": _act(lambda world, ref: world.ship_fba(ref), "is shipped by Amazon"),
    "/page/cancel": _act(lambda world, ref: world.cancel(ref), "is cancelled"),
    "/page/ask": _act(
        lambda world, ref: world.request_cancellation(ref),
        "waits: buyer asks to cancel",
    ),
}


# --- the page ---


def _page(simulator, query):
    world = simulator.world
    orders = sorted(world.orders.values(), key=lambda order: order.created)[::-1]
    notes = (kind for kind in ("problem", "note") if query.get(kind))
    return templating.render(
        "page.html",
        url=simulator.url,
        world=world,
        note=next(((kind, query[kind]) for kind in notes), None),
        regions=REGIONS,
        places=_marketplaces(),
        chosen=query.get("marketplace") or BY_COUNTRY["DE"].id,
        kinds=KINDS,
        chosen_kind=query.get("kind"),
        count=len(orders),
        orders=orders[:_MOST_ORDERS],
        statuses=_LABELS,
        rounded=rounded,
        tags=_tags,
        buttons=_buttons,
        calls=simulator.received[: -_MOST_CALLS - 1 : -1],
        **page_trade.values(world, query.get("listings")),
    )


def _marketplaces():
    """Return the marketplaces of each region, by name."""
    places = sorted(MARKETPLACES.values(), key=lambda place: place.name)
    return [
        (name, [place for place in places if place.region == region])
        for region, name in REGIONS.items()
    ]


def _tags(order):
    tags = [program.replace("AMAZON_", "").lower() for program in order.programs]
    if order.replacement_of:
        tags.append("replacement")
    if any(item.wish.gift_message for item in order.items):
        tags.append("gift")
    if order.status != CANCELLED and any(item.cancel_request for item in order.items):
        tags.append("buyer asks to cancel")
    return tags


def _buttons(order):
    """Return what can be done with an order: action and label."""
    buttons = []
    waiting = order.status in (PENDING, PENDING_AVAILABILITY)
    if waiting:
        buttons.append(("pay", "Pay"))
    if order.channel == "fba" and (waiting or order.status == UNSHIPPED):
        buttons.append(("ship", "Ship"))
    asked = any(item.cancel_request for item in order.items)
    if order.channel == "fbm" and order.status == UNSHIPPED and not asked:
        buttons.append(("ask", "Ask to cancel"))
    if waiting or order.status == UNSHIPPED:
        buttons.append(("cancel", "Cancel"))
    return buttons
