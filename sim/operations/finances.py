"""Finances API v2024-06-19: the list of transactions: shipments and refunds.

The labels are those that sellers have seen; what buyers get back is negative, and each
group repeats the sum of its parts.
"""

from datetime import timedelta

from ..clock import to_text
from ..model import PARTIALLY_SHIPPED, SHIPPED
from ..money import ZERO, rounded
from ..sellers import ROLE_FINANCE
from ..settlements import COMMISSION
from . import parameters
from .base import Answer, Operation, invalid

LONGEST = timedelta(days=180)
# a parcel counts as paid before it is seen as shipped
_PAID = timedelta(minutes=1)
_SEARCH = {
    "postedAfter": parameters.moment,
    "postedBefore": parameters.moment,
    "marketplaceId": parameters.plain,
    "transactionStatus": parameters.plain,
    "relatedIdentifierName": parameters.plain,
    "relatedIdentifierValue": parameters.plain,
    "nextToken": parameters.plain,
}
# label of a settlement -> (group, label) here
_LABELS = {
    "Tax": ("Tax", "OurPriceTax"),
    "Shipping": ("ShippingCharges", "ShippingPrincipal"),
    "ShippingTax": ("Tax", "ShippingTax"),
    "GiftWrap": ("GiftWrapCharges", "GiftWrapPrincipal"),
    "GiftWrapTax": ("Tax", "GiftWrapTax"),
}


def list_transactions(call):
    """GET /finances/2024-06-19/transactions."""
    wanted = parameters.read(call, _SEARCH)
    if not {"postedAfter", "relatedIdentifierName"} & wanted.keys():
        raise invalid("Give postedAfter or relatedIdentifierName")
    world = call.world
    found = _found(call, wanted)
    start = 0
    if token := wanted.get("nextToken"):
        if token not in world.transaction_tokens:
            raise invalid("nextToken is not valid")
        start = world.transaction_tokens[token]
    end = start + world.transaction_page
    shown = [show(world, call.seller, what) for _at, show, what in found[start:end]]
    payload = {"transactions": shown}
    if found[end:]:
        payload["nextToken"] = world.new_secret("transactions")
        world.transaction_tokens[payload["nextToken"]] = end
    return Answer(body={"payload": payload})


def _found(call, wanted):
    """Return the matching transactions, the oldest first: when it was posted, how it
    is shown, what it is; a window that is too long is answered with nothing."""
    world, merchant = call.world, call.seller.merchant_token
    until = min(wanted.get("postedBefore", world.now()), world.visible_until())
    since = wanted.get("postedAfter")
    if since and until - since > LONGEST:
        return []
    named = wanted.get("relatedIdentifierName") == "ORDER_ID"
    order_ref = wanted.get("relatedIdentifierValue") if named else None
    refunds = [
        (event.posted, _shown, event, event.order, event.status)
        for event in world.refunds
    ]
    sales = [
        (order.updated - _PAID, _shown_parcel, (order, number, units), ref, "DEFERRED")
        for ref, order in world.orders.items()
        if order.status in (SHIPPED, PARTIALLY_SHIPPED)
        for number, units in order.parcels().items()
    ]
    found = [
        (posted, show, what)
        for posted, show, what, ref, status in (*refunds, *sales)
        if world.orders[ref].seller == merchant
        and (since is None or since <= posted < until)
        and order_ref in (None, ref)
        and wanted.get("transactionStatus") in (None, status)
    ]
    return sorted(found, key=lambda entry: entry[0])


