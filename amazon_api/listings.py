"""Stock quantities: the feed that states them, and the report on it.

Source: Amazon's schemas of ``JSON_LISTINGS_FEED`` (version 2) and of its processing
report. Only the quantity of the seller's own stock is ever touched: ``UPDATE`` and
``DELETE`` would replace or end a listing, ``replace`` would drop the handling time,
and another channel than ``DEFAULT`` would hand the offer over to Amazon's warehouses.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from .answers import NotJson, decode
from .feed_report import SEVERITIES, FeedReport, Issue, by_message, not_a_report
from .reader import Reader, Unreadable
from .writer import (
    json_bytes,
    message_id,
    once_each,
    reference,
    sized_feed,
    verbatim,
    whole_number,
)

MOST_MESSAGES = 25_000
_VERSION = "2.0"
_BOM = b"\xef\xbb\xbf"


class Quantity(NamedTuple):
    """How many of a SKU can be bought; a plain tuple does as well."""

    message_id: int
    sku: str
    quantity: int
    product_type: str = "PRODUCT"


def quantity_feed(seller_id: str, quantities: Iterable[tuple]) -> bytes:
    """A ``JSON_LISTINGS_FEED`` that states quantities and nothing else.

    :param str seller_id: the seller's number at Amazon
    :param quantities: 1 to 25,000 of `Quantity`, each number and SKU once
    :raise ValueError: Amazon would refuse this, or it is larger than 10 MiB
    """
    entries = [Quantity(*entry) for entry in quantities]
    if not 1 <= len(entries) <= MOST_MESSAGES:
        raise ValueError("A feed holds 1 to 25,000 messages.")
    once_each([entry.message_id for entry in entries], "The number of a message")
    once_each([entry.sku for entry in entries], "A SKU")
    header = {"sellerId": reference(seller_id, "The seller"), "version": _VERSION}
    messages = [_message(entry) for entry in entries]
    return sized_feed(json_bytes({"header": header, "messages": messages}))


def quantity_patches(quantity: int) -> list[dict]:
    """The only change that is ever made to a listing; ``merge`` keeps the rest of it.

    :raise ValueError: Amazon would refuse this
    """
    available = {
        "fulfillment_channel_code": "DEFAULT",
        "quantity": whole_number(quantity, 0, "A quantity"),
    }
    return [
        {
            "op": "merge",
            "path": "/attributes/fulfillment_availability",
            "value": [available],
        }
    ]


def _message(entry: Quantity) -> dict:
    return {
        "messageId": message_id(entry.message_id),
        "sku": verbatim(entry.sku, "A SKU"),
        "operationType": "PATCH",
        "productType": verbatim(entry.product_type, "A product type"),
        "patches": quantity_patches(entry.quantity),
    }


def parse_listings_report(content: bytes) -> FeedReport:
    """Read the processing report of a ``JSON_LISTINGS_FEED``.

    :raise Unavailable: reason ``answer`` when it is not what the schema says
    """
    try:
        return _report_of(Reader(decode(content.removeprefix(_BOM))))
    except NotJson:
        problem = "it is not JSON"
    except Unreadable as broken:
        problem = f"{broken.where} can not be read"
    raise not_a_report(problem)


def _report_of(report: Reader) -> FeedReport:
    report.require("header", "issues", "summary")
    header, summary = report.object("header"), report.object("summary")
    header.required_identifier("sellerId")
    if header.required_identifier("version") != _VERSION:
        raise header.fail("version", "This is not known.")
    for name in ("errors", "warnings"):
        summary.required_count(name)
    issues, feed_issues = by_message(_issue_of(i) for i in report.objects("issues"))
    return FeedReport(
        feed_id=header.required_identifier("feedId"),
        issues=issues,
        feed_issues=feed_issues,
        processed=summary.required_count("messagesProcessed"),
        accepted_count=summary.required_count("messagesAccepted"),
        invalid_count=summary.required_count("messagesInvalid"),
    )


def _issue_of(issue: Reader) -> Issue:
    severity = issue.required_identifier("severity")
    if severity not in SEVERITIES:
        raise issue.fail("severity", "This is not known.")
    message = issue.text("message")
    if message is None:
        raise issue.fail("message", "This is missing.")
    number = issue.count("messageId")
    if number == 0:
        raise issue.fail("messageId", "This is not a number of a message.")
    return Issue(
        severity=severity,
        message=message,
        code=issue.text("code"),
        message_id=number,
        sku=issue.identifier("sku"),
        attribute=issue.text("attributeName"),
    )
