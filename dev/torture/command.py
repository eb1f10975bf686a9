"""`python3 -m dev torture`: random days with faults and SIGKILL, then a check of the
records.
"""

import contextlib
import itertools
import json
import random
import shlex
import time
from pathlib import Path
from typing import NamedTuple

from .. import odoo_source
from ..console import say
from ..paths import checkout_folder
from ..process import lock
from ..workbench import opened, setting_up
from . import money_days, stage
from .play import Amazon, Totals
from .schedule import SIDES, commit_seed, draw
from .shrink import Shrinker, play
from .stories import LONG, MEETINGS, STORIES


def torture(options):
    """Run schedules; return the exit code.

    :raise DevError: the processes can not be had.
    """
    with setting_up():
        (source,), _missing = odoo_source.choose(options.series)
    if options.shrink:
        return shrink(source, options.shrink)
    failures, totals = run(source, seeds_of(options), options.seconds)
    print(summary(totals, len(failures)), flush=True)
    if options.result:
        result = {
            "series": source.series,
            "failures": failures,
            "played": totals.schedules,
            "seconds": totals.ended - totals.began,
        }
        Path(options.result).write_text(json.dumps(result))
    return 1 if failures else 0


def seeds_of(options):
    """Yield the seeds that the options choose; without end if they set none."""
    seed = options.seed
    if seed and not seed.isdecimal():
        for _round in range(options.schedules or 1):
            yield from MEETINGS if seed == "meetings" else (seed,)
        return
    if options.commits is not None:
        yield from MEETINGS
        yield Commits(tuple(options.commits) or SIDES)
    if options.money:
        begin, count = options.money
        yield from map(money_days.seed, range(begin, begin + count))
    if options.schedules == 0:
        return
    first = int(seed) if seed else random.randrange(10**6)
    most = options.schedules or (None if options.seconds else 100)
    for number in itertools.count():
        if number == most:
            return
        yield str(first + number)


def replay(source, seed, how="--schedules 1 --seed"):
    """Return the command that runs a seed again."""
    return f"python3 -m dev torture --series {source.series} {how} {shlex.quote(seed)}"


def shrink(source, seed):
    """Print the least of a failing day that still fails; return the exit code.

    :raise DevError: the processes can not be had, or the day does not fail.
    """
    with theatre(source) as stage_of_all:
        shrinker = Shrinker(stage_of_all, source.series, seed)
        shrinker.shrink()
    print(shrinker.report(), flush=True)
    return 1


@contextlib.contextmanager
def theatre(source):
    """Yield a nursery on a new database, a simulator, and a `Totals`.

    :raise DevError: the processes can not be had.
    """
    with (
        lock(
            checkout_folder() / f"torture-{source.series}.lock",
            "another torture of this checkout",
        ),
        opened(source, "torture") as bench,
    ):
        name = stage.database(bench, fresh=True)
        with stage.Nursery(bench, name) as nursery, Amazon() as amazon:
            say(f"torture on {source}")
            totals = Totals(began=time.monotonic())
            before = nursery.do("deadlocks")
            yield nursery, amazon, totals
            totals.ended = time.monotonic()
            totals.deadlocks = nursery.do("deadlocks") - before


def run(source, seeds, seconds=None):
    """Run the schedules of seeds, all of them or as long as there is time, in a new
    database: the orders of a seed have the same numbers each time.

    :return: {seed: what went wrong}, and the counts as a `Totals`.
    :raise DevError: the processes can not be had.
    """
    failures = {}
    with theatre(source) as (nursery, amazon, totals):
        for seed in with_commits(seeds, totals):
            if seconds and time.monotonic() - totals.began >= seconds:
                break
            if wrong := play(nursery, amazon, totals, draw(seed)):
                failures[seed] = "\n".join(wrong)
                again, less = replay(source, seed), replay(source, seed, "--shrink")
                print(f"\nFAILED seed {seed}\n{failures[seed]}\nagain: {again}")
                print(f"the least of it that fails: {less}", flush=True)
            if totals.schedules % 50 == 0:
                say(summary(totals, len(failures)))
    return failures, totals


class Commits(NamedTuple):
    """Stands for all commits of all scenarios."""

    sides: tuple = SIDES

    def step(self, story):
        """Return from how many commits of a story one is played: of a long one of which
        another run plays the other side it is every third.
        """
        return 3 if story in LONG and len(self.sides) == 1 else 1


def with_commits(seeds, totals):
    """Yield seeds; in place of `Commits` those that kill a scenario at each commit."""
    for seed in seeds:
        if not isinstance(seed, Commits):
            yield seed
            continue
        for story, side in itertools.product(STORIES, seed.sides):
            kills = -1
            for number in itertools.count(1, seed.step(story)):
                if kills == totals.kills:
                    break  # the last run had no such commit any more
                kills = totals.kills
                yield commit_seed(story, side, number)


def summary(totals, failed):
    """Return the numbers in one line."""
    seconds = (totals.ended or time.monotonic()) - totals.began
    return (
        f"torture: {totals.schedules} schedules, {failed} failed, {totals}; "
        f"{totals.schedules / max(seconds, 1) * 60:.0f} schedules per minute"
    )
