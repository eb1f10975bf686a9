"""The web page on which a person acts as Amazon: places, ships and cancels orders."""

from html import escape
from pathlib import Path
from string import Template
from urllib.parse import parse_qsl, urlencode

from . import page_consent, page_trade
from .events import WorldError
from .marketplaces import BY_COUNTRY, MARKETPLACES
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

_HERE = Path(__file__).resolve().parent
_REGIONS = {"eu": "Europe", "na": "North America", "fe": "Far East"}
_MOST_ORDERS = 100
_MOST_CALLS = 14
_HTML = {"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store"}
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
            page = _page(simulator, dict(parse_qsl(query)))
        return 200, _HTML, page.encode()
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
    made = world.settle(place.currency, world.seller_of(place.id))
    return (
        f"Settlement {made.ref} pays {made.total} {made.currency} for "
        f"{len(made.sales)} orders: its report is visible to your connector at once."
    )


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
    listed = page_trade.listed_place(world, query.get("listings"))
    orders = sorted(world.orders.values(), key=lambda order: order.created)[::-1]
    template = Template((_HERE / "page.html").read_text(encoding="utf-8"))
    return template.substitute(
        style=(_HERE / "page.css").read_text(encoding="utf-8"),
        url=escape(simulator.url),
        note=_note(query) + page_trade.dangers(world),
        marketplaces=_marketplaces(query.get("marketplace")),
        kinds=_options(((kind, kind) for kind in KINDS), query.get("kind")),
        sellers="".join(
            _seller(seller, number == 0) for number, seller in enumerate(world.sellers)
        ),
        count=len(orders),
        shown=f"the newest {_MOST_ORDERS}" if len(orders) > _MOST_ORDERS else "all",
        orders="".join(_order(order) for order in orders[:_MOST_ORDERS])
        or '<tr><td colspan="6" class="none">No orders yet: place one above.</td></tr>',
        feeds=page_trade.feeds(world),
        reports=page_trade.reports(world),
        listed_places=_marketplaces(listed),
        listings=page_trade.listings(world, listed),
        calls="".join(
            _call(call) for call in simulator.received[: -_MOST_CALLS - 1 : -1]
        )
        or '<tr><td class="none">None so far: link an account and sync.</td></tr>',
    )


def _note(query):
    for kind in ("problem", "note"):
        if query.get(kind):
            return f'<p class="{kind}" role="status">{escape(query[kind])}</p>'
    return ""


def _marketplaces(chosen):
    chosen = chosen or BY_COUNTRY["DE"].id
    groups = []
    for region, name in _REGIONS.items():
        places = [p for p in MARKETPLACES.values() if p.region == region]
        rows = ((p.id, p.name) for p in sorted(places, key=lambda place: place.name))
        groups.append(f'<optgroup label="{name}">{_options(rows, chosen)}</optgroup>')
    return "".join(groups)


def _options(rows, chosen):
    return "".join(
        f'<option value="{escape(value)}"{" selected" * (value == chosen)}>'
        f"{escape(label)}</option>"
        for value, label in rows
    )


def _seller(seller, is_open):
    keys = {
        "Client id": seller.client_id,
        "Client secret": seller.client_secret,
        "Refresh token": seller.refresh_token,
        "Merchant token": seller.merchant_token,
        "Application id, to link by the consent page": seller.application_id,
    }
    rows = "".join(
        f"<dt>{label}</dt><dd><code>{escape(value)}</code></dd>"
        for label, value in keys.items()
    )
    return (
        f"<details{' open' * is_open}><summary>{escape(seller.name)}"
        f"<span>{_REGIONS[seller.region]}</span></summary><dl>{rows}</dl></details>"
    )


def _order(order):
    lines = "<br>".join(_item(item) for item in order.items)
    tags = "".join(f'<span class="tag">{escape(tag)}</span>' for tag in _tags(order))
    total = f"{rounded(order.total, order.currency):,} <small>{order.currency}</small>"
    return (
        f'<tr><td><span class="ref">{order.ref}</span>'
        f'<span class="time">{order.created:%d %b, %H:%M:%S}</span>{tags}</td>'
        f"<td>{escape(order.marketplace.name)}"
        f'<span class="channel {order.channel}">{order.channel.upper()}</span></td>'
        f'<td><span class="status {order.status.lower()}">'
        f"{_LABELS.get(order.status, order.status)}</span></td>"
        f'<td class="items">{lines}{page_trade.packages(order)}</td>'
        f'<td class="total">{total if order.status != CANCELLED else "–"}</td>'
        f'<td class="do">{_buttons(order)}</td></tr>'
    )


def _item(item):
    if item.quantity:
        return f"{item.quantity} × {escape(item.sku)}"
    return f"<s>{item.wish.quantity} × {escape(item.sku)}</s>"


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
    forms = "".join(
        f'<button class="{action}" formaction="/page/{action}">{label}</button>'
        for action, label in buttons
    )
    hidden = f'<input type="hidden" name="order" value="{order.ref}">'
    return f'<form method="post">{hidden}{forms}</form>' if buttons else ""


def _call(call):
    fine = call.status is not None and call.status < 400
    fault = f' <small class="fault">{escape(call.fault)}</small>' if call.fault else ""
    remarks = "".join(f"<br><small>{escape(text)}</small>" for text in call.remarks)
    return (
        f"<tr><td>{escape(call.operation or call.path)}{fault}{remarks}</td>"
        f'<td class="{"fine" if fine else "wrong"}">{call.status or "cut"}</td>'
        f'<td class="when">{call.at:%H:%M:%S}</td></tr>'
    )
