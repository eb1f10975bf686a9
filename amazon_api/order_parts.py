"""The simple parts of an Amazon order: plain values without logic of their own.

Source: definitions of Amazon's Orders API v2026-01-01. What the model calls optional
is None (or an empty tuple) when Amazon leaves it out. Enumerations are open: a value
of tomorrow is kept as the string it is. Fields with personal data stay out of
``repr``, so that no log line shows them by accident.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal


def _personal(default=None):
    return field(default=default, repr=False)


@dataclass(frozen=True)
class Money:
    """An amount as Amazon states it; ``currency`` is an ISO 4217 code."""

    amount: Decimal
    currency: str


@dataclass(frozen=True)
class Window:
    """A span of time, aware UTC; either end may be open."""

    earliest: datetime | None = None
    latest: datetime | None = None


@dataclass(frozen=True)
class Alias:
    alias_id: str
    alias_type: str


@dataclass(frozen=True)
class AssociatedOrder:
    order_id: str | None = None
    association_type: str | None = None


@dataclass(frozen=True)
class Buyer:
    """Present as far as the application's roles allow (dataset BUYER)."""

    name: str | None = _personal()
    email: str | None = _personal()
    company_name: str | None = _personal()
    purchase_order_number: str | None = _personal()


@dataclass(frozen=True)
class Address:
    """An address; of FBA orders often only city, state, postal code and country.

    The fields from ``street_name`` on are given for Brazil only.
    """

    name: str | None = _personal()
    company_name: str | None = _personal()
    line1: str | None = _personal()
    line2: str | None = _personal()
    line3: str | None = _personal()
    city: str | None = _personal()
    district_or_county: str | None = _personal()
    state_or_region: str | None = _personal()
    municipality: str | None = _personal()
    postal_code: str | None = _personal()
    country_code: str | None = None
    phone: str | None = _personal()
    address_type: str | None = None
    street_name: str | None = _personal()
    street_number: str | None = _personal()
    complement: str | None = _personal()
    neighborhood: str | None = _personal()

    @property
    def has_street(self) -> bool:
        return bool(self.line1 or self.line2 or self.line3 or self.street_name)


@dataclass(frozen=True)
class OpeningHours:
    """``day`` is a weekday such as ``MON`` or an ISO date; windows are "HH:MM"."""

    day: str | None = None
    kind: str | None = None
    windows: tuple[tuple[str | None, str | None], ...] = ()


@dataclass(frozen=True)
class DeliveryPreference:
    drop_off_location: str | None = _personal()
    address_instruction: str | None = _personal()
    business_hours: tuple[OpeningHours, ...] = _personal(())
    exception_dates: tuple[OpeningHours, ...] = _personal(())
    capabilities: tuple[str, ...] = ()


@dataclass(frozen=True)
class ProceedsDetail:
    """Part of a breakdown; exists for TAX and DISCOUNT only."""

    subtype: str | None
    value: Money | None


@dataclass(frozen=True)
class Breakdown:
    """``type``: ITEM, SHIPPING, GIFT_WRAP, COD_FEE, TAX, DISCOUNT, OTHER and, for the
    whole order only, DELIVERY_TIP (with a ``status``). The sign of DISCOUNT is not
    documented by Amazon.
    """

    type: str
    subtotal: Money
    status: str | None = None
    details: tuple[ProceedsDetail, ...] = ()


@dataclass(frozen=True)
class Proceeds:
    """Money of an order or of an item; ``total`` is grandTotal or proceedsTotal."""

    total: Money | None = None
    breakdowns: tuple[Breakdown, ...] = ()

    def amount(self, kind: str) -> Decimal:
        """Sum of the breakdowns of a type, 0 when there is none."""
        return sum(
            (part.subtotal.amount for part in self.breakdowns if part.type == kind),
            Decimal(0),
        )

    def states(self, kind: str) -> bool:
        """Tell whether there is a breakdown of a type, be it of 0."""
        return any(part.type == kind for part in self.breakdowns)

    def detail(self, kind: str, subtype: str) -> Decimal:
        """Sum of the details of a type and subtype, 0 when there is none."""
        return sum(
            (
                detail.value.amount
                for part in self.breakdowns
                for detail in part.details
                if part.type == kind and detail.subtype == subtype and detail.value
            ),
            Decimal(0),
        )

    def moneys(self) -> tuple[Money, ...]:
        """Every amount in here."""
        stated = [self.total]
        for part in self.breakdowns:
            stated += [part.subtotal, *(detail.value for detail in part.details)]
        return tuple(money for money in stated if money)

    @property
    def currency(self) -> str | None:
        return currency_of(self.moneys())


