"""Listings Items API v2021-08-01: getListingsItem and patchListingsItem."""

from .. import listing_changes
from ..clock import to_text
from ..listing_changes import AVAILABILITY, REFUSED, Problem
from ..listings import DEFAULT
from ..money import money
from ..sellers import ROLE_LISTINGS, ROLE_ORDERS
from . import bodies, parameters
from .base import Answer, ApiError, Operation, invalid

_BLOCKS = (
    "summaries",
    "attributes",
    "issues",
    "offers",
    "fulfillmentAvailability",
    "procurement",
    "relationships",
    "productTypes",
)
_PLACES = parameters.csv()
_GET = {
    "marketplaceIds": _PLACES,
    "issueLocale": parameters.plain,
    "includedData": parameters.csv(_BLOCKS),
}
_PATCH = {
    "marketplaceIds": _PLACES,
    "issueLocale": parameters.plain,
    "includedData": parameters.csv(("identifiers", "issues")),
    "mode": parameters.csv(("VALIDATION_PREVIEW",), most=1),
}
_PATCH_BODY = {
    "productType": bodies.text,
    "patches": bodies.a_list(bodies.anything, least=1),
}


def get_listings_item(call):
    """GET /listings/2021-08-01/items/{sellerId}/{sku}."""
    wanted, found = _wanted(call, _GET)
    listings = [listing for listing in found if listing]
    if not listings:
        raise ApiError(404, "NOT_FOUND", f"SKU '{call.path['sku']}' was not found.")
    shown = {"sku": call.path["sku"]}
    for block in wanted.get("includedData", ("summaries",)):
        shown[block] = _SHOW[block](listings)
    return Answer(body=shown)


def patch_listings_item(call):
    """PATCH /listings/2021-08-01/items/{sellerId}/{sku}."""
    wanted, listings = _wanted(call, _PATCH)
    body = bodies.read(call, _PATCH_BODY)
    world, sku = call.world, call.path["sku"]
    edits, problems = listing_changes.read_patches(body["patches"])
    for listing in listings:
        world.dangers += listing_changes.dangers_of(sku, listing, edits)
        problems += listing_changes.problems_of(listing, body["productType"], edits)
    if sku in world.feeds.refusals:
        problems = [Problem(REFUSED, world.feeds.refusals[sku])]
    preview = "mode" in wanted
    is_ignored = sku in world.patches_ignored  # ACCEPTED is no proof
    if not problems and not preview and not is_ignored:
        for listing in listings:
            listing_changes.carry_out(world, listing, edits)
            key = listing.marketplace, sku
            world.patches.append((world.now(), key, listing.quantity))
    good = "VALID" if preview else "ACCEPTED"
    answer = {
        "sku": sku,
        "status": "INVALID" if problems else good,
        "submissionId": world.new_key("submission", 32),
    }
    return Answer(body=answer | _included(wanted, listings, problems))


def _included(wanted, listings, problems):
    """Return the blocks that were asked for with a patch."""
    answer = {}
    included = wanted.get("includedData", ("issues",))
    if "issues" in included:
        answer["issues"] = [_issue(problem) for problem in dict.fromkeys(problems)]
    if "identifiers" in included:
        answer["identifiers"] = [
            {"marketplaceId": listing.marketplace, "asin": listing.asin}
            for listing in listings
            if listing
        ]
    return answer


def _wanted(call, known):
    """Return the parameters, and the listing in each marketplace or None."""
    wanted = parameters.read(call, known)
    if "marketplaceIds" not in wanted:
        raise invalid("marketplaceIds is missing")
    parameters.check_marketplaces(wanted["marketplaceIds"], call.seller)
    merchant = call.seller.merchant_token
    if call.path["sellerId"] != merchant:
        raise ApiError(403, "AccessDenied", "The seller is not the one of the token.")
    keys = [(merchant, place, call.path["sku"]) for place in wanted["marketplaceIds"]]
    return wanted, [call.world.listings.get(key) for key in keys]


def _issue(problem):
    issue = {
        "code": problem.code,
        "message": problem.message,
        "severity": "ERROR",
        "categories": ["INVALID_ATTRIBUTE"],
    }
    return issue | (
        {"attributeNames": [problem.attribute]} if problem.attribute else {}
    )


def _summaries(listings):
    return [
        {
            "marketplaceId": listing.marketplace,
            "asin": listing.asin,
            "productType": listing.product_type,
            "conditionType": "new_new",
            "status": list(listing.status),
            "itemName": listing.title,
            "createdDate": to_text(listing.created),
            "lastUpdatedDate": to_text(listing.updated),
        }
        for listing in listings
    ]


def _attributes(listings):
    rows = []
    for listing in listings:
        row = {"fulfillment_channel_code": listing.channel}
        if listing.quantity is not None:
            row["quantity"] = listing.quantity
        if listing.lead_time is not None:
            row["lead_time_to_ship_max_days"] = listing.lead_time
        rows.append({**row, "marketplace_id": listing.marketplace})
    names = [
        {"value": listing.title, "marketplace_id": listing.marketplace}
        for listing in listings
    ]
    return {"item_name": names, AVAILABILITY: rows}


def _offers(listings):
    return [
        {
            "marketplaceId": listing.marketplace,
            "offerType": "B2C",
            "price": money(listing.price, listing.currency),
        }
        for listing in listings
    ]


def _availability(listings):
    """Show the first listing: this block does not name marketplaces."""
    shown = {"fulfillmentChannelCode": listings[0].channel}
    if listings[0].channel == DEFAULT:
        shown["quantity"] = listings[0].quantity
    return [shown]


def _product_types(listings):
    return [
        {"marketplaceId": listing.marketplace, "productType": listing.product_type}
        for listing in listings
    ]


def _nothing(_listings):
    return []


_SHOW = {
    "summaries": _summaries,
    "attributes": _attributes,
    "issues": _nothing,
    "offers": _offers,
    "fulfillmentAvailability": _availability,
    "procurement": _nothing,
    "relationships": _nothing,
    "productTypes": _product_types,
}
_PATH = "/listings/2021-08-01/items/{sellerId}/{sku}"
_ROLES = (ROLE_LISTINGS, ROLE_ORDERS)
OPERATIONS = (
    Operation("getListingsItem", "GET", _PATH, get_listings_item, 5, 10, _ROLES),
    Operation("patchListingsItem", "PATCH", _PATH, patch_listings_item, 5, 5, _ROLES),
)
