"""A feed that Amazon does not finish (feature J7)."""

from datetime import timedelta

from ..stock_case import StockFeedCase

LATE = "amazon_connector.mail_activity_type_feed_late"


class TestLateFeeds(StockFeedCase):
    def setUp(self):
        super().setUp()
        self.world.feeds.take = 10**7
        self.scan()
        self.send()
        self.feed = self.env["amazon.feed"].search([])
        self.assertEqual(self.feed.state, "submitted")

    def let_feed_age(self, **age):
        self.feed.sent_at -= timedelta(**age)
        self.send_later()

    def notices(self):
        return self.account.activity_ids.filtered(
            lambda activity: activity.activity_type_id == self.env.ref(LATE)
        )

    def test_j7_responsible_hears_of_it_after_two_hours_and_once(self):
        self.let_feed_age(minutes=110)
        self.assertFalse(self.notices())
        self.let_feed_age(minutes=11)
        [notice] = self.notices()
        self.assertEqual(notice.user_id, self.account.user_id)
        self.assertIn(self.feed.feed_ref, notice.note)
        self.let_feed_age(hours=2)
        self.assertEqual(self.notices(), notice)

    def test_j7_notice_is_over_with_the_feed(self):
        self.let_feed_age(hours=3)
        self.assertTrue(self.notices())
        self.world.feeds.take = 0
        self.send_later()
        self.assertEqual(self.feed.state, "done")
        self.assertFalse(self.notices())

    def test_j7_what_is_sent_after_giving_up_is_the_present_quantity(self):
        self.stock(MUG_BLUE=4, MUG_WHITE=25)
        self.scan()
        self.assertEqual(self.outbox()["MUG-BLUE"], ("submitted", 10))
        self.let_feed_age(hours=25)
        self.assertEqual(self.feed.state, "failed")
        self.assertEqual(
            self.outbox(),
            {
                "MUG-BLUE": ("todo", 4),
                "MUG-WHITE": ("todo", 25),
                "TEA-SENCHA": ("todo", 30),
            },
        )
        self.world.feeds.take = 0
        self.send_later()
        self.assertEqual(
            self.sent()[-1], {"MUG-BLUE": 4, "MUG-WHITE": 25, "TEA-SENCHA": 30}
        )

    def test_j7_mass_zero_during_the_feed_is_still_held_back_after_it(self):
        self.account.stock_guard_count = 2
        self.stock(MUG_BLUE=0, MUG_WHITE=0)
        self.scan()
        self.assertIn("would", self.account.stock_guard_message)
        self.let_feed_age(hours=25)
        self.scan()
        self.assertEqual(self.outbox()["MUG-BLUE"], ("held", 0))

    def test_j7_quantity_that_changed_while_it_waited_does_not_leave(self):
        self.world.feeds.take = 0
        self.send_later()
        self.let_time_pass()
        self.stock(MUG_BLUE=8)
        self.scan()
        self.assertEqual(self.outbox()["MUG-BLUE"], ("todo", 8))
        self.stock(MUG_BLUE=2)
        self.compute()  # and the orders could not be read
        self.send()
        self.assertEqual(len(self.sent()), 1)
        self.scan()
        self.send()
        self.assertEqual(self.sent()[-1], {"MUG-BLUE": 2})

    def test_j4_retry_sends_the_present_quantity(self):
        self.world.feeds.take = 0
        self.send_later()
        self.let_time_pass()
        row = self.messages("MUG-BLUE")
        row._set_failed("permanent", "No.")
        self.stock(MUG_BLUE=3)
        self.compute()
        self.mug.action_retry_stock()
        self.assertEqual((row.state, row.quantity), ("todo", 3))
