"""The calls of `SellingPartner` about one listing: the quantity of a SKU, at once.

Source: Amazon's Listings Items API 2021-08-01. Of a listing only the quantity of the
seller's own stock is ever written, see `listings`.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from .errors import Unavailable
from .feed_report import SEVERITIES, Issue
from .listings import quantity_patches
from .operations import GET_LISTINGS_ITEM, PATCH_LISTINGS_ITEM, Operation
from .paging import not_asked_for
from .reader import Reader, Unreadable
from .transport import Transport
from .writer import json_bytes, reference, verbatim

_STATUSES = ("ACCEPTED", "INVALID")
_OWN_STOCK = "DEFAULT"


@dataclass(frozen=True)
class PatchResult:
    """Amazon's answer to a quantity that was stated for one listing.

    ``is_accepted``: Amazon has taken it for processing and named no error, which does
    not prove that the listing shows it. ``message`` are Amazon's words about errors.
    """

    is_accepted: bool
    submission_id: str
    issues: tuple[Issue, ...] = ()

    @property
    def message(self) -> str:
        texts = [issue.message.strip() for issue in self.issues if issue.is_error]
        return " ".join(dict.fromkeys(text for text in texts if text))


class ListingCalls:
    """Part of `SellingPartner`."""

    _transport: Transport

    def patch_quantity(
        self, seller_id: str, marketplace_id: str, sku: str, quantity: int
    ) -> PatchResult:
        """State how many of a SKU can be bought (5/s, burst 5).

        The same call again does no harm: a lost answer is a reason to ask again.

        :param str seller_id: the seller's number at Amazon (merchant token)
        :raise ValueError: before any call, for what Amazon would refuse
        :raise Rejected: Amazon refused the call as a whole; the message says why
        :raise SpApiError: see `errors`
        """
        body = {"productType": "PRODUCT", "patches": quantity_patches(quantity)}
        payload = self._transport.call(
            PATCH_LISTINGS_ITEM,
            _path(seller_id, sku),
            {
                "marketplaceIds": reference(marketplace_id, "A marketplace"),
                "includedData": "issues",
            },
            json_bytes(body),
        )
        result = _parse_result(payload)
        if payload.get("sku") != sku:
            raise not_asked_for("Amazon sent another SKU.", PATCH_LISTINGS_ITEM)
        return result

    def get_quantity(self, seller_id: str, marketplace_id: str, sku: str) -> int | None:
        """How many of a SKU buyers can order now (5/s, burst 10).

        :return: None when the seller's own stock is not offered there
        :raise NotFound: there is no such listing
        :raise SpApiError: see `errors`
        """
        payload = self._transport.call(
            GET_LISTINGS_ITEM,
            _path(seller_id, sku),
            {
                "marketplaceIds": reference(marketplace_id, "A marketplace"),
                "includedData": "fulfillmentAvailability",
            },
        )
        if payload.get("sku") != sku:
            raise not_asked_for("Amazon sent another SKU.", GET_LISTINGS_ITEM)
        try:
            for entry in Reader(payload).objects("fulfillmentAvailability"):
                if entry.identifier("fulfillmentChannelCode") == _OWN_STOCK:
                    return entry.count("quantity")
        except Unreadable as broken:
            where = broken.where
        else:
            return None
        raise _not_whole(where, GET_LISTINGS_ITEM)


def _path(seller_id: str, sku: str) -> str:
    seller = quote(reference(seller_id, "The seller"), safe="")
    return (
        f"/listings/2021-08-01/items/{seller}/{quote(verbatim(sku, 'A SKU'), safe='')}"
    )


def _parse_result(payload: dict) -> PatchResult:
    try:
        answer = Reader(payload)
        status = answer.required_identifier("status")
        if status not in _STATUSES:
            raise answer.fail("status", "This is not known.")
        issues = tuple(_issue_of(issue) for issue in answer.objects("issues"))
        accepted = status == "ACCEPTED" and not any(i.is_error for i in issues)
        submission = answer.required_identifier("submissionId")
        return PatchResult(accepted, submission, issues)
    except Unreadable as broken:
        where = broken.where
    raise _not_whole(where, PATCH_LISTINGS_ITEM)


def _issue_of(issue: Reader) -> Issue:
    severity = issue.required_identifier("severity")
    if severity not in SEVERITIES:
        raise issue.fail("severity", "This is not known.")
    return Issue(
        severity=severity,
        message=issue.text("message") or "",
        code=issue.text("code"),
    )


def _not_whole(where: str, operation: Operation) -> Unavailable:
    return Unavailable(
        f"Amazon's answer can not be trusted: {where} can not be read.",
        reason="answer",
        operation=operation.name,
        status=operation.status,
    )
