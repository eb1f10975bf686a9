from .. import Inventory, NotFound, Rejected, Throttled, Unavailable
from .common import GERMANY, SINCE, AmazonCase, Reply, refusal
from .test_inventory import inventory_page, summary_json

EXPIRED = refusal(400, "InvalidInput", "Next token is invalid or expired")


class TestAllPages(AmazonCase):
    """g3: two pages a second, and a token that lives 30 seconds."""

    def setUp(self):
        super().setUp()
        self.waits = []

    def wait(self, seconds):
        self.waits.append(seconds)
        self.clock.pass_seconds(seconds)

    def get(self, wait=None, **more):
        wait = wait or self.wait
        return self.seller().get_inventory(GERMANY, wait=wait, **more)

    def skus(self, inventory):
        return [summary.sku for summary in inventory.summaries]

    def test_pages(self):
        self.amazon_answers(
            inventory_page(summary_json("A"), token="1"),
            inventory_page(summary_json("B"), token="2"),
            inventory_page(summary_json("C"), None, token="3"),
            inventory_page(summary_json("D")),
        )
        inventory = self.get(changed_since=SINCE)
        self.assertEqual(inventory.marketplace_id, GERMANY)
        self.assertEqual(self.skus(inventory), ["A", "B", "C", "D"])
        self.assertEqual(len(inventory.unreadable), 1)
        self.assertEqual(self.waits, [0.5, 0.5])
        tokens = [call.query.get("nextToken") for call in self.amazon.calls]
        self.assertEqual(tokens, [None, "1", "2", "3"])
        for call in self.amazon.calls:
            self.assertIn("startDateTime", call.query)

    def test_none(self):
        self.amazon_answers(inventory_page())
        self.assertEqual(self.get(), Inventory(GERMANY, (), ()))

    def test_what_moved_between_two_pages(self):
        later = summary_json("A", inventoryDetails={"fulfillableQuantity": 1})
        other = summary_json("A", fnSku="X9")
        self.amazon_answers(
            inventory_page(summary_json("A"), token="1"), inventory_page(later, other)
        )
        inventory = self.get()
        self.assertEqual([s.count.fulfillable for s in inventory.summaries], [1, 7])

    def test_without_waiting(self):
        self.amazon_answers(*[inventory_page(token=str(n)) for n in range(3)])
        seller = self.seller()
        self.failure_of(Throttled, seller.get_inventory, GERMANY)
        self.assertEqual(len(self.amazon.calls), 2)

    def test_amazon_asks_to_slow_down(self):
        first = inventory_page(summary_json("A"), token="1")
        self.amazon_answers(first, Reply(429), inventory_page(summary_json("B")))
        self.assertEqual(self.skus(self.get()), ["A", "B"])
        self.assertEqual(self.waits, [1.0])
        self.amazon_answers(*[Reply(429)] * 9)
        self.failure_of(Throttled, self.get)
        self.amazon_answers(Reply(429, "", {"Retry-After": "60"}))
        self.failure_of(Throttled, self.get)
        self.assertEqual(len(self.waits), 6)

    def test_a_token_that_is_over(self):
        self.amazon_answers(
            inventory_page(summary_json("OLD"), token="1"),
            EXPIRED,
            inventory_page(summary_json("A"), token="2"),
            inventory_page(summary_json("B")),
        )
        self.assertEqual(self.skus(self.get()), ["A", "B"])
        tokens = [call.query.get("nextToken") for call in self.amazon.calls]
        self.assertEqual(tokens, [None, "1", None, "2"])

    def test_too_late_twice(self):
        page = inventory_page(summary_json("A"), token="1")
        self.amazon_answers(page, EXPIRED, page, EXPIRED, page)
        error = self.failure_of(Unavailable, self.get)
        self.assertEqual(error.reason, "timeout")
        self.assertIsNone(error.__context__)
        self.assertEqual(len(self.amazon.calls), 4)

    def test_never_a_part(self):
        page = inventory_page(summary_json("A"), token="1")
        for replies, error_class in (
            ([EXPIRED], Rejected),
            ([page, Reply(503, "<html>")], Unavailable),
            ([page, refusal(404, "NotFound")], NotFound),
            ([page, inventory_page(token="2"), page, page], Unavailable),
        ):
            with self.subTest(error_class):
                self.amazon_answers(*replies)
                self.failure_of(error_class, self.get)
