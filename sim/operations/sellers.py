"""Sellers API v1."""

from ..marketplaces import MARKETPLACES, NON_AMAZON
from ..sellers import ROLE_INSIGHTS
from . import parameters
from .base import Answer, Operation


def get_marketplace_participations(call):
    """GET /sellers/v1/marketplaceParticipations."""
    parameters.read(call, {})
    seller = call.seller
    rows = [_participation(seller, MARKETPLACES[code]) for code in seller.marketplaces]
    if seller.region in NON_AMAZON:
        place = NON_AMAZON[seller.region]
        rows.append(_participation(seller, place, f"Non-Amazon {place.country}"))
    return Answer(body={"payload": rows})


def _participation(seller, place, name=None):
    return {
        "marketplace": {
            "id": place.id,
            "name": name or place.name,
            "countryCode": place.country,
            "defaultCurrencyCode": place.currency,
            "defaultLanguageCode": place.language,
            "domainName": f"www.{place.domain}",
        },
        "participation": {
            "isParticipating": True,
            "hasSuspendedListings": place.id in seller.suspended_listings,
        },
        "storeName": seller.name,
    }


OPERATIONS = (
    Operation(
        "getMarketplaceParticipations",
        "GET",
        "/sellers/v1/marketplaceParticipations",
        get_marketplace_participations,
        rate=0.016,
        burst=15,
        roles=(ROLE_INSIGHTS,),
    ),
)
