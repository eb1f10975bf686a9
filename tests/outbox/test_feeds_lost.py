"""Lost answers and crashes: Amazon carries out each message once (feature I1)."""

from unittest.mock import patch

from odoo.tools import mute_logger

from ..common import ACCOUNT_LOG, DE, SENDING_LOG
from .case import ASKED, SENT, CancelledCase


class TestLostFeeds(CancelledCase):
    def test_i1_answer_lost_after_the_write_is_not_sent_again(self):
        self.amazon.faults.add("createFeed", "lost")
        self.send()
        self.assertEqual(self.outbox(), [("unknown", 1)])
        self.assertEqual(self.sale.amazon_cancel_status, "processing")
        self.operations()
        self.send()
        self.assertEqual(self.operations(), ["getFeeds", *ASKED])
        self.assertEqual(self.feed_states(), [("done", 1, 1, 0)])
        self.assertEqual(self.messages().feed_ref, self.amazon.feeds[0].id)
        self.assertCancelledOnce()

    def test_i1_answer_lost_before_the_write_is_sent_again(self):
        self.amazon.faults.add("createFeed", "reset")
        self.send()
        self.assertEqual(self.outbox(), [("unknown", 1)])
        self.operations()
        self.send()
        self.assertEqual(self.operations(), ["getFeeds", *SENT])
        self.assertEqual(self.outbox(), [("submitted", 2)])
        self.send_later()
        self.assertEqual(self.feed_states(), [("failed", 1, 0, 0), ("done", 1, 1, 0)])
        self.assertCancelledOnce()

    @mute_logger(ACCOUNT_LOG)
    def test_i1_nothing_is_sent_while_amazon_can_not_be_asked(self):
        self.amazon.faults.add("createFeed", "lost")
        self.send()
        self.amazon.faults.add("getFeeds", "server_error")
        self.operations()
        self.send()
        self.assertEqual(self.outbox(), [("unknown", 1)])
        self.send()
        self.assertEqual(self.operations(), ["getFeeds"])  # it waits
        self.send_later()
        self.assertEqual(self.operations(), ["getFeeds", *ASKED])
        self.assertCancelledOnce()

    def test_i1_own_feeds_are_not_taken_for_the_lost_one(self):
        self.send_twice()
        late, other = self.order("MUG-BLUE")
        self.cancel(other)
        self.amazon.faults.add("createFeed", "reset")
        self.send()
        self.send_twice()
        self.assertEqual(self.outbox(), [("done", 1), ("done", 2)])
        self.assertEqual({*self.world.cancellations()}, {self.ref, late})
        self.assertEqual(len(self.amazon.feeds), 2)

    def test_i1_several_that_might_be_it_are_not_guessed_at(self):
        content = b"<AmazonEnvelope/>"
        for _number in range(2):  # of another program of the seller
            with self.account._get_partner() as partner:
                self._send_foreign(partner, content)
        self.amazon.faults.add("createFeed", "lost")
        self.send()
        self.operations()
        self.send()
        self.assertEqual(self.operations(), ["getFeeds", "getOrder"])
        self.assertEqual(self.outbox(), [("done", 1)])  # the order itself tells
        self.assertCancelledOnce(feeds=3)

    def _send_foreign(self, partner, content):
        document = partner.create_feed_document("text/xml; charset=UTF-8")
        partner.upload(document.url, content, "text/xml; charset=UTF-8")
        partner.create_feed(
            "POST_ORDER_ACKNOWLEDGEMENT_DATA", [DE], document.document_id
        )

    def test_i1_foreign_feed_taken_for_ours_says_nothing_of_ours(self):
        foreign = (
            b"<AmazonEnvelope><Header><DocumentVersion>1.01</DocumentVersion>"
            b"<MerchantIdentifier>%s</MerchantIdentifier></Header>"
            b"<MessageType>OrderAcknowledgement</MessageType><Message><MessageID>7"
            b"</MessageID><OrderAcknowledgement><AmazonOrderID>302-1-1</AmazonOrderID>"
            b"<StatusCode>Failure</StatusCode></OrderAcknowledgement></Message>"
            b"</AmazonEnvelope>" % self.account.seller_key.encode()
        )
        with self.account._get_partner() as partner:
            self._send_foreign(partner, foreign)
        self.amazon.faults.add("createFeed", "reset")
        self.send()
        self.send()
        self.assertEqual(self.outbox(), [("todo", 1)])
        self.assertIn("other messages", self.messages().error_message)
        self.send_twice()
        self.assertCancelledOnce(feeds=2)

    def test_i1_worker_that_died_before_the_call(self):
        feed = self.env["amazon.feed"]._claim(self.account, "cancellation")
        self.assertEqual(self.outbox(), [("sending", 1)])
        self.send()
        self.assertEqual(self.operations(), [])  # somebody may be at it
        self.let_time_pass(minutes=21)
        self.send()
        self.assertEqual(self.operations(), ["getFeeds", *SENT])
        self.assertEqual(feed.state, "failed")
        self.send_later()
        self.assertCancelledOnce()

    @mute_logger(SENDING_LOG)
    def test_i1_worker_that_died_after_the_call(self):
        feeds = self.env["amazon.feed"]
        with patch.object(type(feeds), "_set_submitted", self._fail_in_database):
            self.send()
        self.assertEqual(self.outbox(), [("sending", 1)])
        self.let_time_pass(minutes=21)
        self.operations()
        self.send()
        self.assertEqual(self.operations(), ["getFeeds", *ASKED])
        self.assertCancelledOnce()

    @mute_logger(SENDING_LOG)
    def test_i1_result_that_could_not_be_written_is_read_again(self):
        self.send()
        feeds = self.env["amazon.feed"]
        with patch.object(type(feeds), "_close", self._fail_in_database):
            self.send_later()
        self.assertEqual(self.outbox(), [("submitted", 1)])
        self.send_later()
        self.assertCancelledOnce()

    @mute_logger(SENDING_LOG)
    def test_i1_worker_that_died_after_the_last_order_was_asked(self):
        self.world.feeds.no_report_next()
        self.send()
        feeds = self.env["amazon.feed"]
        with patch.object(type(feeds), "_end", self._fail_in_database):
            self.send_later()
        self.assertEqual(self.outbox(), [("done", 1)])
        self.assertEqual(self.feed_states(), [("submitted", 1, 0, 0)])
        self.assertEqual(self.restocked, [])
        self.send()
        self.assertEqual(self.feed_states(), [("done", 1, 1, 0)])
        self.assertCancelledOnce()

    @staticmethod
    def _fail_in_database(feeds, *args, **kwargs):
        feeds.env.cr.execute("SELECT 1 / 0", log_exceptions=False)

    def test_i1_feed_whose_rows_are_gone_blocks_nobody(self):
        self.send()
        self.messages().unlink()
        late, other = self.order("MUG-BLUE")
        self.cancel(other)
        self.send()
        self.send_later()
        self.assertEqual(self.messages().state, "done")
        self.assertIn(late, self.world.cancellations())
