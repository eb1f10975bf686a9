"""A feed's way to Amazon and back; one is open at a time (features I1, J4)."""

from unittest.mock import patch

from odoo import fields
from odoo.tools import mute_logger

from odoo.addons.amazon_connector.models.outbox import amazon_feed as amazon_feed_queue

from ..common import DE, FR, GB
from .case import ASKED, SENT, CancelledCase, FeedCase


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
        with self.assertRaisesRegex(Exception, "amazon_feed_one_at_a_time"):
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
        """Claim messages as another worker does.

        :return int: rows claimed by a worker of its own
        """
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
