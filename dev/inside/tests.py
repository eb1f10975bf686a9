"""Runs inside Odoo's Python: Odoo as usual, but with the tests of one module only.

usage: python dev/inside/tests.py MODULE FOLDER OPTION…   (of Odoo)

Where nothing is installed or updated Odoo searches for tests in all modules of the
database: loading those of sixty modules takes longer than most of our tests.

Several of these may share the tests. Each takes the next class that nobody has taken,
by making a file in the folder, and leaves there how long the class took. `known.json`
in it says how long the classes took last time: the longest come first.
"""

import contextlib
import json
import logging
import os
import sys
import time
from collections import defaultdict
from pathlib import Path

os.environ["TZ"] = "UTC"  # as odoo-bin does
import haste  # noqa: E402

del sys.path[0]  # our folder: its files are no modules of Odoo

import odoo.cli  # noqa: E402
import odoo.http  # noqa: E402
import odoo.tests.loader  # noqa: E402
from odoo.tests import HttpCase  # noqa: E402
from odoo.tests.case import TestCase  # noqa: E402
from odoo.tests.result import OdooTestResult  # noqa: E402
from odoo.tests.suite import OdooSuite  # noqa: E402

KNOWN = "known.json"


def now():
    """Return seconds that no test can stop: freezegun leaves only this clock alone."""
    return time.clock_gettime(time.CLOCK_MONOTONIC)


class SharedSuite(OdooSuite):
    """The tests of the classes that this process is the first to take."""

    folder = None
    known = {}  # noqa: RUF012

    def __iter__(self):
        classes = defaultdict(list)
        for test in self._tests:
            classes[type(test)].append(test)
        for case in sorted(classes, key=lambda case: self._order(case, classes)):
            with self._taken(self._name(case)) as is_taken:
                if is_taken:
                    yield from classes[case]

    def countTestCases(self):
        return len(self._tests)

    def has_http_case(self):
        return any(isinstance(test, HttpCase) for test in self._tests)

    def _order(self, case, classes):
        """The longest first, before them those of which nothing is known."""
        known = self.known.get(self._name(case), float("inf"))
        return -known, -len(classes[case])

    def _name(self, case):
        return f"{case.__module__.partition('.tests.')[2]}.{case.__qualname__}"

    @contextlib.contextmanager
    def _taken(self, name):
        """Yield whether we are the first to take a class; note what it took."""
        target = self.folder / name
        try:
            target.open("x").close()
        except FileExistsError:
            yield False
            return
        began = now()
        clock.seconds, clock.tests = 0, {}
        yield True
        took = {"seconds": now() - began, "set_up": clock.seconds}
        took["tests"] = clock.tests
        target.write_text(json.dumps(took))


class Clock:
    """Counts the seconds of a class: what setting up took, and each of its tests."""

    seconds = 0
    tests = {}  # noqa: RUF012

    def watch(self, function):
        """Return a function of setting up, with its time counted."""

        def watched(*args):
            began = now()
            try:
                return function(*args)
            finally:
                self.seconds += now() - began

        return watched

    def watch_test(self, function):
        """Return the function that runs a test, with its time noted."""

        def watched(test, *args):
            began = now()
            try:
                return function(test, *args)
            finally:
                self.tests[test._testMethodName] = now() - began

        return watched


clock = Clock()


def main():
    """Start Odoo with the options on the command line."""
    wanted, SharedSuite.folder = sys.argv.pop(1), Path(sys.argv.pop(1))
    with contextlib.suppress(OSError):
        SharedSuite.known = json.loads((SharedSuite.folder / KNOWN).read_text())
    TestCase.run = clock.watch_test(TestCase.run)
    TestCase._callSetUp = clock.watch(TestCase._callSetUp)
    OdooSuite._handleClassSetUp = clock.watch(OdooSuite._handleClassSetUp)
    OdooTestResult.logError = aloud(OdooTestResult.logError)
    loader = odoo.tests.loader
    modules_of, make_suite = loader.get_test_modules, loader.make_suite

    def get_test_modules(module):
        return modules_of(module) if module == wanted else []

    def make_shared_suite(module_names, position="at_install"):
        suite = make_suite(module_names, position)
        suite.__class__ = SharedSuite
        if suite.countTestCases():
            hasten()
        return suite

    loader.get_test_modules, loader.make_suite = get_test_modules, make_shared_suite
    odoo.cli.main()


def aloud(log_error):
    """Return the function that logs a failure, for tests that mute loggers as well: a
    part of a test fails while they are still muted.
    """

    def logged(result, flavour, test, error):
        name = getattr(test, "test_case", test).__module__
        parts = name.split(".")
        loggers = [
            logging.getLogger(".".join(parts[:count]))
            for count in range(1, len(parts) + 1)
        ]
        muted = [logger for logger in loggers if not logger.propagate]
        for logger in muted:
            logger.propagate = True
        try:
            log_error(result, flavour, test, error)
        finally:
            for logger in muted:
                logger.propagate = False

    return logged


def hasten():
    """Shorten what no outcome depends on."""
    # hashing a password is made slow on purpose: a third of a second for each user
    sys.modules["odoo.addons.base.models.res_users"].MIN_ROUNDS = 1
    remember_charts()
    haste.bind_sooner()
    haste.compose_once()
    find_statics()
    haste.collect_less()


def find_statics():
    """Read the manifests of all modules now. Else the first requests of a browser do,
    in threads, where CPython 3.11 may fail to parse: a page without its style sheet.
    """
    getattr(odoo.http.root, "statics", None)


def remember_charts():
    """Let Odoo find the charts of accounts once: it does so for each new company, and
    what it finds are the modules that there are."""
    name = "odoo.addons.account.models.chart_template"
    charts = sys.modules[name].AccountChartTemplate
    find, found = charts._get_chart_template_mapping, {}

    def find_once(self, get_all=False):
        if get_all not in found:
            found[get_all] = find(self, get_all=get_all)
        return dict(found[get_all])

    charts._get_chart_template_mapping = find_once


if __name__ == "__main__":
    main()
