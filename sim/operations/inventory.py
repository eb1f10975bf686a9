"""FBA Inventory API v1: getInventorySummaries."""

from dataclasses import dataclass
from datetime import timedelta

from ..catalogue import CATALOGUE
from ..clock import to_text
from ..sellers import ROLE_FBA, ROLE_LISTINGS
from . import parameters
from .base import Answer, Operation, invalid

PAGE = 50
TOKEN_LIFETIME = timedelta(seconds=30)
_LONGEST_AGO = timedelta(days=548)
_QUERY = {
    "details": parameters.flag,
    "granularityType": parameters.csv(("Marketplace",), most=1),
    "granularityId": parameters.plain,
    "startDateTime": parameters.moment,
    "sellerSkus": parameters.csv(most=50),
    "sellerSku": parameters.plain,
    "nextToken": parameters.plain,
    "marketplaceIds": parameters.csv(most=1),
}
_REQUIRED = ("granularityType", "granularityId", "marketplaceIds")


@dataclass(frozen=True)
class PageToken:
    """What Amazon remembers between two pages, for a short time."""

    merchant: str
    issued: object
    fixed: dict  # the parameters that must stay the same
    last_sku: str


def get_inventory_summaries(call):
    """GET /fba/inventory/v1/summaries."""
    world = call.world
    wanted = parameters.read(call, _QUERY)
    for name in _REQUIRED:
        if name not in wanted:
            raise invalid(f"{name} is missing")
    place = wanted["granularityId"]
    if wanted["marketplaceIds"] != (place,):
        raise invalid("granularityId is not the marketplace of marketplaceIds")
    parameters.check_marketplaces([place], call.seller)
    if wanted.get("startDateTime", world.now()) < world.now() - _LONGEST_AGO:
        raise invalid("startDateTime is more than 18 months ago")
    token = _token(call, wanted)
    found = _found(call, wanted, place)
    if token:
        found = [stock for stock in found if stock.sku > token.last_sku]
    page, rest = found[:PAGE], found[PAGE:]
    details = wanted.get("details", False)
    body = {
        "payload": {
            "granularity": {"granularityType": "Marketplace", "granularityId": place},
            "inventorySummaries": [_shown(world, s, place, details) for s in page],
        }
    }
    if rest:
        code = world.new_secret("inventory")
        world.inventory_tokens[code] = PageToken(
            call.seller.merchant_token, world.now(), _fixed(wanted), page[-1].sku
        )
        body["pagination"] = {"nextToken": code}
    return Answer(body=body)


def _fixed(wanted):
    return {name: value for name, value in wanted.items() if name != "nextToken"}


def _token(call, wanted):
    if "nextToken" not in wanted:
        return None
    token = call.world.inventory_tokens.get(wanted["nextToken"])
    mine = token and token.merchant == call.seller.merchant_token
    if not mine or call.world.now() > token.issued + TOKEN_LIFETIME:
        raise invalid("Next token is invalid or expired")
    if token.fixed != _fixed(wanted):
        raise invalid("Next token belongs to a call with other parameters")
    return token


def _found(call, wanted, place):
    stocks = call.world.fba_stocks_seen(call.seller.merchant_token, place)
    if "startDateTime" in wanted:  # then SKUs are disregarded
        return [s for s in stocks if s.updated >= wanted["startDateTime"]]
    skus = wanted.get("sellerSkus") or (
        (wanted["sellerSku"],) if "sellerSku" in wanted else None
    )
    return [stock for stock in stocks if skus is None or stock.sku in skus]


def _shown(world, stock, place, details):
    listing = world.listings.get((stock.seller, place, stock.sku))
    product = CATALOGUE.get(stock.sku.removesuffix("-FBA"))
    facts = listing or product
    shown = {
        "asin": facts.asin if facts else "",
        "fnSku": stock.fnsku,
        "sellerSku": stock.sku,
        "condition": "NewItem",
        "lastUpdatedTime": to_text(stock.updated),
        "productName": facts.title if facts else f"Article {stock.sku}",
        "totalQuantity": stock.total,
        "stores": [],
    }
    return shown | ({"inventoryDetails": _details(stock)} if details else {})


def _details(stock):
    return {
        "fulfillableQuantity": stock.fulfillable,
        "inboundWorkingQuantity": stock.inbound_working,
        "inboundShippedQuantity": stock.inbound_shipped,
        "inboundReceivingQuantity": stock.inbound_receiving,
        "reservedQuantity": {
            "totalReservedQuantity": stock.reserved,
            "pendingCustomerOrderQuantity": stock.reserved_orders,
            "pendingTransshipmentQuantity": stock.reserved_transfer,
            "fcProcessingQuantity": stock.reserved_processing,
        },
        "researchingQuantity": {
            "totalResearchingQuantity": stock.researching,
            "researchingQuantityBreakdown": [
                {
                    "name": "researchingQuantityInShortTerm",
                    "quantity": stock.researching,
                },
                {"name": "researchingQuantityInMidTerm", "quantity": 0},
                {"name": "researchingQuantityInLongTerm", "quantity": 0},
            ],
        },
        "unfulfillableQuantity": {
            "totalUnfulfillableQuantity": stock.unfulfillable,
            "customerDamagedQuantity": stock.damaged_by_customer,
            "warehouseDamagedQuantity": stock.damaged_in_warehouse,
            "distributorDamagedQuantity": 0,
            "carrierDamagedQuantity": 0,
            "defectiveQuantity": stock.defective,
            "expiredQuantity": stock.expired,
        },
    }


OPERATIONS = (
    Operation(
        "getInventorySummaries",
        "GET",
        "/fba/inventory/v1/summaries",
        get_inventory_summaries,
        rate=2,
        burst=2,
        roles=(ROLE_FBA, ROLE_LISTINGS),
    ),
)
