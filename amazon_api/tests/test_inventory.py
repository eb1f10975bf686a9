from datetime import datetime

from .. import (
    Inventory,
    InventorySummary,
    StockCount,
    Unavailable,
    UnreadableSummary,
    count_once,
)
from .common import GERMANY, RESET, SINCE, AmazonCase, Reply, at

FRANCE, BRITAIN = "A13V1IB3VIYZZH", "A1F83G8C2ARO7P"
PATH = "/fba/inventory/v1/summaries"
DETAILS = {
    "fulfillableQuantity": 7,
    "inboundWorkingQuantity": 1,
    "inboundShippedQuantity": 2,
    "inboundReceivingQuantity": 3,
    "reservedQuantity": {
        "totalReservedQuantity": 9,
        "pendingCustomerOrderQuantity": 4,
        "pendingTransshipmentQuantity": 3,
        "fcProcessingQuantity": 2,
    },
    "researchingQuantity": {"totalResearchingQuantity": 1},
    "unfulfillableQuantity": {"totalUnfulfillableQuantity": 5, "expiredQuantity": 5},
}
COUNT = StockCount(7, 9, 4, 3, 2, 1, 2, 3, 5, 1)


def summary_json(sku: str = "SKU-1", **changes) -> dict:
    summary = {
        "asin": "B00V7I4DHA",
        "fnSku": "X001ABCDEF",
        "sellerSku": sku,
        "condition": "NewItem",
        "lastUpdatedTime": "2026-11-20T11:00:00Z",
        "productName": "Blue mug",
        "totalQuantity": 28,
        "stores": [],
        "inventoryDetails": DETAILS,
    }
    return {**summary, **changes}


def inventory_page(*summaries, token=None, place=GERMANY) -> Reply:
    granularity = {"granularityType": "Marketplace", "granularityId": place}
    payload = {"granularity": granularity, "inventorySummaries": list(summaries)}
    more = {"pagination": {"nextToken": token}} if token else {}
    return Reply(200, {"payload": payload, **more})


