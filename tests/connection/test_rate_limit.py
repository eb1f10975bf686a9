"""Waits are kept in the database (public contract: ``next_allowed_at``)."""

from datetime import datetime, timedelta, timezone

from freezegun import freeze_time

from odoo.addons.amazon_connector.amazon_api import (
    PUBLISHED,
    Bucket,
    Throttle,
    Throttled,
)
from odoo.addons.amazon_connector.models.connection.amazon_rate_limit import (
    LeasingStore,
    RateLimitStore,
)

from ..common import AmazonCase


class TestRateLimit(AmazonCase):
    def test_bucket_comes_back_as_it_was_kept(self):
        store = RateLimitStore(self.account)
        self.assertIsNone(store.load("getOrder"))
        moment = datetime(2026, 11, 20, 12, 0, 0, 123456, tzinfo=timezone.utc)
        for bucket in (
            Bucket(0.0056, 20, 0.25, moment, moment + timedelta(seconds=178.5)),
            Bucket(2.0, 30, 29.0, moment, None),
        ):
            store.save("getOrder", bucket)
            self.env.flush_all()
            self.env.invalidate_all()
            self.assertEqual(store.load("getOrder"), bucket)


@freeze_time("2026-11-20 12:00:00")
class TestLeases(AmazonCase):
    """Calls are taken out of the database several at once; confirmShipment: 2 a second,
    10 in a row."""

    def worker(self, operation="confirmShipment"):
        """Start a worker.

        :return tuple: its store, and a function that counts a call
        """
        store = LeasingStore(self.account)
        throttle = Throttle(store, lambda: datetime.now(timezone.utc))

        def call():
            throttle.check(operation)
            throttle.take(operation)
            throttle.state_rate(operation, str(PUBLISHED[operation].rate))

        return store, call

    def drain(self, *calls):
        """Let the workers make calls in turn until all must wait.

        :return int: how many calls they made
        """
        waiting, count = list(calls), 0
        while waiting:
            for call in list(waiting):
                try:
                    call()
                    count += 1
                except Throttled:
                    waiting.remove(call)
        return count

    def stored(self):
        self.env.invalidate_all()
        domain = [("account_id", "=", self.account.id)]
        return self.env["amazon.rate.limit"].search(domain).tokens

    def test_one_worker_makes_the_calls_that_amazon_allows(self):
        _store, call = self.worker()
        self.assertEqual(self.drain(call), 10)

    def test_two_workers_together_make_no_more(self):
        (_one, call), (_two, other) = self.worker(), self.worker()
        self.assertIn(self.drain(call, other), (9, 10))

    def test_what_is_left_is_given_back(self):
        store, call = self.worker()
        call()
        self.assertLess(self.stored(), 9)
        store.close()
        self.assertEqual(self.stored(), 9)
        _store, other = self.worker()
        self.assertEqual(self.drain(other), 9)

    def test_what_a_killed_worker_had_is_earned_again(self):
        _killed, call = self.worker()
        call()
        _store, other = self.worker()
        self.assertLess(self.drain(other), 3)
        with freeze_time("2026-11-20 12:00:05"):
            self.assertEqual(self.drain(self.worker()[1]), 10)

    def test_calls_in_memory_earn_nothing_twice(self):
        """In ten seconds two workers make 10 calls and the 20 that are earned."""
        count = 0
        (_one, call), (_two, other) = self.worker(), self.worker()
        for second in range(11):
            with freeze_time(datetime(2026, 11, 20, 12, 0, second)):
                count += self.drain(call, other)
        self.assertEqual(count, 30)

    def test_refusal_ends_what_was_taken_in_advance(self):
        store, call = self.worker()
        call()
        Throttle(store, lambda: datetime.now(timezone.utc)).refused(
            "confirmShipment", 7
        )
        for _store, refused in (self.worker(), (store, call)):
            with self.assertRaises(Throttled):
                refused()
        self.assertEqual(self.stored(), 0)

    def test_new_rate_loses_no_call(self):
        store, call = self.worker()
        call()
        clock = lambda: datetime.now(timezone.utc)  # noqa: E731
        Throttle(store, clock).state_rate("confirmShipment", "4.0")
        throttle = Throttle(store, clock)
        count = 0
        with self.assertRaises(Throttled):
            while True:
                throttle.take("confirmShipment")
                count += 1
        self.assertEqual(count, 9)

    def test_slow_operations_are_counted_one_by_one(self):
        _store, call = self.worker("getFeeds")
        call()
        [left] = self.env["amazon.rate.limit"].search([]).mapped("tokens")
        self.assertEqual(left, 9)

    def test_call_in_memory_needs_no_statement(self):
        _store, call = self.worker()
        call()
        self.assertEqual(self.count_sql(call), 0)
