"""What python-amazon-sp-api sees with its own transport; run in its own environment."""

import io
import json
import os
import sys
import time

import httpx

TASK = json.loads(os.environ["TASK"])


def _to_simulator(send):
    """Carry what is meant for Amazon to the simulator: no setting names a host."""

    def handle_request(transport, request):
        place = httpx.URL(TASK["url"])
        request.url = request.url.copy_with(
            scheme=place.scheme, host=place.host, port=place.port
        )
        return send(transport, request)

    return handle_request


httpx.HTTPTransport.handle_request = _to_simulator(httpx.HTTPTransport.handle_request)

# pylint: disable=wrong-import-position
from sp_api.api import (  # noqa: E402
    Feeds,
    Inventories,
    ListingsItems,
    Reports,
)
from sp_api.api.finances.finances_2024_06_19 import FinancesV20240619  # noqa: E402
from sp_api.api.orders.orders_2026_01_01 import OrdersV20260101  # noqa: E402
from sp_api.base import Marketplaces  # noqa: E402

WHO = {
    "marketplace": Marketplaces.DE,
    "credentials": {
        "lwa_app_id": TASK["client_id"],
        "lwa_client_secret": TASK["client_secret"],
        "refresh_token": TASK["refresh_token"],
    },
}


def main():
    """Go through the task and print what was seen as JSON."""
    json.dump(
        {
            "orders": orders(),
            "feed": feed(),
            "report": report(),
            "listing": listing(),
            "inventory": inventory(),
            "finances": finances(),
        },
        sys.stdout,
    )


def orders():
    """Return all pages of the orders: number -> status."""
    api, found, token = OrdersV20260101(**WHO), {}, None
    places = TASK["marketplaces"]
    while True:
        more = {"paginationToken": token} if token else {}
        page = api.search_orders(
            lastUpdatedAfter=TASK["since"],
            includedData=["FULFILLMENT"],
            marketplaceIds=places,
            **more,
        )
        for order in page.orders:
            found[order["orderId"]] = order["fulfillment"]["fulfillmentStatus"]
        token = (page.pagination or {}).get("nextToken")
        if not token:
            return found


def feed():
    """Send a listings feed; return what its result says."""
    api = Feeds(**WHO)
    _place, sent = api.submit_feed(
        "JSON_LISTINGS_FEED",
        io.BytesIO(TASK["feed"].encode()),
        "application/json; charset=UTF-8",
    )
    done = wait(lambda: api.get_feed(sent.feedId).payload)
    return json.loads(api.get_feed_document(done["resultFeedDocumentId"]))["summary"]


def report():
    """Request a report; return its text."""
    api = Reports(**WHO)
    asked = api.create_report(reportType=TASK["report"])
    done = wait(lambda: api.get_report(asked.reportId).payload)
    document = api.get_report_document(done["reportDocumentId"], download=True)
    return document.payload["document"]


def wait(ask):
    """Ask until it is done."""
    while (found := ask())["processingStatus"] in ("IN_QUEUE", "IN_PROGRESS"):
        time.sleep(0.1)
    assert found["processingStatus"] == "DONE", found
    return found


def listing():
    """Return the quantity of a listing."""
    item = ListingsItems(**WHO).get_listings_item(
        TASK["seller"], TASK["sku"], includedData=["fulfillmentAvailability"]
    )
    return item.payload["fulfillmentAvailability"][0]["quantity"]


def inventory():
    """Return Amazon's own stock: SKU -> total."""
    answer = Inventories(**WHO).get_inventory_summary_marketplace(details=True)
    return {
        stock["sellerSku"]: stock["inventoryDetails"]["fulfillableQuantity"]
        for stock in answer.payload["inventorySummaries"]
    }


def finances():
    """Return the refunds: number of the order -> total."""
    answer = FinancesV20240619(**WHO).list_transactions(postedAfter=TASK["since"])
    return {
        each["relatedIdentifiers"][0]["relatedIdentifierValue"]: (
            each["totalAmount"]["currencyAmount"]
        )
        for each in answer.payload["transactions"]
    }


main()
