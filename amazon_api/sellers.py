"""Where a seller sells. Source: Amazon's Sellers API v1."""

from __future__ import annotations

from dataclasses import dataclass

from .errors import Unavailable
from .reader import Reader, Unreadable


@dataclass(frozen=True)
class Participation:
    """A marketplace and the seller's part in it.

    ``is_participating``: the seller can list there. The list may also hold
    places that are not shops ("Non-Amazon"): know them by their id.
    """

    marketplace_id: str
    name: str | None
    country_code: str | None
    currency_code: str | None
    domain_name: str | None
    store_name: str | None
    is_participating: bool
    has_suspended_listings: bool


def parse_participations(payload: object) -> tuple[Participation, ...]:
    """Read the answer of ``getMarketplaceParticipations``.

    :raise Unavailable: reason ``answer`` when an entry makes no sense
    """
    try:
        answer = Reader(payload)
        answer.require("payload")
        return tuple(_participation_of(entry) for entry in answer.objects("payload"))
    except Unreadable as broken:
        where = broken.where
    raise Unavailable(
        f"Amazon's list of marketplaces is not whole: {where} can not be read.",
        reason="answer",
        operation="getMarketplaceParticipations",
    )


def _participation_of(entry: Reader) -> Participation:
    marketplace = entry.object("marketplace")
    part = entry.object("participation")
    return Participation(
        marketplace_id=marketplace.required_identifier("id"),
        name=marketplace.text("name"),
        country_code=marketplace.text("countryCode"),
        currency_code=marketplace.text("defaultCurrencyCode"),
        domain_name=marketplace.text("domainName"),
        store_name=entry.text("storeName"),
        is_participating=part.flag("isParticipating"),
        has_suspended_listings=part.flag("hasSuspendedListings"),
    )
