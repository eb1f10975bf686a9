"""The torture as a part of all tests: each schedule is one."""

from .console import say
from .odoo_tests import Outcome
from .parts import Part
from .torture.schedule import SIDES

#: random days in a run, always the same; several series share them, and the kills: one
#: is killed before each commit, when Amazon was asked and nothing is stored, one after
DAYS = 140
#: days of refunds and returns for each series
MONEY_DAYS = 4


class TortureTests(Part):
    """Schedules on one series, running in the background until they are needed."""

    def __init__(self, source, number, count):
        """Start the torture in a process of its own.

        :param number: which of the series this is, from 0
        :param count: of series
        """
        super().__init__(f"torture on {source}", f"torture-{source.series}")
        days = DAYS // count
        sides = SIDES if count == 1 else (SIDES[number % 2],)
        at = " and ".join(sides)
        say(f"{self.title}: {days} days, and a kill {at} each commit")
        seed = 1 + number * days
        options = ("--schedules", days, "--seed", seed, "--result", self.target)
        options += ("--money", 1 + number * MONEY_DAYS, MONEY_DAYS)
        how = ("--commits", *sides, "--series", source.series, *options)
        # What waits for a browser or counts seconds goes first.
        self.start("-m", "dev", "torture", *how, is_patient=True)

    def outcomes(self):
        """Wait for the end and return the one `Outcome`.

        :raise DevError: it did not come to its end.
        """
        result = self.result()
        failures = {
            f"torture --series {result['series']} --schedules 1 --seed {seed!r}": words
            for seed, words in result["failures"].items()
        }
        part = Outcome(self.title, failures=failures, seconds=result["seconds"])
        part.failed = len(failures)
        part.passed = result["played"] - part.failed
        return [part]
