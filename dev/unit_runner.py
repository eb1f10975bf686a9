"""Run unittest folders and leave the results in a file. Given to another Python.

usage: python -m dev.unit_runner RESULT_FILE PATTERNS FOLDER…   (from the checkout)
"""

import json
import sys
import time
import unittest


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
        suite = loader.discover(folder, top_level_dir=".")
        runner = unittest.TextTestRunner(sys.stdout, resultclass=Result)
        results[folder] = summary(runner.run(suite))
    with open(target, "w") as output:
        json.dump(results, output)


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
