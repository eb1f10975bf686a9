"""Orders API v2026-01-01: searchOrders and getOrder."""

from dataclasses import dataclass
from datetime import timedelta

from ..clock import to_text
from ..model import STATUSES
from ..sellers import ROLE_ORDERS
from ..show import DATASETS, Viewer
from . import parameters
from .base import Answer, ApiError, Operation, invalid

TOKEN_LIFETIME = timedelta(hours=24)
_FREE_BETWEEN_PAGES = ("maxResultsPerPage", "includedData", "paginationToken")
_INCLUDED = parameters.csv(DATASETS)
_SEARCH = {
    "createdAfter": parameters.moment,
    "createdBefore": parameters.moment,
    "lastUpdatedAfter": parameters.moment,
    "lastUpdatedBefore": parameters.moment,
    "marketplaceIds": parameters.csv(most=50),
    "fulfillmentStatuses": parameters.csv(STATUSES),
    "fulfilledBy": parameters.csv(("MERCHANT", "AMAZON")),
    "maxResultsPerPage": parameters.whole_number(1, 100),
    "paginationToken": parameters.plain,
    "includedData": _INCLUDED,
}


@dataclass(frozen=True)
class Window:
    """The time that a search covers; both ends belong to it."""

    family: str  # created or lastUpdated
    after: object
    before: object

    def moment(self, order):
        """Return the time of an order that the window is about."""
        return order.created if self.family == "created" else order.updated

    def __contains__(self, order):
        return self.after <= self.moment(order) <= self.before


@dataclass(frozen=True)
class PageToken:
    """What Amazon remembers of a search between two pages."""

    merchant: str
    issued: object
    fixed: dict  # the parameters that must stay the same
    window: Window
    last_key: tuple


def search_orders(call):
    """GET /orders/2026-01-01/orders."""
    world, seller = call.world, call.seller
    wanted = parameters.read(call, _SEARCH)
    parameters.check_marketplaces(wanted.get("marketplaceIds", ()), seller)
    token = _token(world, seller, wanted)
    window = token.window if token else _window(wanted, world.visible_until())
    found = _found(world, seller, wanted, window)
    if token:
        found = [row for row in found if row[0] > token.last_key]
    size = wanted.get("maxResultsPerPage", 100)
    page, rest = found[:size], found[size:]
    viewer = Viewer(world, seller, wanted.get("includedData", ()))
    body = {
        "orders": [viewer.show(order) for _key, order in page],
        f"{window.family}Before": to_text(window.before),
    }
    world.note_stated_bound(window.before)
    if rest:
        issued = PageToken(
            seller.merchant_token, world.now(), _fixed(wanted), window, page[-1][0]
        )
        body["pagination"] = {"nextToken": _remember(world, issued)}
    return Answer(body=body)


def get_order(call):
    """GET /orders/2026-01-01/orders/{orderId}."""
    ref = call.path["orderId"]
    wanted = parameters.read(call, {"includedData": _INCLUDED})
    parameters.order_reference(ref)
    order = call.world.orders.get(ref)
    if order is None or order.seller != call.seller.merchant_token:
        raise ApiError(404, "NotFound", f"Order {ref} was not found.")
    viewer = Viewer(call.world, call.seller, wanted.get("includedData", ()))
    return Answer(body={"order": viewer.show(order)})


def _window(wanted, visible_until):
    families = [f for f in ("created", "lastUpdated") if f"{f}After" in wanted]
    if len(families) != 1:
        raise invalid("Give exactly one of createdAfter and lastUpdatedAfter")
    family = families[0]
    other = "lastUpdatedBefore" if family == "created" else "createdBefore"
    if other in wanted:
        raise invalid(f"{family}After can not go with {other}")
    after = wanted[f"{family}After"]
    before = wanted.get(f"{family}Before", visible_until)
    if before > visible_until:
        raise invalid(f"{family}Before must be at least two minutes ago")
    if before < after:
        raise invalid(f"{family}After must not be later than {family}Before")
    return Window(family, after, before)


def _fixed(wanted):
    return {k: v for k, v in wanted.items() if k not in _FREE_BETWEEN_PAGES}


def _token(world, seller, wanted):
    text = wanted.get("paginationToken")
    if text is None:
        return None
    token = world.page_tokens.get(text)
    if token is None or token.merchant != seller.merchant_token:
        raise invalid("paginationToken is not valid")
    if world.now() >= token.issued + TOKEN_LIFETIME:
        raise invalid("paginationToken has expired")
    if token.fixed != _fixed(wanted):
        raise invalid("paginationToken belongs to a search with other parameters")
    return token


def _remember(world, token):
    text = world.new_secret("page token")
    world.page_tokens[text] = token
    return text


def _found(world, seller, wanted, window):
    """Return the matching orders as (sort key, order), oldest first."""
    channels = {"MERCHANT": "fbm", "AMAZON": "fba"}
    places = wanted.get("marketplaceIds")
    statuses = wanted.get("fulfillmentStatuses")
    makers = wanted.get("fulfilledBy", ("MERCHANT", "AMAZON"))
    makers = {channels[maker] for maker in makers}
    return sorted(
        ((window.moment(order), order.ref), order)
        for order in world.orders.values()
        if order.seller == seller.merchant_token
        and order in window
        and order.channel in makers
        and (places is None or order.marketplace.id in places)
        and (statuses is None or order.status in statuses)
    )


OPERATIONS = (
    Operation(
        "searchOrders",
        "GET",
        "/orders/2026-01-01/orders",
        search_orders,
        rate=0.0056,
        burst=20,
        roles=(ROLE_ORDERS,),
    ),
    Operation(
        "getOrder",
        "GET",
        "/orders/2026-01-01/orders/{orderId}",
        get_order,
        rate=0.5,
        burst=30,
        roles=(ROLE_ORDERS,),
    ),
)
