"""A feed's way to Amazon and back: whatever happens to it has a defined end, and Amazon
carries out each message once (features I1, J4)."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tools import mute_logger

from odoo.addons.amazon_connector.models import amazon_feed_queue
from odoo.addons.amazon_connector.models.sale_order_cancellation import SaleOrder

from .common import DE, FR, GB
from .feeds import FEEDS_LOG, FeedCase
from .shipping import ACCOUNT_LOG, SENDING_LOG

SENT = ["createFeedDocument", "uploadFeedDocument", "createFeed"]
ASKED = ["getFeed", "getFeedDocument", "downloadFeedDocument"]


class CancelledCase(FeedCase):
    """An order was cancelled here, and Amazon is to be told."""

    def setUp(self):
        super().setUp()
        self.ref, self.sale = self.order("MUG-BLUE", "TEA-SENCHA")
        self.cancel(self.sale)
        self.operations()

    def assertCancelledOnce(self, feeds=1):
        """Amazon cancelled the order and no other, Odoo knows, nobody is bothered.

        :param int feeds: how many feeds Amazon received
        """
        reasons = dict.fromkeys(("MUG-BLUE", "TEA-SENCHA"), "NoInventory")
        self.assertEqual(self.world.cancellations(), {self.ref: reasons})
        self.assertEqual(len(self.amazon.feeds), feeds)
        self.assertEqual(self.world.dangers, [])
        self.assertEqual(self.messages().state, "done")
        self.assertRecordValues(
            self.sale,
            [
                {
                    "state": "cancel",
                    "amazon_cancel_status": "done",
                    "amazon_cancel_error": False,
                }
            ],
        )
        self.assertEqual(self.restocked, ["MUG-BLUE", "TEA-SENCHA", "go"])
        self.assertFalse(self.mails())
        self.assertFalse(self.account.connection_message)


class TestFeeds(CancelledCase):
    def test_i1_feed_goes_to_amazon_and_its_report_comes_back(self):
        self.assertEqual(self.outbox(), [("todo", 0)])
        self.send()
        self.assertEqual(self.operations(), SENT)
        self.assertEqual(self.outbox(), [("submitted", 1)])
        self.assertEqual(self.feed_states(), [("submitted", 1, 0, 0)])
        self.assertEqual(self.messages().feed_ref, self.amazon.feeds[0].id)
        self.assertTrue(self.is_due_later(self.messages()))
        self.send()
        self.assertEqual(self.operations(), [])  # it waits
        self.send_later()
        self.assertEqual(self.operations(), ASKED)
        self.assertEqual(self.outbox(), [("done", 1)])
        self.assertEqual(self.feed_states(), [("done", 1, 1, 0)])
        self.assertEqual(self.received(), [((DE,), 1, 0)])
        self.assertCancelledOnce()
        self.send_later()
        self.assertEqual(self.operations(), [])

    def test_i1_amazon_is_asked_until_it_is_ready(self):
        self.amazon.feeds_take = 3600
        self.send()
        for age, wait in ((0, 1), (4, 4), (40, 15)):
            self.let_time_pass(minutes=age)
            self.operations()
            self.send_later()
            self.assertEqual(self.operations(), ["getFeed"])
            waits = self.messages().next_try_at - fields.Datetime.now()
            self.assertAlmostEqual(
                waits.total_seconds() / 60, min(wait + age, 15) if age else 1, delta=5
            )
            self.assertEqual(self.outbox(), [("submitted", 1)])
        self.amazon.feeds_take = 0
        self.send_later()
        self.assertCancelledOnce()

    def test_i1_one_feed_for_each_marketplace(self):
        for marketplace in (FR, DE, GB):
            _ref, order = self.order("MUG-BLUE", marketplace=marketplace)
            self.cancel(order)
        self.send_twice()
        self.assertEqual(self.received(), [((DE,), 2, 0), ((FR,), 1, 0), ((GB,), 1, 0)])
        self.assertEqual(len(self.world.cancellations()), 4)
        self.assertEqual(self.outbox(), [("done", 1)] * 4)

    def test_i1_one_feed_at_a_time(self):
        self.amazon.feeds_take = 3600
        self.send()
        late, other = self.order("MUG-BLUE")
        self.cancel(other)
        self.operations()
        self.send()
        self.assertEqual(self.operations(), [])
        self.assertEqual(self.outbox(), [("submitted", 1), ("todo", 0)])
        self.amazon.feeds_take = 0
        self.send_later()  # the first one ends, the next one leaves
        self.assertEqual(self.outbox(), [("done", 1), ("submitted", 1)])
        self.send_later()
        self.assertEqual({*self.world.cancellations()}, {self.ref, late})

    def test_i1_database_refuses_a_second_open_feed(self):
        self.send()
        with self.assertRaisesRegex(Exception, "amazon_feed_one_open"):
            with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                self.feeds().copy()

    def test_i1_more_than_a_feed_holds(self):
        _ref, order = self.order("MUG-BLUE")
        self.cancel(order)
        with patch.dict(amazon_feed_queue.MOST_ROWS, cancellation=1):
            self.send()
            self.assertEqual(self.outbox(), [("submitted", 1), ("todo", 0)])
            self.send_twice()
        self.assertEqual(self.received(), [((DE,), 1, 0), ((DE,), 1, 0)])

    def test_i1_messages_to_refuse_do_not_stop_the_others(self):
        bad, order = self.order("MUG-BLUE")
        self.cancel(order)
        order.order_line.write({"amazon_item_ref": False, "amazon_charge_ref": False})
        self.send_twice()
        self.assertEqual(self.outbox(), [("done", 1), ("failed", 1)])
        self.assertEqual(self.feed_states(), [("done", 1, 1, 0)])
        self.assertEqual([*self.world.cancellations()], [self.ref])
        self.assertIn("must name the items", order.amazon_cancel_error)
        self.assertEqual(len(self.mails()), 1)
        self.assertNotIn(bad, self.world.cancellations())

    def test_i1_feed_of_nothing_but_such_messages_is_not_sent(self):
        lines = self.sale.order_line
        lines.write({"amazon_item_ref": False, "amazon_charge_ref": False})
        self.send_twice()
        self.assertEqual(self.outbox(), [("failed", 1)])
        self.assertFalse(self.feeds())
        self.assertEqual(self.operations(), [])


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
    def test_i1_verdict_that_could_not_be_written_is_read_again(self):
        self.send()
        feeds = self.env["amazon.feed"]
        with patch.object(type(feeds), "_close", self._fail_in_database):
            self.send_later()
        self.assertEqual(self.outbox(), [("submitted", 1)])
        self.send_later()
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


class TestPassingFeeds(CancelledCase):
    def _assert_waits(self, *words, kind="retryable"):
        row = self.messages()
        self.assertEqual((row.state, row.error_kind), ("todo", kind))
        self.assertTrue(self.is_due_later(row))
        self.assertFalse(self.feeds())
        self.assertFalse(self.mails())
        for text in words:
            self.assertIn(text, row.error_message)

    @mute_logger(ACCOUNT_LOG)
    def test_i1_passing_trouble_never_fails(self):
        for operation, kind in (
            ("createFeedDocument", "server_error"),
            ("createFeedDocument", "throttled"),
            ("createFeed", "throttled"),
            ("uploadFeedDocument", "busy_store"),
            ("uploadFeedDocument", "reset"),
        ):
            with self.subTest(f"{operation} {kind}"):
                self.amazon.faults.add(operation, kind)
                self.send_later()
                self._assert_waits()
                self.assertEqual(len(self.amazon.feeds), 0)
        self.send_twice()
        self.assertCancelledOnce()

    def test_i1_expired_address_is_renewed_once(self):
        self.amazon.faults.add("uploadFeedDocument", "expired_url")
        self.send()
        self.assertEqual(self.operations(), [*SENT[:2], *SENT])
        self.send_later()
        self.assertCancelledOnce()

    @mute_logger(ACCOUNT_LOG)
    def test_i1_address_that_expires_twice_waits(self):
        self.amazon.faults.add("uploadFeedDocument", "expired_url", times=2)
        self.send()
        self._assert_waits()
        self.send_twice()
        self.assertCancelledOnce()

    @mute_logger(ACCOUNT_LOG)
    def test_i1_missing_role_is_a_setting_to_mend(self):
        self.amazon.faults.add("createFeed", "forbidden", times=2)
        self.send()
        self._assert_waits("role", kind="config")
        self.assertEqual(self.account.connection_state, "error")
        self.account.action_test_connection()  # mended: what waited is due
        self.send()
        self.send_later()
        self.assertCancelledOnce()

    def test_i1_missing_merchant_token_is_a_setting_to_mend(self):
        token = self.account.seller_key
        for wrong in (False, "my shop"):
            self.account.seller_key = wrong
            self.send_later()
            self._assert_waits("merchant token", "Account Info", kind="config")
            self.assertIn("Account Info", self.sale.amazon_cancel_note)
            self.assertIn("merchant token", self.account.connection_message)
        self.assertEqual(self.operations(), [])
        self.account.seller_key = token
        self.send()
        self.assertEqual(self.outbox(), [("submitted", 1)])
        self.send_later()
        self.assertCancelledOnce()

    @mute_logger(ACCOUNT_LOG)
    def test_i1_amazon_out_of_reach(self):
        self.amazon.stop()
        self.send()
        self._assert_waits("No simulator answers")
        self.amazon.start()
        self.send_later()
        self.amazon.stop()
        self.send_later()
        self.assertEqual(self.outbox(), [("submitted", 2)])
        self.assertTrue(self.is_due_later(self.messages()))
        self.amazon.start()
        self.send_later()
        self.assertCancelledOnce()

    @mute_logger(ACCOUNT_LOG)
    def test_i1_trouble_with_the_report_is_passing(self):
        self.send()
        for operation, kind in (
            ("getFeed", "throttled"),
            ("getFeed", "html"),
            ("getFeedDocument", "server_error"),
            ("downloadFeedDocument", "busy_store"),
            ("downloadFeedDocument", "truncated"),
        ):
            with self.subTest(f"{operation} {kind}"):
                self.amazon.faults.add(operation, kind)
                self.send_later()
                self.assertEqual(self.outbox(), [("submitted", 1)])
                self.assertTrue(self.is_due_later(self.messages()))
        self.send_later()
        self.assertCancelledOnce()

    @mute_logger(FEEDS_LOG)
    def test_i1_the_unexpected_stops_nobody(self):
        late, other = self.order("MUG-BLUE", marketplace=FR)
        self.cancel(other)
        original = SaleOrder._amazon_item_refs

        def stumble(order):
            if order == self.sale:
                raise ZeroDivisionError("in an extension")
            return original(order)

        with patch.object(SaleOrder, "_amazon_item_refs", stumble):
            self.send()
        self.assertEqual(self.outbox(), [("failed", 1), ("submitted", 1)])
        self.assertIn("ZeroDivisionError", self.sale.amazon_cancel_error)
        self.sale.action_retry_amazon_cancel()
        self.send_twice()
        self.assertEqual({*self.world.cancellations()}, {self.ref, late})

    def test_a9_dry_run_shows_the_exact_body_and_sends_nothing(self):
        self.account.dry_run = True
        _ref, other = self.order("MUG-BLUE", marketplace=FR)
        self.cancel(other)
        self.operations()
        self.send()
        self.assertEqual(self.operations(), [])
        self.assertEqual(self.outbox(), [("held", 0), ("held", 0)])
        self.assertFalse(self.feeds())
        self.assertEqual(self.sale.amazon_cancel_status, "pending")
        self.assertIn("Dry run", self.sale.amazon_cancel_note)
        shown = self.messages()[0].body
        self.assertIn(f"<AmazonOrderID>{self.ref}</AmazonOrderID>", shown)
        self.messages()[1].unlink()

        self.account.dry_run = False
        self.send()
        self.assertEqual(self.operations(), [])
        self.account.action_send_held()
        self.send_twice()
        self.assertEqual([feed.text for feed in self.amazon.feeds], [shown])
        self.assertCancelledOnce()


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

    def test_i1_feeds_without_a_verdict_are_sent_again(self):
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


class TestTwoWorkers(FeedCase):
    def test_i1_two_workers_open_one_feed(self):
        """What the first has claimed the second leaves alone."""
        marketplace = self.account.base_marketplace_id.id
        account_id = self._commit_rows(marketplace)
        self.addCleanup(self._forget, account_id)
        with self.registry.cursor() as cr_two:
            cr_two.execute("SELECT 1 FROM amazon_feed")  # it sees how things were
            with self.registry.cursor() as cr_one:
                taken = self._claim(cr_one, account_id)
                self.assertFalse(self._claim(cr_two, account_id))
                self.assertEqual(taken, 3)
            cr_two.rollback()  # the first one has committed
            self.assertFalse(self._claim(cr_two, account_id))

    def test_i1_second_worker_loses_the_race(self):
        """It begins again and sees the feed of the first one."""
        marketplace = self.account.base_marketplace_id.id
        account_id = self._commit_rows(marketplace)
        self.addCleanup(self._forget, account_id)
        with self.registry.cursor() as cr_two:
            with patch.dict(amazon_feed_queue.MOST_ROWS, cancellation=2):
                cr_two.execute("SELECT 1 FROM amazon_feed")
                with self.registry.cursor() as cr_one:
                    self.assertEqual(self._claim(cr_one, account_id), 2)
                with mute_logger("odoo.sql_db"):
                    with self.assertRaisesRegex(Exception, "one_open|concurrent"):
                        self._claim(cr_two, account_id)
                cr_two.rollback()
                self.assertFalse(self._claim(cr_two, account_id))

    def _claim(self, cr, account_id):
        """:return int: rows claimed by a worker of its own"""
        env = self.env(cr=cr)
        account = env["amazon.account"].browse(account_id)
        feed = env["amazon.feed"]._claim(account, "cancellation")
        env.flush_all()
        return feed.message_count if feed else 0

    def _commit_rows(self, marketplace):
        with self.registry.cursor() as cr:
            env = self.env(cr=cr)
            account = env["amazon.account"].create(
                {
                    "name": "Shared",
                    "company_id": env.ref("base.main_company").id,
                    "base_marketplace_id": marketplace,
                    "team_id": False,
                }
            )
            env["amazon.submission"].create(
                [
                    {
                        "account_id": account.id,
                        "kind": "cancellation",
                        "dedup_key": str(key),
                        "marketplace_id": marketplace,
                    }
                    for key in range(3)
                ]
            )
            env.flush_all()
            return account.id

    def _forget(self, account_id):
        with self.registry.cursor() as cr:
            env = self.env(cr=cr)
            env["amazon.account"].browse(account_id).unlink()
            env.flush_all()
