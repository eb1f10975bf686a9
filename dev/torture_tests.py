"""The torture as a part of all tests: each schedule is one."""

import json
import sys

from .console import DevError, last_lines, say
from .odoo_tests import Outcome
from .paths import ROOT, checkout_folder
from .process import start, stop

#: random days in a run, always the same; several series share them
DAYS = 200


class TortureTests:
    """Schedules on one series, running in the background until they are needed."""

    def __init__(self, source, number, count):
        """Start the torture in a process of its own.

        :param number: which of the series this is, from 0
        :param count: of series
        """
        days = DAYS // count
        self._title = f"torture on {source}"
        self._target = checkout_folder() / f"torture-{source.series}.json"
        self._target.unlink(missing_ok=True)
        self._log = self._target.with_suffix(".log")
        say(f"{self._title}: {days} days, and a kill at each commit")
        seed = 1 + number * days
        options = ["--series", source.series, "--schedules", days, "--seed", seed]
        command = (sys.executable, "-m", "dev", "torture", "--commits", *options)
        with open(self._log, "w") as log:
            self._process = start(
                *command, "--result", self._target, cwd=ROOT, stdout=log, stderr=log
            )

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        stop(self._process)
        self._target.unlink(missing_ok=True)
        self._log.unlink(missing_ok=True)

    def has_ended(self):
        return self._process.poll() is not None

    def outcomes(self):
        """Wait for the end and return the one `Outcome`.

        :raise DevError: it did not come to its end.
        """
        self._process.wait()
        if not self._target.exists():
            raise DevError(f"the torture broke off:\n{last_lines(self._log, 12)}")
        result = json.loads(self._target.read_text())
        failures = {
            f"torture --series {result['series']} --schedules 1 --seed {seed!r}": words
            for seed, words in result["failures"].items()
        }
        part = Outcome(self._title, failures=failures, seconds=result["seconds"])
        part.failed = len(failures)
        part.passed = result["played"] - part.failed
        return [part]
