"""An Amazon order as the rest of the addon sees it.

Source: Amazon's Orders API v2026-01-01, operations ``searchOrders`` and ``getOrder``.
The objects are frozen and hold ``Decimal`` money and aware UTC datetimes with the
milliseconds Amazon states. Which blocks are filled depends on the datasets asked for
and on the roles of the application; see `order_parts` for what may be missing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from .order_parts import (
    Address,
    Alias,
    AssociatedItem,
    AssociatedOrder,
    Buyer,
    Cancellation,
    DeliveryPreference,
    Fulfillment,
    Measurement,
    Money,
    Package,
    Payment,
    Points,
    Proceeds,
    Product,
    TaxCollection,
    TaxRegistration,
    Window,
    currency_of,
)

#: Datasets asked for by default: all there are but PAYMENT and FULFILLMENT_ORDERS.
#: FULFILLMENT carries the status, PROCEEDS the money: without them nothing works.
ORDER_DATA = (
    "BUYER",
    "RECIPIENT",
    "PROCEEDS",
    "EXPENSE",
    "PROMOTION",
    "CANCELLATION",
    "FULFILLMENT",
    "PACKAGES",
    "TAX",
)


@dataclass(frozen=True)
class OrderItem:
    """One line of an order. Quantities count what the buyer put in the basket."""

    item_id: str
    quantity: int
    product: Product
    proceeds: Proceeds = Proceeds()
    quantity_fulfilled: int | None = None
    quantity_unfulfilled: int | None = None
    cancellation_request: Cancellation | None = None
    cancellation_execution: Cancellation | None = None
    promotion_ids: tuple[str, ...] = ()
    gift_message: str | None = field(default=None, repr=False)
    gift_wrap_level: str | None = None
    tax_collections: tuple[TaxCollection, ...] = ()
    reporting_schemes: tuple[str, ...] = ()
    ioss_number: str | None = field(default=None, repr=False)
    points: Points | None = None
    programs: tuple[str, ...] = ()
    associated_items: tuple[AssociatedItem, ...] = ()
    measurement: Measurement | None = None
    constraints: tuple[str, ...] = ()
    scheduled_delivery: Window = Window()
    serial_numbers_required: bool = False
    substitution: str | None = None

    @property
    def sku(self) -> str | None:
        return self.product.sku

    @property
    def currency(self) -> str | None:
        return currency_of(self.moneys())

    def moneys(self) -> tuple[Money, ...]:
        """Every amount that is stated of this line, its unit price as the last one."""
        price = self.product.unit_price
        return (*self.proceeds.moneys(), price) if price else self.proceeds.moneys()

    def amount(self, kind: str) -> Decimal:
        """What Amazon states for ITEM, SHIPPING, GIFT_WRAP, COD_FEE, TAX, DISCOUNT or
        OTHER: the total of the line, not per unit; 0 when not stated.
        """
        return self.proceeds.amount(kind)

    def tax_on(self, subtype: str) -> Decimal:
        """Tax on ITEM, SHIPPING, GIFT_WRAP, DISCOUNT …; 0 when not stated."""
        return self.proceeds.detail("TAX", subtype)

    def discount_on(self, subtype: str) -> Decimal:
        """Discount on ITEM, SHIPPING …; 0 when not stated. The sign is Amazon's."""
        return self.proceeds.detail("DISCOUNT", subtype)

    @property
    def is_facilitator_taxed(self) -> bool:
        """Amazon collects the tax of this line and remits it itself."""
        return any(
            collection.model == "MARKETPLACE_FACILITATOR"
            for collection in self.tax_collections
        )

    @property
    def is_gift(self) -> bool:
        return bool(self.gift_message or self.gift_wrap_level)

    @property
    def buyer_asked_to_cancel(self) -> bool:
        return self.cancellation_request is not None

    @property
    def is_cancelled(self) -> bool:
        return self.cancellation_execution is not None

    @property
    def is_customized(self) -> bool:
        return bool(self.product.customization_url)


