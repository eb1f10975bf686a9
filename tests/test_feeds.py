"""A feed's way to Amazon and back (features I1, J4)."""

from .common import DE
from .feeds import FeedCase


class TestFeeds(FeedCase):
    def test_i1_feed_goes_to_amazon_and_its_report_comes_back(self):
        ref, order = self.order("MUG-BLUE", "TEA-SENCHA")
        order._amazon_enqueue_cancellation("NoInventory")
        self.operations()
        self.send()
        self.assertEqual(
            self.operations(),
            ["createFeedDocument", "uploadFeedDocument", "createFeed"],
        )
        self.assertEqual(self.outbox(), [("submitted", 1)])
        self.assertEqual(self.feed_states(), [("submitted", 1, 0, 0)])
        self.send_later()
        self.assertEqual(
            self.operations(), ["getFeed", "getFeedDocument", "downloadFeedDocument"]
        )
        self.assertEqual(self.outbox(), [("done", 1)])
        self.assertEqual(self.feed_states(), [("done", 1, 1, 0)])
        self.assertEqual(self.received(), [((DE,), 1, 0)])
        self.assertEqual(self.restocked, ["MUG-BLUE", "TEA-SENCHA", "go"])
        reasons = {"MUG-BLUE": "NoInventory", "TEA-SENCHA": "NoInventory"}
        self.assertEqual(self.world.cancellations(), {ref: reasons})
