"""What the client amzn-selling-partner sees; run in its own environment."""

import json
import os
import sys
import time

import httpx2
from amzn_selling_partner import RequestOptions, SellingPartner
from amzn_selling_partner.plugins.amazon_spapi import Region

TASK = json.loads(os.environ["TASK"])
RAW = RequestOptions(raw=True)


class Simulated(httpx2.HTTPTransport):
    """Carries what is meant for Amazon to the simulator."""

    def handle_request(self, request):
        """Send a request."""
        place = httpx2.URL(TASK["url"])
        request.url = request.url.copy_with(
            scheme=place.scheme, host=place.host, port=place.port
        )
        return super().handle_request(request)


def main():
    """Go through the task and print what was seen as JSON."""
    keys = {name: TASK[name] for name in ("client_id", "client_secret")}
    with SellingPartner(
        region=Region.EU,
        refresh_token=TASK["refresh_token"],
        transport=Simulated(),
        throttle=False,
        **keys,
    ) as client:
        seen = {
            "orders": orders(client),
            "feed": feed(client),
            "report": report(client),
            "listing": listing(client),
            "inventory": inventory(client),
            "finances": finances(client),
        }
    json.dump(seen, sys.stdout)


def orders(client):
    """Return all pages of the orders: number -> status."""
    found = client.orders_v2026_01_01.iter_list_orders(
        last_updated_after=TASK["since"], included_data=["FULFILLMENT"]
    )
    return {
        order.order_id: str(order.fulfillment.fulfillment_status.value)
        for order in found
    }


def feed(client):
    """Send a listings feed; return what its result says."""
    sent = client.documents.create_feed(
        "JSON_LISTINGS_FEED",
        [TASK["marketplace"]],
        TASK["feed"],
        content_type="application/json; charset=UTF-8",
    )
    api = client.feeds_v2021_06_30
    done = wait(lambda: api.get_feed(sent.feed_id, request_options=RAW))
    result = client.documents.download_feed_result(done["resultFeedDocumentId"])
    return json.loads(result)["summary"]


def report(client):
    """Request a report; return its text."""
    api = client.reports_v2021_06_30
    asked = api.create_report(
        {"reportType": TASK["report"], "marketplaceIds": [TASK["marketplace"]]}
    )
    done = wait(lambda: api.get_report(asked.report_id, request_options=RAW))
    content = client.documents.download_report(done["reportDocumentId"])
    return content.decode(TASK["charset"])


def wait(ask):
    """Ask until it is done."""
    while (found := ask())["processingStatus"] in ("IN_QUEUE", "IN_PROGRESS"):
        time.sleep(0.1)
    assert found["processingStatus"] == "DONE", found
    return found


def listing(client):
    """Return the quantity of a listing."""
    item = client.listings_items_v2021_08_01.get_listings_item(
        TASK["seller"],
        TASK["sku"],
        [TASK["marketplace"]],
        included_data=["fulfillmentAvailability"],
    )
    return item.fulfillment_availability[0].quantity


def inventory(client):
    """Return Amazon's own stock: SKU -> total."""
    stocks = client.fba_inventory_v1.iter_list_summaries(
        "Marketplace", TASK["marketplace"], [TASK["marketplace"]], details=True
    )
    return {
        stock.seller_sku: stock.inventory_details.fulfillable_quantity
        for stock in stocks
    }


def finances(client):
    """Return the refunds: number of the order -> total."""
    found = client.finances_v2024_06_19.iter_list_transactions(
        posted_after=TASK["since"]
    )
    return {
        each.related_identifiers[0].related_identifier_value: float(
            each.total_amount.currency_amount
        )
        for each in found
    }


main()