class Standing:
    """The state of an order: what decides whether anybody has to do something about it.

    The attributes are those of the dataclasses that have it as a base.
    """

    if TYPE_CHECKING:  # a dataclass would take annotations for fields of its own

        @property
        def channel_name(self) -> str | None: ...

        @property
        def status(self) -> str | None: ...

        @property
        def fulfilled_by(self) -> str | None: ...

    @property
    def is_fba(self) -> bool:
        return self.fulfilled_by == "AMAZON"

    @property
    def is_fbm(self) -> bool:
        return self.fulfilled_by == "MERCHANT"

    @property
    def is_off_amazon(self) -> bool:
        """Not sold on Amazon: only its warehouse was used (multi-channel).

        A channel that nobody knows yet counts as Amazon's: an order that is ignored
        is lost.
        """
        return self.channel_name == "NON_AMAZON"

    @property
    def is_pending(self) -> bool:
        """Not paid or not yet available: not to be shipped, prices may change."""
        return self.status in ("PENDING", "PENDING_AVAILABILITY")

    @property
    def is_unshipped(self) -> bool:
        return self.status == "UNSHIPPED"

    @property
    def is_partially_shipped(self) -> bool:
        return self.status == "PARTIALLY_SHIPPED"

    @property
    def is_shipped(self) -> bool:
        return self.status == "SHIPPED"

    @property
    def is_cancelled(self) -> bool:
        return self.status == "CANCELLED"


@dataclass(frozen=True)
class Order(Standing):
    """An order that could be read in full."""

    order_id: str
    created_time: datetime
    last_updated_time: datetime
    channel_name: str
    marketplace_id: str | None = None
    marketplace_name: str | None = None
    aliases: tuple[Alias, ...] = ()
    programs: tuple[str, ...] = ()
    associated_orders: tuple[AssociatedOrder, ...] = ()
    buyer: Buyer = Buyer()
    delivery_address: Address | None = field(default=None, repr=False)
    delivery_preference: DeliveryPreference | None = field(default=None, repr=False)
    proceeds: Proceeds = Proceeds()
    payments: tuple[Payment, ...] = ()
    tax_registrations: tuple[TaxRegistration, ...] = ()
    invoice_preference: str | None = None
    invoice_status: str | None = None
    fulfillment: Fulfillment | None = None
    items: tuple[OrderItem, ...] = ()
    packages: tuple[Package, ...] = ()
    fulfillment_order_ids: tuple[str, ...] = ()

    @property
    def status(self) -> str | None:
        """None when the dataset FULFILLMENT was not asked for or not given."""
        return self.fulfillment.status if self.fulfillment else None

    @property
    def fulfilled_by(self) -> str | None:
        """AMAZON or MERCHANT; None as for `status`."""
        return self.fulfillment.fulfilled_by if self.fulfillment else None

    @property
    def currency(self) -> str | None:
        """Of the order's money; all amounts of an order are in one currency. None when
        no amount is stated at all.
        """
        stated = self.proceeds.moneys()
        return currency_of(
            (*stated, *(m for item in self.items for m in item.moneys()))
        )

    @property
    def seller_order_id(self) -> str | None:
        """The seller's own number for the order, if one was set."""
        aliases = (
            a.alias_id for a in self.aliases if a.alias_type == "SELLER_ORDER_ID"
        )
        return next(aliases, None)

    @property
    def is_business(self) -> bool:
        return "AMAZON_BUSINESS" in self.programs

    @property
    def is_prime(self) -> bool:
        return "PRIME" in self.programs

    @property
    def is_replacement(self) -> bool:
        """Sent again for another order, normally without charge."""
        return self._is_associated("REPLACEMENT_ORIGINAL_ID")

    @property
    def is_exchange(self) -> bool:
        return self._is_associated("EXCHANGE_ORIGINAL_ID")

    @property
    def buyer_asked_to_cancel(self) -> bool:
        return any(item.buyer_asked_to_cancel for item in self.items)

    def item(self, item_id: str) -> OrderItem | None:
        return next((item for item in self.items if item.item_id == item_id), None)

    def _is_associated(self, association_type: str) -> bool:
        return any(
            other.association_type == association_type
            for other in self.associated_orders
        )


@dataclass(frozen=True)
class UnreadableOrder(Standing):
    """An order that could not be read.

    ``where`` is the place in the answer, e.g. ``orderItems[0].proceeds.proceedsTotal``;
    ``problem`` a short sentence in plain English. Neither holds what was sent. The last
    four are known as far as they could be read: an order that needs no action is no
    problem, however broken it is.
    """

    order_id: str
    last_updated_time: datetime | None
    marketplace_id: str | None
    where: str
    problem: str
    created_time: datetime | None = field(default=None, compare=False)
    channel_name: str | None = field(default=None, compare=False)
    status: str | None = field(default=None, compare=False)
    fulfilled_by: str | None = field(default=None, compare=False)


@dataclass(frozen=True)
class OrdersPage:
    """One page of ``searchOrders``, whole, each order once.

    ``next_token`` is None on the last page. ``last_updated_before`` and
    ``created_before`` (aware UTC or None) are the upper bounds Amazon applied: what
    the next window starts from.
    """

    orders: tuple[Order | UnreadableOrder, ...]
    next_token: str | None = field(default=None, repr=False)
    last_updated_before: datetime | None = None
    created_before: datetime | None = None
