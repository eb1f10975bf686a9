"""Test cases that send feeds."""

import gzip
import json

from .common import CHECKED, GERMANY, SimulatorCase

FEEDS = "/feeds/2021-06-30/feeds"
DOCUMENTS = "/feeds/2021-06-30/documents"
LISTINGS = "JSON_LISTINGS_FEED"
CANCELLATIONS = "POST_ORDER_ACKNOWLEDGEMENT_DATA"


def quantity(value, sku="MUG-BLUE", number=1):
    """Build a message that sets a quantity."""
    row = {"fulfillment_channel_code": "DEFAULT", "quantity": value}
    path = "/attributes/fulfillment_availability"
    return {
        "messageId": number,
        "sku": sku,
        "operationType": "PATCH",
        "productType": "PRODUCT",
        "patches": [{"op": "merge", "path": path, "value": [row]}],
    }


class FeedCase(SimulatorCase):
    """Sends feeds and reads their reports."""

    options = CHECKED
    content_type = "application/json; charset=UTF-8"

    def upload(self, content):
        """Bring a document to the store and return its id."""
        answer = self.call("POST", DOCUMENTS, {"contentType": self.content_type})
        self.assertEqual(answer.status, 201, answer.text)
        place = answer.json["url"].removeprefix(self.sim.url)
        headers = {"Content-Type": self.content_type}
        stored = self.send("PUT", place, content, headers)
        self.assertEqual((stored.status, stored.raw), (200, b""))
        return answer.json["feedDocumentId"]

    def create(self, kind, content, *places):
        """Send a feed and return its id."""
        body = {
            "feedType": kind,
            "marketplaceIds": places or [GERMANY],
            "inputFeedDocumentId": self.upload(content),
        }
        answer = self.call("POST", FEEDS, body)
        self.assertEqual(answer.status, 202, answer.text)
        return answer.json["feedId"]

    def feed(self, feed_id):
        """Return a feed as getFeed shows it."""
        answer = self.get(f"{FEEDS}/{feed_id}")
        self.assertEqual(answer.status, 200, answer.text)
        return answer.json

    def report(self, feed_id):
        """Download the processing report, as bytes."""
        shown = self.feed(feed_id)
        self.assertEqual(shown["processingStatus"], "DONE")
        answer = self.get(f"{DOCUMENTS}/{shown['resultFeedDocumentId']}")
        self.assertEqual(answer.json["compressionAlgorithm"], "GZIP")
        place = answer.json["url"].removeprefix(self.sim.url)
        return gzip.decompress(self.send("GET", place).raw)


class StockCase(FeedCase):
    """Sends quantities."""

    def document(self, *messages, seller="A1SIMSELLEREU"):
        header = {"sellerId": seller, "version": "2.0"}
        return json.dumps({"header": header, "messages": messages})

    def push(self, *messages, places=()):
        return self.create(LISTINGS, self.document(*messages), *places)

    def mugs(self):
        return self.world.quantities()["MUG-BLUE"]
