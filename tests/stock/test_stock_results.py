"""What Amazon says of the stock reaches the offer, and people (features J3, J4, K3)."""

import json
from collections import Counter

from odoo.exceptions import UserError
from odoo.tools import mute_logger

from ..common import ACCOUNT_LOG, DE
from ..stock_case import StockFeedCase


class TestStockResults(StockFeedCase):
    def test_j4_refused_sku_fails_alone_with_amazons_words(self):
        self.world.feeds.refuse("MUG-BLUE", "This SKU needs a new safety sheet.")
        self.tell()
        self.assertEqual(
            self.shown(),
            {
                "MUG-BLUE": (False, "error"),
                "MUG-WHITE": (20, "done"),
                "TEA-SENCHA": (30, "done"),
            },
        )
        self.assertIn("This SKU needs a new safety sheet.", self.mug.stock_error)
        self.assertEqual(
            self.env["amazon.offer"].search([("stock_state", "=", "error")]), self.mug
        )
        self.assertNotIn(
            self.mug, self.env["amazon.offer"].search([("stock_state", "=", "done")])
        )
        [mail] = self.mails()
        self.assertEqual(
            mail, ("responsible@example.com", f"Amazon {self.account.name}: 1 failed")
        )

    def test_j4_retry_sends_it_again(self):
        self.world.feeds.refuse("MUG-BLUE", "This SKU needs a new safety sheet.")
        self.tell()
        self.world.feeds.accept("MUG-BLUE")
        self.mug.action_retry_stock()
        self.assertEqual(self.mug.stock_state, "pending")
        self.send()
        self.send_later()
        self.assertEqual(self.sent(), [self.all, {"MUG-BLUE": 10}])
        self.assertUpToDate()
        with self.assertRaises(UserError):
            self.mug.action_retry_stock()

    def test_j4_k3_the_same_refusal_is_reported_once(self):
        self.world.feeds.refuse("MUG-BLUE", "This SKU needs a new safety sheet.")
        self.tell()
        self.stock(MUG_BLUE=9)
        self.tell()
        self.account.last_full_stock_run = False
        self.tell()
        self.assertEqual(self.outbox()["MUG-BLUE"], ("failed", 9))
        self.assertEqual(len(self.mails()), 1)

        self.world.feeds.refuse("MUG-BLUE", "This SKU is closed.")
        self.stock(MUG_BLUE=8)
        self.tell()
        self.assertEqual(len(self.mails()), 2)
        self.assertIn("This SKU is closed.", self.mug.stock_error)

        self.world.feeds.accept("MUG-BLUE")
        self.stock(MUG_BLUE=7)
        self.tell()
        self.assertFalse(self.messages("MUG-BLUE").is_reported)
        self.world.feeds.refuse("MUG-BLUE", "This SKU is closed.")
        self.stock(MUG_BLUE=6)
        self.tell()
        self.assertEqual(len(self.mails()), 3)  # it had been well in between

    def test_j4_sku_that_amazon_does_not_know(self):
        self.offers["NO-SUCH"] = self.env["amazon.offer"].create(
            {
                "account_id": self.account.id,
                "marketplace_id": self.mug.marketplace_id.id,
                "sku": "NO-SUCH",
                "product_id": self.products["MUG-BLUE"].id,
                "sync_stock": True,
            }
        )
        self.tell()
        self.assertIn("does not exist", self.offers["NO-SUCH"].stock_error)
        del self.offers["NO-SUCH"]
        self.messages("NO-SUCH").unlink()
        self.assertUpToDate()

    def test_j4_sku_that_can_not_be_sent_stops_no_other(self):
        bad = self.mug.copy({"sku": "MUG\u200bBLUE"})
        self.tell()
        self.assertEqual(bad.stock_state, "error")
        self.assertIn("Correct it", bad.stock_error)
        bad.unlink()
        self.assertUpToDate()

    @mute_logger(ACCOUNT_LOG)
    def test_j1_answer_lost_after_the_write(self):
        self.amazon.faults.add("createFeed", "lost")
        self.scan()
        self.send()
        self.assertEqual(
            {state for state, _quantity in self.outbox().values()}, {"unknown"}
        )
        self.assertEqual(self.shown()["MUG-BLUE"], (False, "processing"))
        self.send_later()
        self.send_later()
        self.assertEqual(self.sent(), [self.all])
        self.assertUpToDate()

    @mute_logger(ACCOUNT_LOG)
    def test_j1_answer_lost_before_the_write(self):
        self.amazon.faults.add("createFeed", "reset")
        self.scan()
        self.send()
        for _time in range(3):
            self.send_later()
        self.assertEqual(self.sent(), [self.all])
        self.assertUpToDate()

    def test_j4_feed_without_a_result_is_sent_again(self):
        for fault in (
            "fatal_next",
            "fatal_after_work_next",
            "cancelled_next",
            "no_report_next",
            "report_of_unknown_messages_next",
        ):
            with self.subTest(fault):
                self.stock(MUG_BLUE=10)
                self.account.last_full_stock_run = False
                count = len(self.world.feeds)
                getattr(self.world.feeds, fault)()
                self.tell()
                self.send_later()
                self.send_later()
                self.assertEqual(self.sent()[count:], [self.all, self.all])
                self.assertUpToDate()
                self.assertFalse(self.mails())

    def test_j4_after_three_times_without_a_result_a_person_is_asked(self):
        for _time in range(3):
            self.world.feeds.fatal_next()
        self.scan()
        for _time in range(7):
            self.send_later()
        self.assertEqual(self.sent(), [self.all] * 3)
        self.assertEqual({state for state, _q in self.outbox().values()}, {"failed"})
        self.assertEqual(self.shown()["MUG-BLUE"], (False, "error"))
        self.assertIn("Seller Central", self.mug.stock_error)
        self.assertEqual(len(self.mails()), 1)

    def test_j3_dry_run_shows_the_exact_body(self):
        self.account.dry_run = True
        self.amazon.received.clear()
        self.scan()
        self.send()
        self.assertCalls("searchOrders")
        self.assertEqual(
            {state for state, _quantity in self.outbox().values()}, {"held"}
        )
        row = self.messages("MUG-BLUE")
        body = json.loads(row.body)
        self.assertEqual([m["sku"] for m in body["messages"]], ["MUG-BLUE"])
        self.assertFalse(self.account.stock_guard_message)
        self.assertEqual(self.mug.stock_state, "held")

        self.scan()
        self.assertEqual(self.outbox()["MUG-BLUE"], ("held", 10))
        self.stock(MUG_BLUE=7)
        self.scan()
        self.send()
        self.assertEqual(self.outbox()["MUG-BLUE"], ("held", 7))
        self.assertIn('"quantity":7', row.body)

        self.account.dry_run = False
        self.tell()
        sent = self.world.feeds[0].json["messages"][0]
        self.assertEqual({**body["messages"][0], "patches": sent["patches"]}, sent)
        self.all["MUG-BLUE"] = 7
        self.assertUpToDate()

    def test_j1_button_sends_at_once_and_says_so(self):
        on_their_way = "Quantities on their way to Amazon: 3."
        self.assertEqual(self.press(), on_their_way)
        self.assertEqual(self.sent(), [self.all])
        self.assertEqual(self.press(), on_their_way)
        self.send_later()
        self.assertUpToDate()
        self.assertEqual(self.press(), "Amazon knows the stock of all listings.")
        self.assertEqual(self.sent(), [self.all])

        self.account.dry_run = True
        self.stock(MUG_BLUE=7)
        self.assertEqual(
            self.press(),
            "Dry run, nothing was sent. Quantities shown under “Updates to Amazon”: 1.",
        )
        for offer in self.offers.values():
            offer.sync_stock = False
        self.assertIn("No listing takes part", self.press())

    def test_j1_button_says_what_is_missing(self):
        self.account.seller_key = False
        message = self.press()
        self.assertIn("Quantities on their way to Amazon: 3.", message)
        self.assertIn("The merchant token", message)
        self.account.seller_key = self.amazon.world.seller_of(DE).merchant_token
        self.tell()
        self.assertUpToDate()

    def test_j4_button_says_what_was_refused(self):
        self.world.feeds.refuse("MUG-BLUE", "This SKU is closed.")
        self.tell()
        self.assertIn("on their way to Amazon: 1", self.press())  # once more
        self.send_later()
        self.account.sync_stock = True
        self.scan()
        account = self.account.sudo()._in_company()
        self.assertEqual(
            account._describe_messages(Counter()), ["Refused: 1, see the listings."]
        )

    def test_j1_offer_deleted_while_the_feed_is_open(self):
        self.scan()
        self.send()
        self.offers.pop("MUG-BLUE").unlink()
        del self.all["MUG-BLUE"]
        self.send_later()  # the report speaks of a message that is no more
        self.send_later()
        self.send_later()
        self.assertUpToDate()
