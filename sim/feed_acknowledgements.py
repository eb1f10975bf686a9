"""The feed POST_ORDER_ACKNOWLEDGEMENT_DATA: how a seller cancels orders."""

from .feed_envelope import messages, report  # noqa: F401  (the report of the trade)
from .feed_result import Result
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
    return [
        _message(world, feed, number, said)
        for number, said in messages(feed, "OrderAcknowledgement", _SHAPES)
    ]


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
