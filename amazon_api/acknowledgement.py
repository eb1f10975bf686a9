"""Cancellations: the feed that states them, and the report on it.

Source: Amazon's XML schemas OrderAcknowledgement and ProcessingReport; "Order Feed
Type Values". ``StatusCode`` Failure cancels, and every item must be named with its
reason. One value outside of the schema would cost the whole feed, and with it the
cancellations of all the other orders in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple
from xml.etree import ElementTree
from xml.parsers import expat

from .envelope import add_text, envelope, envelope_bytes
from .feed_report import FeedReport, Issue, by_message, not_a_report
from .writer import message_id, once_each, reference

CANCEL_REASONS = (
    "NoInventory",
    "ShippingAddressUndeliverable",
    "CustomerExchange",
    "BuyerCanceled",
    "GeneralAdjustment",
    "CarrierCreditDecision",
    "RiskAssessmentInformationNotValid",
    "CarrierCoverageFailure",
    "CustomerReturn",
    "MerchandiseNotReceived",
)

_SEVERITY_OF = {"Error": "ERROR", "Warning": "WARNING"}
_FINAL = ("Complete", "Rejected")
_NUMBER = re.compile(r"[0-9]{1,10}", re.ASCII)
_LARGEST_NUMBER = 2**31 - 1


class OrderCancellation(NamedTuple):
    """An order that the seller cancels as a whole; a plain tuple does as well."""

    message_id: int
    order_id: str
    reason: str
    item_ids: tuple[str, ...]


def cancellation_feed(seller_id: str, cancellations: Iterable[tuple]) -> bytes:
    """A ``POST_ORDER_ACKNOWLEDGEMENT_DATA`` that cancels orders.

    :param str seller_id: the seller's number at Amazon
    :param cancellations: one or more of `OrderCancellation`, each number and order
        once; the reason one of `CANCEL_REASONS`; all items of the order
    :raise ValueError: Amazon would refuse this, or it is larger than 10 MiB
    """
    entries = [OrderCancellation(*entry) for entry in cancellations]
    if not entries:
        raise ValueError("There is nothing to cancel.")
    once_each([entry.message_id for entry in entries], "The number of a message")
    once_each([entry.order_id for entry in entries], "An order")
    root = envelope(seller_id, "OrderAcknowledgement")
    for entry in entries:
        _add_message(root, entry)
    return envelope_bytes(root)


def _add_message(root: ElementTree.Element, entry: OrderCancellation) -> None:
    if entry.reason not in CANCEL_REASONS:
        raise ValueError("Amazon does not know this reason of a cancellation.")
    if isinstance(entry.item_ids, str) or not entry.item_ids:
        raise ValueError("A cancellation must name the items of the order.")
    once_each(list(entry.item_ids), "An item of an order")
    message = ElementTree.SubElement(root, "Message")
    add_text(message, "MessageID", str(message_id(entry.message_id)))
    order = ElementTree.SubElement(message, "OrderAcknowledgement")
    add_text(order, "AmazonOrderID", reference(entry.order_id, "The order number"))
    add_text(order, "StatusCode", "Failure")
    for item_id in entry.item_ids:
        item = ElementTree.SubElement(order, "Item")
        code = reference(item_id, "The number of an item")
        add_text(item, "AmazonOrderItemCode", code)
        add_text(item, "CancelReason", entry.reason)


class _NotAReport(Exception):
    """Its message says what is wrong, without any of the content."""


def parse_processing_report(content: bytes) -> FeedReport:
    """Read the processing report of an XML feed.

    :raise Unavailable: reason ``answer`` when it is not what the schema says
    """
    try:
        return _report_of(_tree_of(content))
    except _NotAReport as broken:
        problem = str(broken)
    raise not_a_report(problem)


def _tree_of(content: bytes) -> ElementTree.Element:
    """Parse XML; a document type is refused, and with it every entity but XML's own
    five.
    """
    builder = ElementTree.TreeBuilder()
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.data
    try:
        parser.Parse(content, True)
        return builder.close()
    except (expat.ExpatError, LookupError, ValueError):
        raise _NotAReport("it is not XML") from None


def _refuse_doctype(*_declared):
    raise _NotAReport("it declares a document type")


def _report_of(root: ElementTree.Element) -> FeedReport:
    reports = root.findall("Message/ProcessingReport")
    if root.tag != "AmazonEnvelope" or len(reports) != 1:
        raise _NotAReport("it does not hold one processing report")
    (report,) = reports
    if _text(report, "StatusCode") not in _FINAL:
        raise _NotAReport("StatusCode can not be read")
    summary = report.find("ProcessingSummary")
    if summary is None:
        raise _NotAReport("ProcessingSummary is missing")
    processed = _number(summary, "MessagesProcessed")
    successful = _number(summary, "MessagesSuccessful")
    invalid = _number(summary, "MessagesWithError")
    warned = _number(summary, "MessagesWithWarning")
    # Amazon does not document whether a message with a warning counts as successful.
    rest = processed - invalid
    accepted = rest if rest in (successful, successful + warned) else successful
    issues, feed_issues = by_message(_issue_of(r) for r in report.findall("Result"))
    feed_id = _optional(report, "DocumentTransactionID")
    return FeedReport(feed_id, issues, feed_issues, processed, accepted, invalid)


def _issue_of(result: ElementTree.Element) -> Issue:
    severity = _SEVERITY_OF.get(_text(result, "ResultCode"))
    if severity is None:
        raise _NotAReport("ResultCode can not be read")
    has_number = _optional(result, "MessageID") is not None
    return Issue(
        severity=severity,
        message=_text(result, "ResultDescription"),
        code=_optional(result, "ResultMessageCode"),
        # 0 stands for the feed as a whole.
        message_id=(_number(result, "MessageID") or None) if has_number else None,
        sku=_optional(result, "AdditionalInfo/SKU"),
    )


def _optional(parent: ElementTree.Element, path: str) -> str | None:
    return (parent.findtext(path) or "").strip() or None


def _text(parent: ElementTree.Element, path: str) -> str:
    text = _optional(parent, path)
    if text is None:
        raise _NotAReport(f"{path} is missing")
    return text


def _number(parent: ElementTree.Element, path: str) -> int:
    text = _text(parent, path)
    if not _NUMBER.fullmatch(text) or int(text) > _LARGEST_NUMBER:
        raise _NotAReport(f"{path} is not a number")
    return int(text)
