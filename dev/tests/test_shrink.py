import json
import sys
import unittest
from unittest import mock

from dev.torture import shrink, shrinker
from dev.torture.schedule import draw
from dev.torture.stories import MEETINGS


class TestShrinking(unittest.TestCase):
    """A fault is planted: a day fails if this and that happen on it."""

    def least(self, seed, fails):
        """Return the shortest day that fails, and how many were played for it."""
        played = []

        def asked(day):
            played.append(json.dumps([step.words for step in day]))
            return fails(day)

        found = shrinker.shortest(draw(seed).steps, asked)
        self.assertEqual(len(played), len(set(played)))
        return found, len(played)

    def seed_with(self, fails, among=400):
        """Return the seed of a long day that fails."""
        days = (draw(str(number)) for number in range(among))
        return max((d for d in days if fails(d.steps)), key=lambda d: len(d.steps)).seed

    def test_one_order_and_one_correction_are_left_of_a_long_day(self):
        def fails(day):
            kinds = [kind for s in day for _way, kind in s.words.get("orders", ())]
            return "gift" in kinds and any(step.verb == "amend" for step in day)

        seed = self.seed_with(fails)
        found, played = self.least(seed, fails)
        self.assertGreaterEqual(len(draw(seed).steps), 10)
        self.assertEqual(
            {step.verb for step in found} - {"place_late"}, {"place", "amend"}
        )
        self.assertEqual(len(found), 2)
        [[order]] = [step.words["orders"] for step in found if "orders" in step.words]
        self.assertEqual(order[1], "gift")
        self.assertLess(played, 120)

    def test_the_one_worker_that_dies_is_left(self):
        def fails(day):
            return any(
                worker["job"][0] == "cron" and worker["kill"]
                for step in day
                for worker in step.words.get("workers", ())
            )

        found, _played = self.least(self.seed_with(fails), fails)
        [step] = found
        [worker] = step.words["workers"]
        self.assertTrue(worker["kill"])

    def test_what_need_not_die_lives(self):
        def fails(day):
            return sum(len(step.words.get("workers", ())) for step in day) >= 2

        found, _played = self.least(self.seed_with(fails), fails)
        workers = [worker for step in found for worker in step.words["workers"]]
        self.assertEqual([worker["kill"] for worker in workers], [None, None])

    def test_order_of_the_steps_is_kept(self):
        def fails(day):
            verbs = [step.verb for step in day]
            return "fault" in verbs and "cron" in verbs[verbs.index("fault") :]

        found, _played = self.least(self.seed_with(fails), fails)
        self.assertEqual([step.verb for step in found], ["fault", "cron"])

    def test_a_day_of_which_all_is_needed_stays_as_it_is(self):
        day = draw("two servers send").steps

        def fails(steps):
            return str(steps) == str(day)

        self.assertEqual(self.least("two servers send", fails)[0], day)


class TestPlayingOfShorterDays(unittest.TestCase):
    """The two processes with each other; the day is played by nobody."""

    def shrinker(self, seed, fails):
        totals = mock.Mock(schedules=0)

        def play(_nursery, _amazon, _totals, day):
            totals.schedules += 1
            return ["nobody packs"] if fails(day) else []

        for place, name, fake in (
            (shrink, "play", play),
            (shrink, "say", lambda _words: None),
            (shrink.python_env, "environment", lambda _series: sys.executable),
        ):
            patch = mock.patch.object(place, name, fake)
            patch.start()
            self.addCleanup(patch.stop)
        return shrink.Shrinker((None, None, totals), "17.0", seed)

    def test_report_names_the_steps_that_are_left(self):
        seed = "clock was a day ahead"
        part = self.shrinker(seed, lambda day: any(s.verb == "jump" for s in day.steps))
        day = part.shrink()
        self.assertEqual([step.verb for step in day.steps], ["jump"])
        words = part.report()
        self.assertIn(f"1 steps of {len(MEETINGS[seed])} are enough", words)
        self.assertIn("jump(hours=24)", words)
        self.assertIn("nobody packs", words)

    def test_what_is_played_is_the_day_of_the_seed_but_for_what_is_left_out(self):
        whole, seen = draw("7"), []
        part = self.shrinker("7", lambda day: seen.append(day) or len(day.steps) > 3)
        day = part.shrink()
        self.assertEqual(len(day.steps), 4)
        numbers = [step.number for step in whole.steps]
        for each in seen:
            self.assertEqual((each.seed, each.stock), ("7", whole.stock))
            self.assertLessEqual({step.number for step in each.steps}, {*numbers})

    def test_a_day_that_hangs_is_not_the_shortest(self):
        def fails(day):
            if len(day.steps) < 4:
                raise shrink.DevError("settle did not end in 120 s: it hangs")
            return True

        self.assertEqual(len(self.shrinker("7", fails).shrink().steps), 4)

    def test_the_whole_day_hangs(self):
        def fails(_day):
            raise shrink.DevError("settle did not end in 120 s: it hangs")

        with self.assertRaisesRegex(shrink.DevError, "it hangs"):
            self.shrinker("7", fails).shrink()

    def test_a_day_that_does_not_fail(self):
        with self.assertRaisesRegex(shrink.DevError, "does not fail here"):
            self.shrinker("7", lambda _day: False).shrink()
