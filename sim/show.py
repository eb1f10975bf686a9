"""How an order is shown to a client: the asked blocks, as its roles allow."""

from .clock import to_text
from .model import PARTIALLY_SHIPPED, SHIPPED, UNSHIPPED
from .money import ZERO, money
from .sellers import ROLE_DELIVERY, ROLE_TAX
from .show_items import NOT_PAID, breakdowns_of, money_shown, show_item, without_empty

DATASETS = (
    "BUYER",
    "RECIPIENT",
    "PROCEEDS",
    "EXPENSE",
    "PROMOTION",
    "CANCELLATION",
    "FULFILLMENT",
    "PACKAGES",
    "TAX",
    "PAYMENT",
    "FULFILLMENT_ORDERS",
)
_PUBLIC_ADDRESS = ("city", "stateOrRegion", "countryCode", "addressType")


class Viewer:
    """Shows orders to one seller, with the datasets that were asked for."""

    def __init__(self, world, seller, datasets):
        self.world = world
        self.roles = seller.roles
        self.datasets = frozenset(datasets)

    def show(self, order):
        """Return the order as the API's JSON object."""
        shown = {
            "orderId": order.ref,
            "orderAliases": _aliases(order),
            "createdTime": to_text(order.created),
            "lastUpdatedTime": to_text(order.updated),
            "programs": list(order.programs),
            "associatedOrders": _associated(order),
            "salesChannel": _sales_channel(order),
            "orderItems": [show_item(self, order, item) for item in order.items],
        }
        blocks = {
            "BUYER": ("buyer", self._buyer),
            "RECIPIENT": ("recipient", self._recipient),
            "PROCEEDS": ("proceeds", self._proceeds),
            "FULFILLMENT": ("fulfillment", _fulfillment),
            "PACKAGES": ("packages", _packages),
            "TAX": ("tax", self._tax),
            "PAYMENT": ("payment", _payment),
        }
        for dataset, (key, build) in blocks.items():
            if dataset in self.datasets:
                shown[key] = build(order)
        shown = without_empty(shown, keep=("orderItems", "programs", "packages"))
        tamper = self.world.tampers.get(order.ref)
        if tamper:
            tamper(shown)
        return shown

    # --- blocks of the order ---

    def _buyer(self, order):
        fbm = order.channel == "fbm"
        paid = order.status in (UNSHIPPED, PARTIALLY_SHIPPED, SHIPPED)
        named = self.roles & {ROLE_DELIVERY, ROLE_TAX} and fbm
        if order.marketplace.country == "US":
            named = False  # withdrawn by Amazon: the recipient's name is shown instead
        return {
            "buyerName": order.buyer["name"] if named and paid else None,
            "buyerEmail": order.relay_address
            if fbm and paid and ROLE_DELIVERY in self.roles
            else None,
            "buyerCompanyName": order.buyer.get("company"),
            "buyerPurchaseOrderNumber": order.purchase_order,
        }

    def _recipient(self, order):
        if order.status in NOT_PAID:
            return None
        address = dict(order.address)
        late = self.world.now() > order.deliver_by[1]
        if order.status == SHIPPED and late:
            address.pop("phone", None)
        if order.channel == "fba":
            keys = (*_PUBLIC_ADDRESS, "postalCode")
            address = {key: address.get(key) for key in keys}
        elif ROLE_DELIVERY not in self.roles:
            address = {key: address.get(key) for key in _PUBLIC_ADDRESS}
        return {"deliveryAddress": without_empty(address)}

    def _proceeds(self, order):
        if not money_shown(self, order):
            return None
        totals = {}
        for item in order.items:
            for part in breakdowns_of(order, item):
                kind, amount = part["type"], part["amount"]
                totals[kind] = totals.get(kind, ZERO) + amount
        breakdowns = [
            {"type": kind, "subtotal": money(amount, order.currency)}
            for kind, amount in totals.items()
        ]
        if order.tip:
            status = "FINALIZED" if order.status == SHIPPED else "PENDING"
            tip = money(order.tip, order.currency)
            breakdowns.append(
                {"type": "DELIVERY_TIP", "status": status, "subtotal": tip}
            )
        return {
            "grandTotal": money(order.total, order.currency),
            "breakdowns": breakdowns,
        }

    def _tax(self, order):
        number = order.buyer.get("tax_number")
        if not number or ROLE_TAX not in self.roles:
            return None
        return {
            "taxRegistrations": [
                {
                    "entityType": "BUYER",
                    "legalName": order.buyer.get("company"),
                    "taxRegistrationType": "VAT",
                    "taxRegistrationNumber": number,
                }
            ]
        }


def _aliases(order):
    if not order.seller_order_id:
        return None
    return [{"aliasId": order.seller_order_id, "aliasType": "SELLER_ORDER_ID"}]


def _associated(order):
    if not order.replacement_of:
        return None
    kind = "EXCHANGE" if order.exchange else "REPLACEMENT"
    return [{"orderId": order.replacement_of, "associationType": f"{kind}_ORIGINAL_ID"}]


def _sales_channel(order):
    return {
        "channelName": order.channel_name,
        "marketplaceId": order.marketplace.id,
        "marketplaceName": order.marketplace.name
        if order.channel_name == "AMAZON"
        else "Non-Amazon",
    }


def _fulfillment(order):
    return {
        "fulfillmentStatus": order.status,
        "fulfilledBy": "AMAZON" if order.channel == "fba" else "MERCHANT",
        "fulfillmentServiceLevel": order.service_level,
        "shipByWindow": _window(order.ship_by),
        "deliverByWindow": _window(order.deliver_by),
    }


def _window(window):
    return {
        "earliestDateTime": to_text(window[0]),
        "latestDateTime": to_text(window[1]),
    }


def _packages(order):
    if order.channel == "fba":
        return None
    return [_package(package) for package in order.packages]


def _package(package):
    shown = {
        "packageReferenceId": package["reference"],
        "createdTime": to_text(package["time"]),
        "packageStatus": {"status": "SHIPPED"},
        "carrier": package["carrier"],
        "shipTime": to_text(package.get("shipped", package["time"])),
        "shippingService": package.get("method"),
        "trackingNumber": package["tracking"],
        "packageItems": [
            without_empty(
                {
                    "orderItemId": item,
                    "quantity": units,
                    "transparencyCodes": package.get("codes", {}).get(item),
                }
            )
            for item, units in package["items"]
        ],
    }
    return without_empty(shown, keep=("trackingNumber",))


def _payment(order):
    if order.status in NOT_PAID:
        return None
    paid = money(order.total, order.currency)
    execution = {"paymentMethod": order.payment_method, "paymentAmount": paid}
    return {"paymentExecutions": [execution]}
