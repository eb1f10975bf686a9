"""How the lines of an order are shown; `viewer` knows to whom."""

from .model import CANCELLED, PENDING, PENDING_AVAILABILITY
from .money import money
from .sellers import ROLE_DELIVERY

NOT_PAID = (PENDING, PENDING_AVAILABILITY)
_PARTS = ("ITEM", "SHIPPING", "GIFT_WRAP", "COD_FEE", "OTHER")
_TAXES = ("ITEM", "SHIPPING", "GIFT_WRAP", "COD_FEE", "OTHER", "DISCOUNT")


def show_item(viewer, order, item):
    """Return a line as the API's JSON object."""
    shown = {
        "orderItemId": item.id,
        "quantityOrdered": item.quantity,
        "programs": list(item.wish.programs),
        "product": _product(viewer, order, item),
    }
    for dataset, (key, build) in _BLOCKS.items():
        if dataset in viewer.datasets:
            shown[key] = build(viewer, order, item)
    return without_empty(shown)


def money_shown(viewer, order):
    """Tell whether amounts are shown: not of pending and of cancelled orders."""
    if order.status in NOT_PAID:
        return viewer.world.pending_shows_money
    return order.status != CANCELLED


def _product(viewer, order, item):
    custom = item.wish.customized_url if ROLE_DELIVERY in viewer.roles else None
    price = {"unitPrice": money(item.unit_price, order.currency)}
    if "AMAZON_BUSINESS" in order.programs:
        price["priceDesignation"] = "BUSINESS_PRICE"
    return without_empty(
        {
            "asin": item.asin,
            "title": item.title,
            "sellerSku": item.sku,
            "condition": {"conditionType": item.wish.condition},
            "price": price if money_shown(viewer, order) else None,
            "serialNumbers": list(item.wish.serial_numbers),
            "customization": {"customizedUrl": custom} if custom else None,
        }
    )


def _proceeds(viewer, order, item):
    if not money_shown(viewer, order) or not item.quantity:
        return None
    breakdowns = []
    for part in breakdowns_of(order, item):
        shown = {
            "type": part["type"],
            "subtotal": money(part["amount"], order.currency),
        }
        if part["details"]:
            shown["detailedBreakdowns"] = [
                {"subtype": subtype, "value": money(amount, order.currency)}
                for subtype, amount in part["details"].items()
            ]
        breakdowns.append(shown)
    total = money(item.total(order.inclusive), order.currency)
    return {"proceedsTotal": total, "breakdowns": breakdowns}


def _fulfillment(viewer, order, item):
    wish, packing = item.wish, {}
    if wish.gift_message or wish.gift_wrap_level:
        seen = order.channel == "fbm" and ROLE_DELIVERY in viewer.roles
        packing["giftOption"] = {
            "giftMessage": wish.gift_message if seen else None,
            "giftWrapLevel": wish.gift_wrap_level,
        }
    if wish.serial_required:
        packing["serialNumberRequirement"] = {"requirementType": "REQUIRED"}
    crossing = {"iossNumber": wish.ioss_number} if wish.ioss_number else {}
    left = 0 if order.status == CANCELLED else item.quantity - item.fulfilled
    return {
        "quantityFulfilled": item.fulfilled,
        "quantityUnfulfilled": left,
        "packing": without_empty(packing),
        "shipping": without_empty({"internationalShipping": crossing}),
    }


def _expense(viewer, order, item):
    if not item.wish.points:
        return None
    points = item.wish.points
    return {
        "pointsCost": {
            "pointsGranted": {
                "pointsNumber": points,
                "pointsMonetaryValue": money(points, order.currency),
            }
        }
    }


def _promotion(viewer, order, item):
    ids = item.wish.promotion_ids
    return {"breakdowns": [{"promotionId": code} for code in ids]} if ids else None


def _cancellation(viewer, order, item):
    shown = {}
    if item.cancel_request:
        shown["cancellationRequest"] = {
            "requester": "BUYER",
            "cancelReason": item.cancel_request,
        }
    if item.cancelled_by:
        shown["cancellationExecution"] = {
            "cancelledBy": item.cancelled_by,
            "cancelReason": item.cancel_reason,
        }
    return shown


def _tax(viewer, order, item):
    shown = {}
    if remits_tax(order, item):
        party = "Amazon Services, Inc."
        shown["taxCollections"] = [
            {"model": "MARKETPLACE_FACILITATOR", "responsibleParty": party}
        ]
    if order.tax_scheme:
        shown["taxCalculationBreakdowns"] = [{"reportingScheme": order.tax_scheme}]
    return shown


def remits_tax(order, item):
    """Tell whether Amazon pays the tax of a line to the state itself."""
    own = item.wish.facilitator
    return bool(item.taxes) and (order.facilitator if own is None else own)


def breakdowns_of(order, item):
    """List the parts of a line's money: type, amount, details; signs applied."""
    sign = order.discount_sign
    parts = [
        {"type": kind, "amount": item.parts[kind], "details": {}}
        for kind in _PARTS
        if kind in item.parts
    ]
    if item.discounts:
        details = {kind: sign * amount for kind, amount in item.discounts.items()}
        amount = sign * item.discount
        parts.append({"type": "DISCOUNT", "amount": amount, "details": details})
    if item.taxes:
        signs = {"DISCOUNT": sign}
        details = {
            kind: signs.get(kind, 1) * item.taxes[kind]
            for kind in _TAXES
            if kind in item.taxes
        }
        parts.append({"type": "TAX", "amount": item.tax, "details": details})
    return parts


def without_empty(shown, keep=()):
    """Drop what Amazon leaves out: absent values, empty texts, lists and blocks."""
    result = {}
    for key, value in shown.items():
        if isinstance(value, dict):
            value = without_empty(value)
        if value is None or (value in ("", [], {}) and key not in keep):
            continue
        result[key] = value
    return result


_BLOCKS = {
    "PROCEEDS": ("proceeds", _proceeds),
    "EXPENSE": ("expense", _expense),
    "PROMOTION": ("promotion", _promotion),
    "CANCELLATION": ("cancellation", _cancellation),
    "FULFILLMENT": ("fulfillment", _fulfillment),
    "TAX": ("tax", _tax),
}