def currency_of(moneys) -> str | None:
    """The currency of some amounts: an amount of zero has none of its own, so it only
    counts when nothing else is stated, and when all of them agree.

    :param moneys: iterable of Money
    """
    moneys = tuple(moneys)
    worth = next((money.currency for money in moneys if money.amount), None)
    of_zeros = {money.currency for money in moneys}
    return worth or (of_zeros.pop() if len(of_zeros) == 1 else None)


@dataclass(frozen=True)
class Payment:
    """One payment execution; the last three are given for Brazil only."""

    method: str | None = None
    amount: Money | None = None
    acquirer_id: str | None = _personal()
    card_brand: str | None = _personal()
    authorization_code: str | None = _personal()


@dataclass(frozen=True)
class TaxRegistration:
    """``entity_type``: BUYER, MERCHANT, MARKETPLACE; ``registration_type``: BUSINESS,
    VAT, CST, CPF, CNPJ; ``attributes`` are pairs such as TAX_OFFICE and its name.
    """

    entity_type: str | None = None
    registration_type: str | None = None
    number: str | None = _personal()
    legal_name: str | None = _personal()
    address: Address | None = _personal()
    attributes: tuple[tuple[str | None, str | None], ...] = _personal(())


@dataclass(frozen=True)
class Fulfillment:
    """``status``: PENDING_AVAILABILITY, PENDING, UNSHIPPED, PARTIALLY_SHIPPED, SHIPPED,
    CANCELLED, UNFULFILLABLE; ``fulfilled_by``: AMAZON, MERCHANT.
    """

    status: str
    fulfilled_by: str | None = None
    service_level: str | None = None
    ship_by: Window = Window()
    deliver_by: Window = Window()
    label_printing: Window = Window()


@dataclass(frozen=True)
class PackageItem:
    item_id: str
    quantity: int
    transparency_codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Package:
    """A package the seller confirmed (FBM only); ``reference`` is the seller's own."""

    reference: str
    created_time: datetime | None = None
    status: str | None = None
    detailed_status: str | None = None
    carrier: str | None = None
    shipping_service: str | None = None
    tracking_number: str | None = _personal()
    ship_time: datetime | None = None
    ship_from: Address | None = _personal()
    items: tuple[PackageItem, ...] = ()


@dataclass(frozen=True)
class Measurement:
    """For goods sold by weight, length …: how much of ``unit`` was ordered."""

    unit: str
    value: Decimal


@dataclass(frozen=True)
class Product:
    """What was bought; every field is optional at Amazon, even the SKU."""

    asin: str | None = None
    sku: str | None = None
    title: str | None = None
    condition: str | None = None
    condition_subtype: str | None = None
    condition_note: str | None = None
    unit_price: Money | None = None
    price_designation: str | None = None
    serial_numbers: tuple[str, ...] = ()
    customization_url: str | None = _personal()


@dataclass(frozen=True)
class Cancellation:
    """``by``: BUYER, MERCHANT or AMAZON; of a request always the buyer."""

    by: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class TaxCollection:
    """``model`` MARKETPLACE_FACILITATOR: Amazon collects the tax and remits it."""

    model: str | None = None
    responsible_party: str | None = None


@dataclass(frozen=True)
class Points:
    """Amazon Points granted to the buyer (Japan)."""

    number: int | None = None
    value: Money | None = None


@dataclass(frozen=True)
class AssociatedItem:
    order_id: str | None = None
    item_id: str | None = None
    association_type: str | None = None
