"""Run unittest folders and leave the results in a file. Executed by another Python.

usage: python -m dev.unit_runner RESULT_FILE PATTERNS FOLDER…   (from the checkout)
"""

import json
import sys
import time
import unittest
from unittest.runner import _WritelnDecorator


class Result(unittest.TextTestResult):
    """A result that also knows how long each test took."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.seconds = {}

    def startTest(self, test):
        super().startTest(test)
        self._since = time.perf_counter()

    def stopTest(self, test):
        self.seconds[test.id()] = time.perf_counter() - self._since
        super().stopTest(test)


def main(target, patterns, *folders):
    """Run all folders, write {folder: what it came to} to the target."""
    results = {}
    for folder in folders:
        loader = unittest.TestLoader()
        loader.testNamePatterns = json.loads(patterns) or None
        try:
            suite = loader.discover(folder, top_level_dir=".")
        except ImportError as error:
            suite = unittest.TestSuite([unloadable(folder, error)])
        result = Result(_WritelnDecorator(sys.stdout), False, 1)
        suite.run(result)
        results[folder] = summary(result)
    print(flush=True)
    with open(target, "w") as output:
        json.dump(results, output)


def unloadable(folder, error):
    """Return a test that fails, in the place of those that can not be loaded."""

    def fail():
        raise ImportError(f"{folder} can not be loaded: {error}")

    return unittest.FunctionTestCase(fail)


def summary(result):
    """Return a `Result` as plain data."""
    wrong = [*result.failures, *result.errors]
    wrong += [(test, "passed unexpectedly") for test in result.unexpectedSuccesses]
    failed = {getattr(test, "test_case", test).id(): trace for test, trace in wrong}
    return {
        "ran": result.testsRun,
        "failures": failed,
        "skips": {test.id(): reason for test, reason in result.skipped},
        "seconds": result.seconds,
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
