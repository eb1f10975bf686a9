"""JSON_LISTINGS_FEED: quantities arrive, all else is refused or noted as a danger."""

import json

from .common import FRANCE, GERMANY
from .feed_case import StockCase, quantity

PATH = "/attributes/fulfillment_availability"


def patch(op, sku="MUG-BLUE", path=PATH, number=1, **value):
    """Build a message with one patch of one value."""
    message = quantity(0, sku, number)
    value = {"fulfillment_channel_code": "DEFAULT"} | value
    message["patches"] = [{"op": op, "path": path, "value": [value]}]
    return message


class TestListingsFeed(StockCase):
    """What the messages do."""

    def problems(self, *messages, places=()):
        """Send messages and return what the report says: {message id: text}."""
        report = json.loads(self.report(self.push(*messages, places=places)))
        issues = report["issues"]
        self.assertEqual(report["summary"]["errors"], len(issues))
        processed = report["summary"]["messagesAccepted"]
        processed += report["summary"]["messagesInvalid"]
        self.assertEqual(report["summary"]["messagesProcessed"], processed)
        return {issue.get("messageId"): issue["message"] for issue in issues}

    def assertRefused(self, message, said):
        before = self.world.quantities()
        self.assertIn(said, self.problems(message)[1])
        self.assertEqual(self.world.quantities(), before)

    def test_quantities(self):
        before = self.world.quantities()
        found = self.problems(quantity(7), quantity(0, "TEA-SENCHA", 2))
        self.assertEqual((found, self.world.dangers), ({}, []))
        expected = before | {"MUG-BLUE": 7, "TEA-SENCHA": 0}
        self.assertEqual(self.world.quantities(), expected)
        self.assertEqual(self.world.quantities(FRANCE), before, "not there")
        self.assertEqual(self.world.listing("MUG-BLUE").lead_time, 2, "kept")
        self.assertContractKept()

    def test_in_several_marketplaces(self):
        self.problems(quantity(7), places=(GERMANY, FRANCE))
        found = [self.world.quantities(p)["MUG-BLUE"] for p in (GERMANY, FRANCE)]
        self.assertEqual(found, [7, 7])

    def test_good_and_bad_messages_in_one_feed(self):
        messages = (
            quantity(7),
            quantity(8, "OLD-1", 2),
            quantity(9, "MUG-BLUE-FBA", 3),
            quantity(10, "MUG-WHITE", 4),
        )
        found = self.problems(*messages)
        self.assertEqual(set(found), {2, 3})
        self.assertIn("does not exist", found[2])
        self.assertIn("Amazon fulfils", found[3])
        self.assertEqual(self.world.quantities()["MUG-WHITE"], 10)
        (feed,) = self.sim.feeds
        self.assertEqual((feed.accepted, feed.refused), (2, 2))
        said = "MUG-BLUE-FBA: Amazon fulfils it, yet its quantity is written"
        self.assertEqual(self.world.dangers, [said])
        self.assertContractKept()

    def test_values(self):
        for value in (-1, 1.5, "7", True, None):
            self.assertRefused(quantity(value), "must be a whole number")
        lead_time = {"lead_time_to_ship_max_days": 3}
        self.assertRefused(patch("merge", **lead_time), "'quantity' must be")
        self.assertRefused(patch("merge", quantity=1, colour="red"), "Invalid para")
        channel = {"fulfillment_channel_code": None}
        self.assertRefused(patch("merge", quantity=1, **channel), "Invalid para")
        self.assertEqual(self.world.dangers, [])

    def test_handling_time(self):
        lead_time = {"lead_time_to_ship_max_days": 5}
        self.problems(patch("merge", quantity=1, **lead_time))
        self.assertEqual(self.world.listing("MUG-BLUE").lead_time, 5)
        self.problems(patch("replace", quantity=2, **lead_time))
        self.assertEqual(self.world.listing("MUG-BLUE").lead_time, 5)
        self.assertEqual(self.world.dangers, [])
        self.problems(patch("replace", quantity=3))
        self.assertIsNone(self.world.listing("MUG-BLUE").lead_time)
        self.assertEqual(
            self.world.dangers, ["MUG-BLUE: replace deletes the handling time"]
        )

    def test_other_channels_and_attributes(self):
        channel = {"fulfillment_channel_code": "AMAZON_EU"}
        self.assertRefused(patch("merge", quantity=1, **channel), "not AMAZON_EU")
        self.problems(patch("merge", path="/attributes/purchasable_offer"))
        self.problems(patch("delete"))
        self.assertEqual(
            self.world.dangers,
            [
                "MUG-BLUE: channel AMAZON_EU is written",
                "MUG-BLUE: merge of purchasable_offer",
                "MUG-BLUE: its availability is deleted",
            ],
        )
        listing = self.world.listing("MUG-BLUE")
        self.assertEqual((listing.quantity, listing.lead_time), (0, None))

    def test_forms(self):
        self.assertRefused(patch("move"), "can not be 'move'")
        path = f"{PATH}/0/quantity"
        self.assertRefused(patch("merge", path=path), "Only whole attributes")
        self.assertRefused(quantity(1) | {"patches": []}, "needs ['patches']")
        self.assertRefused(quantity(1) | {"attributes": {}}, "forbids ['attributes']")
        self.assertRefused(quantity(1) | {"productType": "SHOES"}, "is no SHOES")
        self.assertRefused(quantity(1) | {"operationType": "SET"}, "can not be 'SET'")
        found = self.problems(quantity(1), quantity(2, "MUG-WHITE"))
        self.assertEqual(found, {1: "'messageId' is used twice."})
        for number in (0, 2**31, "1", None, True):
            found = self.problems(quantity(1, number=number))
            self.assertIn("'messageId' must be", found[None])

    def test_product_type_of_the_listing(self):
        self.assertEqual(
            self.problems(quantity(1) | {"productType": "DRINKING_CUP"}), {}
        )

    def test_dangerous_operations(self):
        value = {"fulfillment_channel_code": "DEFAULT", "quantity": 1}
        whole = {"fulfillment_availability": [value]}
        base = {"messageId": 1, "sku": "MUG-BLUE"}
        typed = base | {"productType": "PRODUCT", "attributes": whole}
        self.problems(typed | {"operationType": "PARTIAL_UPDATE"})
        self.problems(typed | {"operationType": "UPDATE"})
        self.assertIsNone(self.world.listing("MUG-BLUE").lead_time)
        self.problems(base | {"operationType": "DELETE"})
        self.assertNotIn("MUG-BLUE", self.world.quantities())
        self.assertEqual(
            self.world.dangers,
            [
                "MUG-BLUE: PARTIAL_UPDATE in a feed",
                "MUG-BLUE: replace deletes the handling time",
                "MUG-BLUE: UPDATE in a feed",
                "MUG-BLUE: replace deletes the handling time",
                "MUG-BLUE: DELETE in a feed",
            ],
        )
        self.assertContractKept()

    def test_refused_on_demand(self):
        self.sim.feeds.refuse("MUG-BLUE", "Not today.")
        found = self.problems(quantity(1), quantity(2, "MUG-WHITE", 2))
        self.assertEqual(found, {1: "Not today."})
        self.sim.feeds.accept("MUG-BLUE")
        self.assertEqual(self.problems(quantity(1)), {})

    def test_documents_that_can_not_be_read(self):
        cases = {
            "not JSON": "{",
            "must be an object": "[]",
            "version": json.dumps({"header": {"sellerId": "A1SIMSELLEREU"}}),
            "another seller": self.document(quantity(1), seller="A1OTHER"),
            "1 to 25000": self.document(),
        }
        for said, content in cases.items():
            with self.subTest(said):
                feed_id = self.create("JSON_LISTINGS_FEED", content)
                self.assertEqual(self.feed(feed_id)["processingStatus"], "FATAL")
                (issue,) = self.sim.feeds[-1].report["issues"]
                self.assertIn(said, issue["message"])
                self.assertNotIn("messageId", issue)

    def test_ten_thousand_listings(self):
        for number in range(10_000):
            self.world.add_listing(f"S-{number}")
        messages = [quantity(n, f"S-{n}", n + 1) for n in range(10_000)]
        self.sim._contract = None  # jsonschema would take its time
        self.problems(*messages)
        found = self.world.quantities()
        self.assertEqual([found[f"S-{n}"] for n in (0, 1, 9_999)], [0, 1, 9_999])
