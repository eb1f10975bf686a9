"""Finances API v2024-06-19: the list of transactions, of which there are refunds.

The labels are those that sellers have seen; what buyers get back is negative, and each
group repeats the sum of its parts.
"""

from datetime import timedelta

from ..clock import to_text
from ..money import ZERO, rounded
from ..sellers import ROLE_FINANCE
from ..settlements import COMMISSION
from . import parameters
from .base import Answer, Operation, invalid

LONGEST = timedelta(days=180)
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
    shown = [_shown(world, call.seller, event) for event in found[start:end]]
    payload = {"transactions": shown}
    if found[end:]:
        payload["nextToken"] = world.new_secret("transactions")
        world.transaction_tokens[payload["nextToken"]] = end
    return Answer(body={"payload": payload})


def _found(call, wanted):
    """Return the matching refunds, the oldest first; a window that is too long is
    answered with nothing."""
    world, merchant = call.world, call.seller.merchant_token
    until = min(wanted.get("postedBefore", world.now()), world.visible_until())
    since = wanted.get("postedAfter")
    if since and until - since > LONGEST:
        return []
    named = wanted.get("relatedIdentifierName") == "ORDER_ID"
    order_ref = wanted.get("relatedIdentifierValue") if named else None
    found = [
        event
        for event in world.refunds
        if world.orders[event.order].seller == merchant
        and (since is None or since <= event.posted < until)
        and order_ref in (None, event.order)
        and wanted.get("transactionStatus") in (None, event.status)
    ]
    return sorted(found, key=lambda event: event.posted)


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