def _shown_parcel(world, seller, sale):
    """Write a shipment; its amounts are of no interest here."""
    order, number, units = sale
    related = {"ORDER_ID": order.ref, "SHIPMENT_ID": number}
    amount = {"currencyCode": order.currency, "currencyAmount": 0.0}
    return {
        "sellingPartnerMetadata": {
            "sellingPartnerId": seller.merchant_token,
            "accountType": "Standard Orders",
            "marketplaceId": order.marketplace.id,
        },
        "relatedIdentifiers": [
            {"relatedIdentifierName": name, "relatedIdentifierValue": value}
            for name, value in related.items()
        ],
        "transactionType": "Shipment",
        "transactionId": f"T{number}",
        "transactionStatus": "DEFERRED",
        "description": "Order Payment",
        "postedDate": to_text(order.updated - _PAID),
        "totalAmount": amount,
        "marketplaceDetails": {
            "marketplaceId": order.marketplace.id,
            "marketplaceName": order.marketplace.name,
        },
        "items": [
            {
                "description": order.item(code).title,
                "relatedIdentifiers": [],
                "totalAmount": amount,
                "breakdowns": [],
                "contexts": [
                    {
                        "contextType": "ProductContext",
                        "asin": order.item(code).asin,
                        "sku": order.item(code).sku,
                        "quantityShipped": count,
                    }
                ],
            }
            for code, count in units.items()
        ],
        "contexts": [],
        "breakdowns": [],
    }


def _shown(world, seller, event):
    order = world.orders[event.order]
    item = order.item(event.item)
    currency = order.currency

    def money(amount):
        amount = float(rounded(amount, currency))
        return {"currencyCode": currency, "currencyAmount": amount}

    def group(name, leaves):
        total = sum((amount for _label, amount in leaves), ZERO)
        return {
            "breakdownType": name,
            "breakdownAmount": money(total),
            "breakdowns": [
                {
                    "breakdownType": label,
                    "breakdownAmount": money(amount),
                    "breakdowns": [],
                }
                for label, amount in leaves
            ],
        }

    groups = {}
    if event.amount:
        groups["ProductCharges"] = [("OurPricePrincipal", -event.amount)]
    for label, amount in event.more.items():
        name, leaf = _LABELS.get(label, (label, label))
        groups.setdefault(name, []).append((leaf, -amount))
    fee = rounded(event.amount * COMMISSION, currency)
    breakdowns = [group(name, leaves) for name, leaves in groups.items()]
    # a group in a group, which repeats every amount
    breakdowns.append(
        {
            "breakdownType": "AmazonFees",
            "breakdownAmount": money(fee),
            "breakdowns": [group("Commission", [("Base", fee)])],
        }
    )
    total = money(fee - event.total)
    number = event.number.rpartition(":")[2]
    network = "AFN" if order.channel == "fba" else "MFN"
    return {
        "sellingPartnerMetadata": {
            "sellingPartnerId": seller.merchant_token,
            "accountType": "Standard Orders",
            "marketplaceId": order.marketplace.id,
        },
        "relatedIdentifiers": [
            {
                "relatedIdentifierName": "ORDER_ID",
                "relatedIdentifierValue": event.order,
            },
            {
                "relatedIdentifierName": "REFUND_ID",
                "relatedIdentifierValue": event.number,
            },
        ],
        "transactionType": event.kind,
        "transactionId": f"T{number}-{event.status[0]}{event.posted:%f}",
        "transactionStatus": event.status,
        "description": "Refund Order",
        "postedDate": to_text(event.posted),
        "totalAmount": total,
        "marketplaceDetails": {
            "marketplaceId": order.marketplace.id,
            "marketplaceName": order.marketplace.name,
        },
        "items": [
            {
                "description": item.title,
                "relatedIdentifiers": [
                    {
                        "itemRelatedIdentifierName": "ORDER_ADJUSTMENT_ITEM_ID",
                        "itemRelatedIdentifierValue": f"A{number}",
                    }
                ],
                "totalAmount": total,
                "breakdowns": breakdowns,
                "contexts": [
                    {
                        "contextType": "ProductContext",
                        "asin": item.asin,
                        "sku": item.sku,
                        "quantityShipped": item.quantity,
                        "fulfillmentNetwork": network,
                    }
                ],
            }
        ],
        "contexts": [],
        "breakdowns": [],
    }


OPERATIONS = (
    Operation(
        "listTransactions",
        "GET",
        "/finances/2024-06-19/transactions",
        list_transactions,
        rate=0.5,
        burst=10,
        roles=(ROLE_FINANCE,),
    ),
)
