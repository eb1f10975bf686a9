"""A shipped package: what is sent to Amazon, and how to find it there again.

Source: ``confirmShipment`` of Amazon's Orders API v0, which has no successor;
"Confirm the shipment status". One call is one package. The package's reference is
ours: the same reference again edits that package, another one adds a package.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime

from .order_parts import Package
from .orders import Order
from .writer import iso, once_each, reference, trimmed, verbatim, whole_number

COD_COLLECTION_METHODS = ("DirectPayment",)

_PACKAGE_REFERENCE = re.compile(r"[1-9][0-9]*", re.ASCII)
# Between two numbers, and in no number.
_COMMAS = re.compile(r"[,;|\r\n\t\u3001\uff0c\uff1b]+")
_SIGNS = re.compile(r"[/+&]")
# What people write between two numbers, beside the blanks.
_BLANKS = re.compile(r"\s+(?:(?:[-\u2013\u2014]|and|und)\s+)?", re.IGNORECASE)
_NUMBER = re.compile(r"(?=.*[0-9])[A-Z0-9 ._-]{2,}", re.ASCII | re.IGNORECASE)
# The groups in which people write a single number are shorter.
_WHOLE_NUMBER = re.compile(r"(?=.*[0-9])[A-Z0-9._-]{7,}", re.ASCII | re.IGNORECASE)
_UNLISTED_CARRIER = "other"


def split_tracking(text: str | None) -> list[str]:
    """The tracking numbers in a field that people, scanners and makers of labels fill.

    Commas and the like always part, as makers of labels write them. Other signs and
    blanks do where each part has the form of a number by itself: a single number is
    written in groups, too.
    """
    numbers: list[str] = []
    for stated in _COMMAS.split(text or ""):
        for signs, number in ((_SIGNS, _NUMBER), (_BLANKS, _WHOLE_NUMBER)):
            parts = [part.strip() for part in signs.split(stated.strip())]
            if len(parts) > 1 and all(map(number.fullmatch, parts)):
                break
        else:
            parts = [" ".join(stated.split())]
        numbers += filter(None, parts)
    return list(dict.fromkeys(numbers))


@dataclass(frozen=True)
class ShippedItem:
    """``quantity`` counts what Amazon sold, e.g. packs, not what is in them."""

    item_id: str
    quantity: int
    transparency_codes: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, kw_only=True)
class Shipment:
    """One package of one order.

    ``package_reference`` is a positive number as a text, unique within the order.
    ``carrier_name`` is needed where ``carrier_code`` is ``Other``. ``ship_date`` is
    aware. ``cod_collection_method`` is for Japan: ``DirectPayment``. ``ship_from`` is
    Amazon's identifier of a supply source.
    """

    order_id: str
    marketplace_id: str
    package_reference: str
    carrier_code: str
    carrier_name: str | None = None
    shipping_method: str | None = None
    tracking_number: str = field(repr=False)
    ship_date: datetime
    items: tuple[ShippedItem, ...]
    cod_collection_method: str | None = None
    ship_from: str | None = None


def shipment_body(shipment: Shipment) -> dict:
    """The request of ``confirmShipment``, as it is sent.

    :raise ValueError: Amazon would refuse this; the words say why
    """
    reference(shipment.order_id, "The order number")
    body = {
        "marketplaceId": reference(shipment.marketplace_id, "The marketplace"),
        "packageDetail": _package_detail(shipment),
    }
    method = shipment.cod_collection_method
    if method is not None:
        if method not in COD_COLLECTION_METHODS:
            raise ValueError("Amazon does not know this way to collect the money.")
        body["codCollectionMethod"] = method
    return body


def _package_detail(shipment: Shipment) -> dict:
    package = shipment.package_reference
    if not isinstance(package, str) or not _PACKAGE_REFERENCE.fullmatch(package):
        raise ValueError("The package's reference must be a positive number.")
    carrier = _carrier(shipment)
    if not shipment.items:
        raise ValueError("There is nothing in the package.")
    once_each([item.item_id for item in shipment.items], "An item of the package")
    return {
        "packageReferenceId": package,
        **carrier,
        "trackingNumber": trimmed(shipment.tracking_number, "The tracking number"),
        "shipDate": iso(shipment.ship_date),
        **_ship_from(shipment),
        "orderItems": [_order_item(item) for item in shipment.items],
    }


def _ship_from(shipment: Shipment) -> dict:
    if not shipment.ship_from:
        return {}
    source = trimmed(shipment.ship_from, "The supply source")
    return {"shipFromSupplySourceId": source}


def _carrier(shipment: Shipment) -> dict:
    carrier = {"carrierCode": trimmed(shipment.carrier_code, "The carrier's code")}
    unlisted = carrier["carrierCode"].casefold() == _UNLISTED_CARRIER
    if unlisted or shipment.carrier_name:
        carrier["carrierName"] = trimmed(shipment.carrier_name, "The carrier's name")
    if shipment.shipping_method:
        carrier["shippingMethod"] = trimmed(
            shipment.shipping_method, "The shipping method"
        )
    return carrier


def _order_item(item: ShippedItem) -> dict:
    entry = {
        "orderItemId": verbatim(item.item_id, "The number of an item"),
        "quantity": whole_number(item.quantity, 1, "The quantity of an item"),
    }
    if item.transparency_codes:
        entry["transparencyCodes"] = [
            verbatim(code, "A transparency code") for code in item.transparency_codes
        ]
    return entry


def find_package(order: Order, shipment: Shipment) -> Package | None:
    """The package at Amazon that equals the shipment.

    Shows the outcome of a confirmation whose answer was lost. Reference, tracking
    number (blanks and case apart), items and quantities must agree, and transparency
    codes where the shipment states some. The carrier is not compared: Amazon shows it
    by a name of its own.

    :raise ValueError: the order is not the shipment's
    """
    if order.order_id != shipment.order_id:
        raise ValueError("The package belongs to another order.")
    return next((p for p in order.packages if _is_same(p, shipment)), None)


def _is_same(package: Package, shipment: Shipment) -> bool:
    quantities: dict[str, int] = {}
    codes: dict[str, set[str]] = {}
    for entry in package.items:
        quantities[entry.item_id] = quantities.get(entry.item_id, 0) + entry.quantity
        codes.setdefault(entry.item_id, set()).update(entry.transparency_codes)
    return (
        package.reference == shipment.package_reference
        and _folded(package.tracking_number) == _folded(shipment.tracking_number)
        and quantities == {item.item_id: item.quantity for item in shipment.items}
        and all(
            set(item.transparency_codes) == codes[item.item_id]
            for item in shipment.items
            if item.transparency_codes
        )
    )


def _folded(tracking_number: str | None) -> str:
    return "".join((tracking_number or "").split()).casefold()
