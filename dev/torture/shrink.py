"""`python3 -m dev torture --shrink SEED`: the least of a failing day that still fails.

Hypothesis proposes the days, in the environment of the series (`shrinker.py`); they are
played here.
"""

import json
import subprocess

from .. import python_env
from ..console import DevError, say
from ..paths import ROOT
from ..process import start, stop
from . import books
from .play import Failure, Play
from .schedule import Schedule, Step, draw


class Shrinker:
    """Plays shorter and shorter days of a seed.

    :param theatre: a nursery, a simulator, and the counts
    """

    def __init__(self, theatre, series, seed):
        self._theatre = theatre
        self._series = series
        self.seed = seed
        self.whole = draw(seed)
        self.shortest = None
        self.words = None

    def shrink(self):
        """Return the shortest `Schedule` that was found to fail.

        :raise DevError: the day does not fail, or nothing can propose others.
        """
        if not self.fails(self.whole):
            raise DevError(f"the day of seed {self.seed} does not fail here")
        command = (python_env.environment(self._series), "-m", "dev.torture.shrinker")
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        with start(*command, self.seed, cwd=ROOT, **pipes) as process:
            try:
                for line in process.stdout:
                    fails = self.fails(self._day(json.loads(line)))
                    process.stdin.write("fails\n" if fails else "passes\n")
                    process.stdin.flush()
                if process.wait():
                    raise DevError("the search for a shorter day broke off, see above")
            finally:
                stop(process)
        return self.shortest

    def _day(self, steps):
        day = tuple(Step(*step) for step in steps)
        return Schedule(self.seed, self.whole.page_size, self.whole.stock, day)

    def fails(self, day):
        """Play a day; return whether it fails, and keep it if it is the shortest.

        :raise DevError: the whole day could not be played; a shorter one may hang where
            the machine is busy, and counts as one that passes.
        """
        try:
            wrong = play(*self._theatre, day)
        except DevError as error:
            if self.shortest is None:
                raise
            say(f"a shorter day could not be played: {error}")
            return False
        is_shorter = self.shortest is None or weight(day) < weight(self.shortest)
        if wrong and is_shorter:
            self.shortest, self.words = day, wrong
            say(f"fails with {len(day.steps)} steps of {len(self.whole.steps)}")
        return bool(wrong)

    def report(self):
        """Return the shortest day and what is wrong with it, in words."""
        steps = [f"  {step}" for step in self.shortest.steps]
        most, totals = len(self.whole.steps), self._theatre[2]
        return "\n".join(
            [
                f"seed {self.seed}: {len(steps)} steps of {most} are enough to fail "
                f"({totals.schedules} days played):",
                *steps,
                *self.words,
            ]
        )


def weight(day):
    """Return how much happens on a day."""
    return len(day.steps), len(str(day.steps))


def play(nursery, amazon, totals, day):
    """Play a `Schedule`; return what went wrong and then what happened, in words, or
    nothing.
    """
    with nursery.lasting() as lasting:
        part = Play(lasting, amazon, totals, day)
        try:
            part.run()
            wrong = books.compare(amazon.world, part.books())
        except Failure as failure:
            wrong = [str(failure)]
    part.count()
    totals.schedules += 1
    return [*wrong, "what happened:", *part.events] if wrong else []
