"""Feeds without a result: each has a defined end (features I1, J4)."""

from datetime import timedelta

from odoo.tools import mute_logger

from ..common import ACCOUNT_LOG
from .case import CancelledCase


class TestSilentFeeds(CancelledCase):
    """Amazon takes a feed and does not say what became of it."""

    def _end_silently(self, wish, *words):
        """Let the next feed end so, and see that the order is asked."""
        getattr(self.world.feeds, wish)()
        self.send_later()
        self.operations()
        self.send_later()
        self.assertEqual(self.operations()[-1], "getOrder")
        for text in words:
            self.assertIn(text, self.feeds()[-1].error_message)

    def test_i1_feeds_without_a_result_are_sent_again(self):
        for wish, words in (
            ("fatal_next", "broke off"),
            ("cancelled_next", "cancelled this feed"),
        ):
            with self.subTest(wish):
                self._end_silently(wish, words)
                self.assertEqual(self.messages().state, "todo")
                self.assertTrue(self.is_due_later(self.messages()))
                self.assertIn(words, self.messages().error_message)
                self.assertEqual(self.feeds()[-1].state, "failed")
                self.assertFalse(self.mails())
        self.send_twice()
        self.assertEqual(self.outbox(), [("done", 3)])
        self.assertCancelledOnce(feeds=3)

    def test_i1_what_was_carried_out_is_not_sent_again(self):
        for wish, words in (
            ("no_report_next", "no report"),
            ("fatal_after_work_next", "broke off"),
            ("report_of_unknown_messages_next", "other messages"),
            ("report_with_gaps_next", "not tell of all"),
        ):
            with self.subTest(wish):
                ref, order = self.order("MUG-BLUE")
                self.cancel(order)
                self._end_silently(wish, words)
                self.assertIn(ref, self.world.cancellations())
                self.assertEqual({row.state for row in self.messages()}, {"done"})
        self.assertEqual(len(self.amazon.feeds), 4)

    def test_i1_three_silent_feeds_are_for_a_person(self):
        for _number in range(3):
            self.assertFalse(self.mails())
            self._end_silently("fatal_next")
        self.assertEqual(self.outbox(), [("failed", 3)])
        self.assertEqual(self.sale.amazon_cancel_status, "error")
        for text in ("3 times", "broke off", "Seller Central", "Retry"):
            self.assertIn(text, self.sale.amazon_cancel_error)
        self.assertEqual(len(self.mails()), 1)
        self.send_later()
        self.assertEqual(self.operations(), [])

        self.sale.action_retry_amazon_cancel()
        self.assertEqual(self.sale.amazon_cancel_status, "pending")
        self._end_silently("fatal_next")  # it counts anew
        self.send_twice()
        self.assertEqual(self.outbox(), [("done", 5)])
        self.assertEqual(self.sale.amazon_cancel_status, "done")

    def test_i1_feed_refused_as_a_whole_says_why(self):
        self.world.feeds.refused_next("Not today")
        self.send_twice()
        self.assertEqual(self.outbox(), [("failed", 1)])
        self.assertEqual(self.feed_states(), [("done", 1, 0, 1)])
        self.assertIn("Not today.", self.sale.amazon_cancel_error)
        self.sale.action_retry_amazon_cancel()
        self.send_twice()
        self.assertEqual(self.outbox(), [("done", 2)])

    def test_i1_feed_that_amazon_forgot(self):
        self.send()
        self.world.feeds._feeds.clear()
        self.send_later()
        self.assertEqual(self.outbox(), [("todo", 1)])
        self.assertIn("does not know this feed", self.feeds().error_message)

    def test_i1_report_that_is_gone(self):
        self.send()
        [feed] = self.amazon.feeds
        feed.result_document.created -= timedelta(days=29)
        self.send_later()
        self.assertIn("is gone", self.feeds().error_message)
        self.assertCancelledOnce()

    def test_i1_report_that_can_not_be_read(self):
        self.send()
        [feed] = self.amazon.feeds
        feed.result_document.content, feed.result_document.gzip = b"Oops", False
        self.send_later()
        self.assertIn("can not be read", self.feeds().error_message)
        self.assertCancelledOnce()

    @mute_logger(ACCOUNT_LOG)
    def test_i1_after_a_day_nothing_is_waited_for(self):
        self.amazon.feeds_take = 10**6
        self.send()
        self.let_time_pass(hours=25)
        self.send_later()
        self.assertEqual(self.outbox(), [("todo", 1)])
        self.assertIn("within a day", self.feeds().error_message)
        self.amazon.feeds_take = 0
        self.send_later()
        self.amazon.faults.add("downloadFeedDocument", "truncated")
        self.let_time_pass(hours=25)
        self.send_later()
        self.assertIn("for a day", self.feeds()[-1].error_message)
        self.assertEqual(self.outbox(), [("done", 2)])

    @mute_logger(ACCOUNT_LOG)
    def test_i1_orders_that_can_not_be_asked_wait(self):
        late, other = self.order("MUG-BLUE")
        self.cancel(other)
        self.world.feeds.no_report_next()
        self.send_later()
        self.amazon.faults.add("getOrder", "server_error", after=1)
        self.send_later()
        self.assertEqual([row[0] for row in self.outbox()], ["done", "submitted"])
        self.operations()
        self.send_later()
        self.assertEqual(self.operations(), ["getFeed", "getOrder"])
        self.assertEqual(self.outbox(), [("done", 1), ("done", 1)])
        self.assertEqual(self.feed_states(), [("done", 2, 2, 0)])
        self.assertEqual({*self.world.cancellations()}, {self.ref, late})