class TestPage(AmazonCase):
    def get(self, **more):
        return self.seller().get_inventory_page(GERMANY, **more)

    def test_details(self):
        self.amazon_answers(inventory_page(summary_json(), token="a+b=="))
        page = self.get()
        self.assertEqual(
            page.summaries,
            (
                InventorySummary(
                    sku="SKU-1",
                    count=COUNT,
                    fnsku="X001ABCDEF",
                    asin="B00V7I4DHA",
                    condition="NewItem",
                    title="Blue mug",
                    total=28,
                    last_updated_time=at(2026, 11, 20, 11),
                ),
            ),
        )
        self.assertEqual((page.unreadable, page.next_token), ((), "a+b=="))
        self.assertEqual((COUNT.inbound, COUNT.at_amazon), (6, 22))
        (call,) = self.amazon.calls
        self.assertEqual((call.method, call.path), ("GET", PATH))
        self.assertEqual(
            call.query,
            {
                "details": "true",
                "granularityType": "Marketplace",
                "granularityId": GERMANY,
                "marketplaceIds": GERMANY,
            },
        )

    def test_filters(self):
        self.amazon_answers(*[inventory_page()] * 3)
        self.get(skus=["a,b"])
        self.get(skus=["a&b", "c d"])
        self.get(changed_since=SINCE, next_token="t+=")
        asked = [
            {k: v for k, v in call.query.items() if k[:4] in ("sell", "star", "next")}
            for call in self.amazon.calls
        ]
        self.assertEqual(
            asked,
            [
                {"sellerSku": "a,b"},
                {"sellerSkus": "a&b,c d"},
                {"startDateTime": "2026-11-20T09:15:00.123Z", "nextToken": "t+="},
            ],
        )

    def test_what_amazon_would_refuse_is_not_sent(self):
        for more in (
            {"skus": []},
            {"skus": [f"S{n}" for n in range(51)]},
            {"skus": ["a,b", "c"]},
            {"skus": [""]},
            {"skus": ["a"], "changed_since": SINCE},
            {"changed_since": datetime(2026, 11, 20)},
        ):
            with self.assertRaises(ValueError):
                self.get(**more)
        with self.assertRaises(ValueError):
            self.seller().get_inventory_page("a/b")
        self.assertEqual(self.amazon.calls, [])

    def test_what_is_not_said_is_not_zero(self):
        self.amazon_answers(
            inventory_page(
                summary_json(
                    inventoryDetails={"fulfillableQuantity": 0},
                    fnSku="",
                    asin=None,
                    totalQuantity=None,
                    lastUpdatedTime="",
                )
            )
        )
        (summary,) = self.get().summaries
        self.assertEqual(summary.count, StockCount(0))
        self.assertEqual((summary.count.inbound, summary.count.at_amazon), (None, 0))
        self.assertEqual((summary.fnsku, summary.total), (None, None))

    def test_unreadable_summaries_one_by_one(self):
        def without(name):
            return {**DETAILS, name: None}

        self.amazon_answers(
            inventory_page(
                summary_json("A"),
                summary_json("B", inventoryDetails=without("fulfillableQuantity")),
                summary_json("C", inventoryDetails=None),
                summary_json(None),
                summary_json("D", inventoryDetails={**DETAILS, "reservedQuantity": 3}),
                summary_json("E", totalQuantity=-1),
                "x",
                None,
                summary_json("Z"),
            )
        )
        page = self.get()
        self.assertEqual([s.sku for s in page.summaries], ["A", "Z"])
        where = "inventorySummaries[{}]{}".format
        self.assertEqual(
            [(each.sku, each.where) for each in page.unreadable],
            [
                ("B", where(1, ".inventoryDetails.fulfillableQuantity")),
                ("C", where(2, ".inventoryDetails")),
                (None, where(3, ".sellerSku")),
                ("D", where(4, ".inventoryDetails.reservedQuantity")),
                ("E", where(5, ".totalQuantity")),
                (None, where(6, "")),
                (None, where(7, ".sellerSku")),
            ],
        )
        self.assertIsInstance(page.unreadable[0], UnreadableSummary)

    def test_answers_that_will_not_do(self):
        for reply in (
            inventory_page(place=FRANCE),
            Reply(200, {}),
            Reply(200, {"payload": []}),
            Reply(200, {"payload": {"inventorySummaries": []}}),
            Reply(200, {"payload": {"granularity": {"granularityId": GERMANY}}}),
            Reply(503, "<html>"),
            RESET,
        ):
            with self.subTest(reply):
                self.amazon_answers(reply)
                error = self.failure_of(Unavailable, self.get)
                self.assertIsNone(error.__context__)
        self.amazon_answers(inventory_page(token="t"))
        self.failure_of(Unavailable, self.get, next_token="t")


class TestCountOnce(AmazonCase):
    """g3, j5: linked marketplaces see the same units."""

    def inventory(self, place, *stocks):
        summaries = (
            InventorySummary(sku, StockCount(fulfillable, reserved), fnsku)
            for sku, fulfillable, reserved, fnsku in stocks
        )
        return Inventory(place, tuple(summaries), ())

    def count(self, *inventories):
        return {
            sku: (count.fulfillable, count.reserved)
            for sku, count in count_once(inventories).items()
        }

    def test_linked_and_not(self):
        counted = self.count(
            self.inventory(GERMANY, ("A", 7, 2, "X1"), ("B", 1, None, "X2")),
            self.inventory(FRANCE, ("A", 6, 2, "X1"), ("C", 4, 0, None)),
            self.inventory(BRITAIN, ("A", 10, None, "X1")),
        )
        self.assertEqual(counted, {"A": (17, 2), "B": (1, None), "C": (4, 0)})

    def test_two_numbers_of_one_sku(self):
        stocks = ("A", 7, 2, "X1"), ("A", 3, 1, "X9")
        places = self.inventory(GERMANY, *stocks), self.inventory(FRANCE, *stocks)
        self.assertEqual(self.count(*places), {"A": (10, 3)})

    def test_none(self):
        self.assertEqual(count_once([]), {})

    def test_sum(self):
        self.assertEqual(
            COUNT + StockCount(1, inbound_working=1),
            StockCount(8, 9, 4, 3, 2, 2, 2, 3, 5, 1),
        )
        with self.assertRaises(TypeError):
            COUNT + 1
