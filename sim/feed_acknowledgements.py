"""The feed POST_ORDER_ACKNOWLEDGEMENT_DATA: how a seller cancels orders."""

from xml.etree import ElementTree

from .feed_result import FeedRefused, Result
from .listing_changes import BAD_MESSAGE, BAD_VALUE, REFUSED, Problem
from .model import PARTIALLY_SHIPPED, SHIPPED, UNSHIPPED

TYPE = "POST_ORDER_ACKNOWLEDGEMENT_DATA"
REASONS = (
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
# element -> its children in their order; those with a mark may be left out
_SHAPES = {
    "AmazonEnvelope": ("Header", "MessageType", "Message*"),
    "Header": ("DocumentVersion", "MerchantIdentifier"),
    "Message": ("MessageID", "OperationType?", "OrderAcknowledgement"),
    "OrderAcknowledgement": (
        "AmazonOrderID",
        "MerchantOrderID?",
        "StatusCode",
        "Item*",
    ),
    "Item": ("AmazonOrderItemCode", "MerchantOrderItemID?", "CancelReason?"),
}


def work(world, feed):
    """Carry a feed out and return a result for each message.

    :raise FeedRefused: the document as a whole can not be read
    """
    root = _document(feed)
    numbers = [message.findtext("MessageID").strip() for message in root[2:]]
    if len(set(numbers)) < len(numbers) or not all(map(str.isdigit, numbers)):
        raise FeedRefused("Each MessageID must be a number of its own.")
    return [
        _message(world, feed, int(number), message[-1])
        for number, message in zip(numbers, root[2:], strict=True)
    ]


def _document(feed):
    if b"<!DOCTYPE" in feed.content:
        raise FeedRefused("A document type is not allowed.")
    try:
        root = ElementTree.fromstring(feed.content)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise FeedRefused(f"The document is not XML: {error}") from None
    if root.tag != "AmazonEnvelope":
        raise FeedRefused("The document must be an AmazonEnvelope.")
    _check_shape(root)
    if root.findtext("Header/MerchantIdentifier").strip() != feed.merchant:
        raise FeedRefused("MerchantIdentifier names another seller.")
    if root.findtext("MessageType").strip() != "OrderAcknowledgement":
        raise FeedRefused("MessageType must be OrderAcknowledgement.")
    if len(root) < 3:
        raise FeedRefused("The document holds no message.")
    return root


def _check_shape(element):
    left = list(element)
    for child in _SHAPES.get(element.tag, ()):
        name, mark = child.rstrip("*?"), child[-1]
        if mark not in "*?" and (not left or left[0].tag != name):
            raise FeedRefused(f"{element.tag} must hold {name} in its place.")
        taken = 0
        while left and left[0].tag == name and (mark == "*" or not taken):
            _check_shape(left.pop(0))
            taken += 1
    if left:
        raise FeedRefused(f"{element.tag} can not hold {left[0].tag} there.")


def _message(world, feed, number, said):
    ref = said.findtext("AmazonOrderID").strip()
    order = world.orders.get(ref)
    if order is not None and order.seller != feed.merchant:
        order = None
    status = said.findtext("StatusCode").strip()
    items = [
        (item.findtext("AmazonOrderItemCode").strip(), item.findtext("CancelReason"))
        for item in said.iter("Item")
    ]
    problem = _problem(world, order, status, items)
    if ref in world.feeds.refusals:
        problem = Problem(REFUSED, world.feeds.refusals[ref])
    if problem:
        return Result(number, ref, [problem])
    if status == "Failure":
        reasons = {code: (reason or "").strip() for code, reason in items}
        world.cancel_for_seller(ref, reasons)
    return Result(number, ref, [])


def _problem(world, order, status, items):
    """Say why an order can not be acknowledged like that, or return None."""
    if order is None:
        return Problem(BAD_VALUE, "The order is unknown, or another seller's.")
    if order.channel != "fbm":
        return Problem(BAD_VALUE, "The order is fulfilled by Amazon.")
    if status not in ("Success", "Failure"):
        return Problem(BAD_MESSAGE, f"StatusCode can not be {status}.")
    if status == "Success":
        return None
    if order.status in (PARTIALLY_SHIPPED, SHIPPED):
        world.dangers.append(f"{order.ref}: cancelled after it was shipped")
        return Problem(BAD_VALUE, "The order, or a part of it, is already shipped.")
    if order.status != UNSHIPPED:
        return Problem(BAD_VALUE, f"The order is {order.status}.")
    return _items_problem(order, items)


def _items_problem(order, items):
    codes = [code for code, _reason in items]
    known = {item.id for item in order.items}
    needed = {item.id for item in order.items if item.quantity}
    if set(codes) - known:
        return Problem(BAD_VALUE, "An item does not belong to the order.")
    if len(set(codes)) < len(codes):
        return Problem(BAD_VALUE, "An item is listed twice.")
    if needed - set(codes):
        return Problem(BAD_VALUE, "Each item of the order must be listed.")
    for _code, reason in items:
        if (reason or "").strip() not in REASONS:
            return Problem(BAD_VALUE, f"CancelReason can not be {reason}.")
    return None


def report(feed, results, refused=""):
    """Write the processing report; `refused` is said of the feed as a whole."""
    root = ElementTree.Element("AmazonEnvelope")
    _add(root, "Header", DocumentVersion="1.02", MerchantIdentifier=feed.merchant)
    _add(root, MessageType="ProcessingReport")
    message = _add(root, "Message", MessageID="1")
    told = _add(
        message,
        "ProcessingReport",
        DocumentTransactionID=feed.id,
        StatusCode="Complete",
    )
    wrong = sum(bool(result.problems) for result in results)
    _add(
        told,
        "ProcessingSummary",
        MessagesProcessed=str(len(results)),
        MessagesSuccessful=str(len(results) - wrong),
        MessagesWithError=str(wrong),
        MessagesWithWarning="0",
    )
    if refused:
        results = [Result(0, None, [Problem(BAD_MESSAGE, refused)]), *results]
    for result in results:
        for problem in result.problems:
            _add_result(told, result, problem)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def _add_result(told, result, problem):
    node = _add(
        told,
        "Result",
        MessageID=str(result.message_id),
        ResultCode="Error",
        ResultMessageCode=problem.code,
        ResultDescription=problem.message,
    )
    if result.subject:
        _add(node, "AdditionalInfo", AmazonOrderID=result.subject)


def _add(parent, tag=None, **texts):
    node = parent if tag is None else ElementTree.SubElement(parent, tag)
    for name, text in texts.items():
        ElementTree.SubElement(node, name).text = text
    return node
