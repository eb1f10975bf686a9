"""The two-minute rule, and changes that no cursor may miss."""

import random

from .. import FakeClock, World, to_text
from ..clock import parse_time
from .common import SimulatorCase


class TestRawTime(SimulatorCase):
    """Changes dated as they happen."""

    options = {"settled": False}

    def test_changes_are_hidden_for_two_minutes(self):
        ref = self.world.place_order()
        self.assertEqual(self.found(), [])
        self.clock.advance(seconds=119)
        self.assertEqual(self.found(), [])
        self.clock.advance(seconds=1)
        self.assertEqual(self.found(), [ref])
        self.world.cancel(ref)
        self.assertEqual(self.found(), [], "it moved out of the window")
        self.clock.advance(minutes=2)
        self.assertEqual(self.found(), [ref])

    def test_get_order_hides_nothing(self):
        ref = self.world.place_order()
        self.assertEqual(self.shown(ref)["orderId"], ref)

    def test_upper_bound_is_stated(self):
        body = self.search().json
        self.assertEqual(body["lastUpdatedBefore"], self.ago(minutes=2))
        self.assertNotIn("createdBefore", body)
        body = self.search(createdAfter=self.ago(days=1)).json
        self.assertEqual(body["createdBefore"], self.ago(minutes=2))
        self.assertNotIn("lastUpdatedBefore", body)
        given = self.ago(hours=1)
        body = self.search(lastUpdatedBefore=given).json
        self.assertEqual(body["lastUpdatedBefore"], given)

    def test_milliseconds(self):
        self.world.place_order(updated=parse_time("2026-11-01T10:00:00.123987Z"))
        order = self.search().json["orders"][0]
        self.assertEqual(order["lastUpdatedTime"], "2026-11-01T10:00:00.123Z")

    def test_settled_inside(self):
        with self.world.settled_changes():
            ref = self.world.place_order()
        self.assertEqual(self.found(), [ref])
        self.assertFalse(self.world.settled)


class TestSettledTime(SimulatorCase):
    """Changes dated two minutes back."""

    def test_visible_at_once_even_when_the_clock_stands(self):
        for _ in range(3):
            ref = self.world.place_order()
            self.assertIn(ref, self.found())
            bound = self.search().json["lastUpdatedBefore"]
            self.world.cancel(ref)
            self.assertEqual(self.found(lastUpdatedAfter=bound), [ref])

    def test_the_world_is_hardly_ahead_of_the_clock(self):
        for _ in range(50):
            self.world.place_order()
            self.search()
        ahead = self.world.now() - self.clock()
        self.assertLess(ahead.total_seconds(), 0.1)

    def test_a_cursor_misses_nothing(self):
        rng = random.Random(7)
        cursor, seen, refs = self.ago(days=1), {}, []
        for _ in range(120):
            if rng.random() < 0.5 or not refs:
                refs.append(self.world.place_order())
            else:
                self.world.touch(rng.choice(refs))
            if rng.random() < 0.4:
                body = self.search(lastUpdatedAfter=cursor, maxResultsPerPage=100).json
                for order in body["orders"]:
                    seen[order["orderId"]] = order["lastUpdatedTime"]
                cursor = body["lastUpdatedBefore"]
                truth = {r: to_text(self.world.order(r).updated) for r in refs}
                self.assertEqual(seen, truth)
            self.clock.advance(milliseconds=rng.choice((0, 0, 1, 40, 5000)))

    def test_changes_only_go_forward(self):
        last = None
        for number in range(20):
            ref = self.world.place_order()
            self.world.touch(ref)
            order = self.world.order(ref)
            times = [moment for moment, _event in order.history]
            self.assertTrue(last is None or times[0] > last)
            self.assertLess(times[0], times[1])
            last = times[1]
            if number % 5 == 0:
                self.clock.advance(seconds=-10)


class TestDeterminism(SimulatorCase):
    """The same seed and the same words give the same world."""

    def story(self, seed):
        world = World(seed, FakeClock())
        refs = world.seed(40) + world.seed(8, world.sellers[1])
        world.cancel_item(refs[3], 0)
        return world.snapshot()

    def test_two_worlds_are_equal(self):
        self.assertEqual(self.story(1), self.story(1))
        self.assertNotEqual(self.story(1), self.story(2))

    def test_contents_do_not_depend_on_time_and_tokens(self):
        here, there = World(1, FakeClock()), World(1, FakeClock("2025-01-01T00:00:00Z"))
        there.new_secret("anything")
        mine = [here.order(ref) for ref in here.seed(20)]
        others = [there.order(ref) for ref in there.seed(20)]
        for one, other in zip(mine, others, strict=True):
            self.assertEqual((one.ref, one.items), (other.ref, other.items))
            self.assertEqual((one.buyer, one.address), (other.buyer, other.address))

    def test_references(self):
        world = World(1, FakeClock())
        refs = world.seed(200)
        self.assertEqual(len(set(refs)), 200)
        for ref in refs:
            self.assertRegex(ref, r"^\d{3}-\d{7}-\d{7}$")
