"""Orders API v0: confirmShipment, the part of it that stays."""

import re

from ..model import PARTIALLY_SHIPPED, SHIPPED, UNSHIPPED
from ..sellers import ROLE_DELIVERY, ROLE_ORDERS
from . import bodies, parameters
from .base import Answer, ApiError, Operation, invalid

# Amazon ships or collects these itself, or the buyer does: no confirmation is accepted
_OTHER_WAYS = (
    "FBM_SHIP_PLUS",
    "AMAZON_EASY_SHIP",
    "DELIVERY_BY_AMAZON",
    "IN_STORE_PICK_UP",
)
_POSITIVE = re.compile(r"[0-9]*[1-9][0-9]*", re.ASCII)
_WRONG_ORIGIN = (
    "Invoice by Amazon orders can only be shipped from a location with a valid VAT"
    " number in the tax region of the destination"
)
_NO_PACKAGE = (
    "Failed to create package due to not finding a matching package or order already"
    " fulfilled: PackageToUpdateNotFound"
)


def _reference(name, value):
    if not isinstance(value, str) or not _POSITIVE.fullmatch(value):
        raise invalid("PackageReferenceId is invalid, must be a positive numeric value")
    return value


def _payment(name, value):
    if value != "DirectPayment":
        raise invalid(f"{name} can not be {value}")
    return value


_ITEM = bodies.an_object(
    {"orderItemId": bodies.text, "quantity": bodies.whole_number(1)},
    {"transparencyCodes": bodies.a_list(bodies.text)},
)
_PACKAGE = bodies.an_object(
    {
        "packageReferenceId": _reference,
        "carrierCode": bodies.text,
        "trackingNumber": bodies.text,
        "shipDate": bodies.moment,
        "orderItems": bodies.a_list(_ITEM, least=1),
    },
    {
        "carrierName": bodies.text,
        "shippingMethod": bodies.text,
        "shipFromSupplySourceId": bodies.text,
    },
)


def confirm_shipment(call):
    """POST /orders/v0/orders/{orderId}/shipmentConfirmation."""
    parameters.read(call, {})
    body = bodies.read(
        call,
        {"marketplaceId": bodies.text, "packageDetail": _PACKAGE},
        {"codCollectionMethod": _payment},
    )
    ref, package = call.path["orderId"], body["packageDetail"]
    parameters.order_reference(ref)
    order = call.world.orders.get(ref)
    if order is None or order.seller != call.seller.merchant_token:
        raise ApiError(404, "NotFound", f"Order {ref} was not found.")
    _check_order(order, body)
    _check_package(call.world, order, package)
    other = package["carrierCode"] == "Other"
    if call.world.forgets:  # seen with real orders: 204, and no package afterwards
        return Answer(204)
    call.world.put_package(
        ref,
        reference=package["packageReferenceId"],
        carrier=package["carrierName"] if other else package["carrierCode"],
        tracking=package["trackingNumber"],
        items=[
            (item["orderItemId"], item["quantity"]) for item in package["orderItems"]
        ],
        shipped=package["shipDate"],
        method=package.get("shippingMethod"),
        codes={
            item["orderItemId"]: item["transparencyCodes"]
            for item in package["orderItems"]
            if "transparencyCodes" in item
        },
    )
    return Answer(204)


def _check_order(order, body):
    if body["marketplaceId"] != order.marketplace.id:
        raise invalid("marketplaceId is not the order's", body["marketplaceId"])
    if "codCollectionMethod" in body and order.marketplace.country != "JP":
        raise invalid("codCollectionMethod is for Japan only")
    if order.channel != "fbm":
        raise invalid("The order is fulfilled by Amazon")
    for program in _OTHER_WAYS:
        if program in order.programs:
            raise invalid(f"Orders of {program} can not be confirmed")
    if order.status not in (UNSHIPPED, PARTIALLY_SHIPPED, SHIPPED):
        raise invalid(f"The order is {order.status}: it can not be confirmed")


def _check_package(world, order, package):
    reference = package["packageReferenceId"]
    known = any(mine["reference"] == reference for mine in order.packages)
    if order.status == SHIPPED and not known:
        raise invalid(_NO_PACKAGE)
    _check_programs(world, order, package)
    if package["carrierCode"] == "Other" and not package.get("carrierName"):
        raise invalid("carrierName is required when carrierCode is Other")
    # Times without a fraction are usual: the second of the purchase is good enough
    if package["shipDate"] < order.created.replace(microsecond=0):
        raise invalid("shipDate is before the purchase")
    if package["shipDate"] > world.now():
        raise invalid("shipDate is in the future")
    _check_items(order, package["orderItems"], reference)


def _check_programs(world, order, package):
    source = package.get("shipFromSupplySourceId")
    is_resold = "INVOICE_BY_AMAZON" in order.programs
    if is_resold and world.tax_sources is not None and source not in world.tax_sources:
        raise invalid(_WRONG_ORIGIN)
    imported = any(item.wish.ioss_number for item in order.items)
    code = package["carrierCode"]
    if imported and world.import_carriers is not None:
        if code not in world.import_carriers:
            raise invalid(f"Carrier {code} is not accepted for this shipment")


def _check_items(order, rows, reference):
    items = {item.id: item for item in order.items}
    codes = [row["orderItemId"] for row in rows]
    if len(set(codes)) < len(codes):
        raise invalid("orderItems lists an item twice")
    for row in rows:
        item = items.get(row["orderItemId"])
        if item is None:
            raise invalid("An item does not belong to the order", row["orderItemId"])
        left = item.quantity - order.packed(item, except_reference=reference)
        if row["quantity"] > left:
            message = f"quantity of {item.id} is more than the {left} unshipped units"
            raise invalid(message)


OPERATIONS = (
    Operation(
        "confirmShipment",
        "POST",
        "/orders/v0/orders/{orderId}/shipmentConfirmation",
        confirm_shipment,
        rate=2,
        burst=10,
        roles=(ROLE_ORDERS, ROLE_DELIVERY),
    ),
)
