"""What Amazon's own client, amzn-sp-api, sees; run in its own environment."""

import gzip
import json
import os
import sys
import time
import urllib.request

import spapi

TASK = json.loads(os.environ["TASK"])


def main():
    """Go through the task and print what was seen as JSON."""
    config = spapi.SPAPIConfig(
        TASK["client_id"], TASK["client_secret"], TASK["refresh_token"], region="EU"
    )
    url = TASK["url"]
    api = spapi.SPAPIClient(config, f"{url}/auth/o2/token", url).api_client
    json.dump(
        {
            "orders": orders(api),
            "feed": feed(spapi.FeedsApi(api)),
            "report": report(spapi.ReportsApi(api)),
            "listing": listing(api),
            "inventory": inventory(api),
            "finances": finances(api),
        },
        sys.stdout,
    )


def orders(api):
    """Return all pages of the orders: number -> status."""
    found, token = {}, None
    while True:
        more = {"pagination_token": token} if token else {}
        page = spapi.SearchOrdersApi(api).search_orders(
            last_updated_after=TASK["since"], included_data=["FULFILLMENT"], **more
        )
        for order in page.orders:
            found[order.order_id] = order.fulfillment.fulfillment_status
        token = page.pagination and page.pagination.next_token
        if not token:
            return found


def feed(api):
    """Send a listings feed; return what its result says."""
    kind = {"contentType": "application/json; charset=UTF-8"}
    place = api.create_feed_document(kind)
    request = urllib.request.Request(
        place.url,
        TASK["feed"].encode(),
        {"Content-Type": kind["contentType"]},
        method="PUT",
    )
    urllib.request.urlopen(request).close()
    number = api.create_feed(
        {
            "feedType": "JSON_LISTINGS_FEED",
            "marketplaceIds": [TASK["marketplace"]],
            "inputFeedDocumentId": place.feed_document_id,
        }
    ).feed_id
    done = wait(lambda: api.get_feed(number))
    document = api.get_feed_document(done.result_feed_document_id)
    return json.loads(download(document))["summary"]


def report(api):
    """Request a report; return its text."""
    number = api.create_report(
        {"reportType": TASK["report"], "marketplaceIds": [TASK["marketplace"]]}
    ).report_id
    done = wait(lambda: api.get_report(number))
    return download(api.get_report_document(done.report_document_id)).decode(
        TASK["charset"]
    )


def wait(ask):
    """Ask until it is done."""
    while (found := ask()).processing_status in ("IN_QUEUE", "IN_PROGRESS"):
        time.sleep(0.1)
    assert found.processing_status == "DONE", found
    return found


def download(document):
    """Return what lies in a document, unpacked."""
    with urllib.request.urlopen(document.url) as answer:
        content = answer.read()
    is_packed = document.compression_algorithm == "GZIP"
    return gzip.decompress(content) if is_packed else content


def listing(api):
    """Return the quantity of a listing."""
    item = spapi.ListingsApi(api).get_listings_item(
        TASK["seller"],
        TASK["sku"],
        [TASK["marketplace"]],
        included_data=["fulfillmentAvailability"],
    )
    return item.fulfillment_availability[0].quantity


def inventory(api):
    """Return Amazon's own stock: SKU -> total."""
    answer = spapi.FbaInventoryApi(api).get_inventory_summaries(
        "Marketplace", TASK["marketplace"], [TASK["marketplace"]], details=True
    )
    stocks = answer.payload.inventory_summaries
    return {
        stock.seller_sku: stock.inventory_details.fulfillable_quantity
        for stock in stocks
    }


def finances(api):
    """Return the refunds: number of the order -> total."""
    answer = spapi.FinancesV2024Api(api).list_transactions(posted_after=TASK["since"])
    return {
        each.related_identifiers[0].related_identifier_value: (
            each.total_amount.currency_amount
        )
        for each in answer.payload.transactions
    }


main()
