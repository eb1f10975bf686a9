"""The feed POST_PAYMENT_ADJUSTMENT_DATA: how a seller gives money back."""

from decimal import Decimal, InvalidOperation

from .feed_envelope import messages, report  # noqa: F401  (the report of the trade)
from .feed_result import Result
from .listing_changes import BAD_VALUE, REFUSED, Problem
from .model import PARTIALLY_SHIPPED, SHIPPED
from .money import ZERO

TYPE = "POST_PAYMENT_ADJUSTMENT_DATA"
REASONS = (
    "NoInventory",
    "CustomerReturn",
    "GeneralAdjustment",
    "CouldNotShip",
    "DifferentItem",
    "Abandoned",
    "CustomerCancel",
    "PriceError",
    "ProductOutofStock",
    "CustomerAddressIncorrect",
    "Exchange",
    "Other",
)
# part of a refund -> part of the order that limits it; None: whatever is left
_LIMITS = {
    "Principal": "ITEM",
    "Shipping": "SHIPPING",
    "GiftWrap": "GIFT_WRAP",
    "Goodwill": None,
}
_TAXES = {"Tax": "ITEM", "ShippingTax": "SHIPPING", "GiftWrapTax": "GIFT_WRAP"}
_SHAPES = {
    "Message": ("MessageID", "OperationType?", "OrderAdjustment"),
    "OrderAdjustment": ("AmazonOrderID", "AdjustedItem+"),
    "AdjustedItem": (
        "AmazonOrderItemCode",
        "MerchantAdjustmentItemID?",
        "AdjustmentReason",
        "ItemPriceAdjustments",
    ),
    "ItemPriceAdjustments": ("Component+",),
    "Component": ("Type", "Amount"),
}


def work(world, feed):
    """Carry a feed out and return a result for each message.

    :raise FeedRefused: the document as a whole can not be read
    """
    return [
        _message(world, feed, number, said)
        for number, said in messages(feed, "OrderAdjustment", _SHAPES)
    ]


def _message(world, feed, number, said):
    ref = said.findtext("AmazonOrderID").strip()
    order = world.orders.get(ref)
    if order is not None and order.seller != feed.merchant:
        order = None
    wanted = []
    problem = _order_problem(order)
    if ref in world.feeds.refusals:
        problem = Problem(REFUSED, world.feeds.refusals[ref])
    for item in said.iter("AdjustedItem"):
        problem = problem or _item_problem(world, order, item, wanted)
    if problem:
        return Result(number, ref, [problem])
    for item, own_ref, reason, amounts in wanted:
        goods = amounts.pop("Principal", ZERO)
        key = (ref, own_ref)
        if own_ref and key in world.refunded_by_seller:
            world.dangers.append(f"{ref}: {own_ref} was refunded twice")
        world.refunded_by_seller[key] = (reason, goods + sum(amounts.values(), ZERO))
        world.refund_payment(ref, goods, item=item.id, parts=amounts)
    return Result(number, ref, [])


def _order_problem(order):
    if order is None:
        return Problem(BAD_VALUE, "The order is unknown, or another seller's.")
    if order.status not in (SHIPPED, PARTIALLY_SHIPPED):
        return Problem(BAD_VALUE, "The buyer has not been charged for the order.")
    return None


def _item_problem(world, order, said, wanted):
    """Say why an item can not be refunded like that, or note what is wanted."""
    code = said.findtext("AmazonOrderItemCode").strip()
    found = [item for item in order.items if item.id == code]
    if not found or any(item.id == code for item, *_rest in wanted):
        return Problem(BAD_VALUE, "An item does not belong to the order, or is twice.")
    reason = said.findtext("AdjustmentReason").strip()
    if reason not in REASONS:
        return Problem(BAD_VALUE, f"AdjustmentReason can not be {reason}.")
    amounts = {}
    for component in said.iter("Component"):
        kind, amount = component.findtext("Type").strip(), component.find("Amount")
        if kind not in _LIMITS and kind not in _TAXES or kind in amounts:
            return Problem(BAD_VALUE, f"Type can not be {kind}.")
        if amount.get("currency") != order.currency:
            return Problem(BAD_VALUE, "The currency is not that of the order.")
        try:
            amounts[kind] = Decimal(amount.text.strip())
        except InvalidOperation:
            return Problem(BAD_VALUE, "Amount must be a number.")
        if amounts[kind] <= 0:
            return Problem(BAD_VALUE, "Amount must be positive.")
    if _exceeds(world, order, found[0], amounts):
        return Problem(BAD_VALUE, "The refund is more than what is left of the order.")
    own_ref = (said.findtext("MerchantAdjustmentItemID") or "").strip()
    wanted.append((found[0], own_ref, reason, amounts))
    return None


def _exceeds(world, order, item, amounts):
    before = {}
    for event in world.refunds:
        if (event.order, event.item) == (order.ref, item.id):
            if event.status == "DEFERRED_RELEASED":
                continue  # it is listed once more
            for label, amount in {"Principal": event.amount, **event.more}.items():
                before[label] = before.get(label, ZERO) + amount
    for label, amount in amounts.items():
        part = _LIMITS.get(label) or _TAXES.get(label)
        if not part:
            continue
        paid = (item.taxes if label in _TAXES else item.parts).get(part, ZERO)
        if amount + before.get(label, ZERO) > paid:
            return True
    given = sum(before.values(), ZERO) + sum(amounts.values(), ZERO)
    return given > item.total(order.inclusive)
