"""Proposes shorter and shorter days of a seed. Executed by another Python.

usage: python -m dev.torture.shrinker SEED   (from the checkout)

A day is one line of JSON, the answer to it is `fails` or `passes`.
"""

import json
import sys

from hypothesis import HealthCheck, Phase, find, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from .schedule import Step, draw

#: One choice in so many leaves something out while a day that fails is looked for, so
#: that most of the first days are the whole one. Hypothesis then shrinks each choice to
#: 0, which leaves it out, if the day still fails.
RARELY = 100
SETTINGS = settings(
    database=None,
    deadline=None,
    derandomize=True,
    max_examples=100,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)


def shortest(steps, fails):
    """Return the least of the steps of a day that still fails.

    Hypothesis ends after five minutes of shrinking: what it has found by then is where
    it goes on, until nothing more can be left out.

    :param fails: function of a tuple of steps; it is asked once for each.
    """
    known = {str(()): False, str(tuple(steps)): True}

    def is_failing(day):
        if str(day) not in known:
            known[str(day)] = fails(day)
        return known[str(day)]

    while True:
        try:
            less = find(lesser(steps), is_failing, settings=SETTINGS)
        except NoSuchExample:
            return tuple(steps)
        if less == tuple(steps):
            return less
        steps = less


@st.composite
def lesser(choose, steps):
    """Draw some of the steps of a day, and of what they do."""

    def is_kept():
        return choose(st.integers(0, RARELY)) > 0

    found = (less(step, is_kept) for step in steps if is_kept())
    return tuple(step for step in found if step)


def less(step, is_kept):
    """Return a step without some of what it does; None when nothing is left."""
    words = dict(step.words)
    for name in ("orders", "events", "refunds", "goods", "workers"):
        if name in words:
            words[name] = [part for part in words[name] if is_kept()]
            if not words[name]:
                return None
    if "workers" in words:
        words["workers"] = [
            {**worker, "kill": spared(worker["kill"], is_kept)}
            for worker in words["workers"]
        ]
    if "kill" in words:
        words["kill"] = spared(words["kill"], is_kept)
    return Step(step.verb, step.number, words)


def spared(kill, is_kept):
    """Return when a worker dies; None when it need not."""
    return kill if kill and is_kept() else None


def ask(day):
    """Have a day played; return whether it fails."""
    line = json.dumps([(step.verb, step.number, step.words) for step in day])
    print(line, flush=True, file=sys.__stdout__)
    return sys.stdin.readline().strip() == "fails"


if __name__ == "__main__":
    sys.stdout = sys.stderr  # after five minutes Hypothesis prints that it stops
    shortest(draw(sys.argv[1]).steps, ask)
