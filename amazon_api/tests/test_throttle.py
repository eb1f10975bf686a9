import unittest
from datetime import timedelta

from .. import PUBLISHED, Bucket, MemoryStore, Throttle, Throttled
from .. import operations as operations_module
from ..operations import Operation
from ..throttle import read_rate
from .common import NOON, Clock

SEARCH = "searchOrders"


class TestThrottle(unittest.TestCase):
    def setUp(self):
        self.clock = Clock()
        self.store = MemoryStore()
        self.throttle = Throttle(self.store, self.clock)

    def spend(self, calls: int) -> None:
        for _call in range(calls):
            self.throttle.take(SEARCH)

    def bucket(self) -> Bucket:
        return self.store.load(SEARCH)

    def assert_waits(self, seconds: float) -> None:
        with self.assertRaises(Throttled) as caught:
            self.throttle.check(SEARCH)
        self.assertAlmostEqual(caught.exception.retry_after, seconds, places=3)
        self.assertEqual(
            caught.exception.retry_at, self.bucket().next_allowed_at, "says when"
        )
        self.assertEqual(caught.exception.operation, SEARCH)

    def test_burst_then_one_per_interval(self):
        self.spend(20)
        self.assert_waits(1 / 0.0056)
        self.clock.pass_seconds(1 / 0.0056)
        self.spend(1)
        self.assert_waits(1 / 0.0056)

    def test_a_refused_take_costs_nothing(self):
        self.spend(20)
        before = self.bucket()
        with self.assertRaises(Throttled):
            self.throttle.take(SEARCH)
        self.assertEqual(self.bucket(), before)

    def test_saves_up_to_the_burst_and_no_further(self):
        self.spend(20)
        self.clock.pass_seconds(7 * 86_400)
        self.spend(20)
        self.assert_waits(1 / 0.0056)

    def test_state_lives_in_the_store(self):
        self.spend(20)
        with self.assertRaises(Throttled):
            Throttle(self.store, self.clock).check(SEARCH)

    def test_operations_do_not_share(self):
        self.spend(20)
        self.throttle.take("getOrder")

    def test_a_wait_set_to_the_past_lets_one_call_through(self):
        self.spend(20)
        empty = self.bucket()
        earlier = NOON - timedelta(seconds=1)
        for due in (None, earlier, NOON):
            changed = Bucket(empty.rate, empty.burst, 0.0, NOON, due)
            self.store.save(SEARCH, changed)
            self.spend(1)
            self.assert_waits(1 / 0.0056)

    def test_a_wait_set_to_the_future_holds_a_full_bucket_back(self):
        self.store.save(
            SEARCH, Bucket(0.0056, 20, 20.0, NOON, NOON + timedelta(seconds=9))
        )
        self.assert_waits(9)

    def test_stated_rate_shortens_the_wait(self):
        self.spend(20)
        self.throttle.state_rate(SEARCH, "0.5")
        self.assert_waits(2)

    def test_stated_rate_lengthens_the_wait(self):
        self.spend(20)
        self.throttle.state_rate(SEARCH, "0.001")
        self.assert_waits(1000)

    def test_stated_rate_counts_what_was_earned_before(self):
        self.spend(20)
        self.clock.pass_seconds(0.5 / 0.0056)
        self.throttle.state_rate(SEARCH, "0.1")
        self.assert_waits(5)

    def test_garbage_rates_change_nothing(self):
        self.spend(20)
        before = self.bucket()
        for stated in (
            None,
            "",
            "0",
            "-1",
            "nan",
            "inf",
            "1e-30",
            "1e30",
            "0.5, 1",
            "x",
        ):
            self.assertIsNone(self.throttle.state_rate(SEARCH, stated), stated)
        self.assertEqual(self.bucket(), before)
        self.assertEqual(read_rate(" 2.0 "), 2.0)

    def test_refusal_empties_the_bucket(self):
        self.spend(1)
        self.assertEqual(
            self.throttle.refused(SEARCH), NOON + timedelta(seconds=1 / 0.0056)
        )
        self.assertEqual(self.bucket().tokens, 0)
        self.assert_waits(1 / 0.0056)

    def test_refusal_waits_as_long_as_amazon_says(self):
        self.throttle.refused(SEARCH, 7.0)
        self.assert_waits(7)

    def test_refusal_of_a_fast_operation_waits_a_second(self):
        at = self.throttle.refused("getListingsItem")
        self.assertEqual(at, NOON + timedelta(seconds=1))

    def test_clock_that_goes_back_earns_nothing(self):
        self.spend(20)
        self.clock.pass_seconds(-3600)
        self.throttle.state_rate(SEARCH, "0.01")
        self.assertEqual(self.bucket().tokens, 0)

    def test_every_operation_has_a_quota(self):
        named = [
            o for o in vars(operations_module).values() if isinstance(o, Operation)
        ]
        self.assertTrue(named)
        for operation in named:
            self.assertIn(operation.name, PUBLISHED)
