"""What Amazon's published rates impose on a number of calls."""

import math

from odoo.addons.amazon_connector.amazon_api.throttle import PUBLISHED, Quota

ORDERS_PER_PAGE = 100
#: Orders API v0 (ordersV0.json). A page brings no items; with a restricted token, one
#: for an hour, it brings the addresses.
V0 = {
    "getOrders": Quota(0.0167, 20),
    "getOrderItems": Quota(0.5, 30),
    "createRestrictedDataToken": Quota(1, 10),
}


def imposed(design, calls):
    """The least time that these calls take, begun with all that can be saved up;
    operations have a quota each, so the slowest one decides.

    :param str design: whose calls
    :param dict calls: operation -> how many
    :return dict: for the report
    """
    quotas = {**PUBLISHED, **V0}
    # Tokens and the contents of feeds come from elsewhere, without a published rate.
    calls = {name: count for name, count in calls.items() if name in quotas}
    seconds = [
        (count - quotas[name].burst) / quotas[name].rate
        for name, count in calls.items()
    ]
    return {"design": design, "calls": calls, "seconds": max(0, *seconds, 0)}


def of_orders(count, calls):
    """Compare the calls for an import with those of the older API.

    :param dict calls: those of this addon, counted at the simulator
    """
    on_v0 = {
        "getOrders": math.ceil(count / ORDERS_PER_PAGE),
        "getOrderItems": count,
        "createRestrictedDataToken": 1,
    }
    return [imposed("this addon", calls), imposed("Orders API v0", on_v0)]


def of_offers(count, calls):
    """Compare the calls for the stock with a call per offer.

    :param dict calls: those of this addon, counted at the simulator
    """
    calls["createFeed:JSON_LISTINGS_FEED"] = calls.pop("createFeed")
    one_by_one = {"patchListingsItem": count}
    return [imposed("this addon", calls), imposed("a call per offer", one_by_one)]
