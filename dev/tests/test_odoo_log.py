import tempfile
import unittest
from pathlib import Path

from dev.odoo_log import LogReader, last_error
from dev.odoo_tests import NO_TEST, Outcome, Progress, judge

ADDON = "odoo.addons.amazon_connector"


def line(message, level="INFO", logger=f"{ADDON}.tests.test_a", second=0):
    return f"2026-11-20 18:00:{second:02},000 77 {level} some_db {logger}: {message}\n"


def result(failed=0, errors=0, count=1):
    text = f"{failed} failed, {errors} error(s) of {count} tests when loading database"
    return line(text, logger="odoo.tests.result", second=59)


def read(*lines, **kwargs):
    reader = LogReader(**kwargs)
    for each in "".join(lines).splitlines(keepends=True):
        reader.feed(each)
    return reader.finish()


START = line("Starting TestA.test_one ...", second=1)
NEXT = line("Starting TestA.test_two ...", second=3)


class TestReading(unittest.TestCase):
    def test_all_passed(self):
        report = read(START, NEXT, result(count=2))
        self.assertEqual((report.passed, report.failed, report.skipped), (2, 0, 0))
        self.assertEqual(report.count, 2)
        self.assertEqual(report.seconds["TestA.test_one"], 2)

    def test_a_failure_with_its_traceback(self):
        trace = "Traceback (most recent call last):\n  File x\nAssertionError: 1 != 2"
        failure = line(f"FAIL: TestA.test_one\n{trace}", "ERROR")
        report = read(START, failure, NEXT, result(failed=1, count=2))
        self.assertEqual((report.passed, report.failed, report.skipped), (1, 1, 0))
        self.assertEqual(report.failures, {"TestA.test_one": trace})

    def test_a_failed_subtest_fails_its_test_once(self):
        one = line("FAIL: Subtest TestA.test_one (n=1)\nA", "ERROR")
        two = line("ERROR: Subtest TestA.test_one (n=2)\nB", "ERROR")
        report = read(START, one, two, result(1, 1))
        self.assertEqual((report.passed, report.failed), (0, 1))

    def test_a_class_that_can_not_be_set_up(self):
        text = f"ERROR: setUpClass ({ADDON}.tests.test_a.TestA)\nTraceback"
        report = read(line(text, "ERROR"), result(errors=1, count=0))
        self.assertEqual((report.passed, report.failed), (0, 1))

    def test_skips_are_known_by_name(self):
        skip = line("skipped TestA.test_one : Chrome executable not found")
        text = f"skipped setUpClass ({ADDON}.tests.test_b.TestB) : not here"
        report = read(START, skip, line(text), result())
        self.assertEqual(
            report.skips,
            {"TestA.test_one": "Chrome executable not found", "TestB": "not here"},
        )
        self.assertEqual(report.passed, 0)

    def test_an_error_in_the_log_fails_the_test_it_is_in(self):
        error = line("Something broke", "ERROR", f"{ADDON}.models.x")
        report = read(START, error, NEXT, result(count=2))
        self.assertEqual((report.passed, report.failed), (1, 1))
        self.assertEqual(report.complaints[0].test, "TestA.test_one")

    def test_an_error_in_the_log_of_a_failed_test_is_not_counted_twice(self):
        error = line("Something broke", "ERROR", f"{ADDON}.models.x")
        failure = line("FAIL: TestA.test_one\nTraceback", "ERROR")
        report = read(START, error, failure, result(failed=1))
        self.assertEqual(report.failed, 1)

    def test_warnings_of_our_loading_count(self):
        ours = line("The model amazon.offer has no access rules", "WARNING", "odoo.x")
        core = line("The model sale.order is odd", "WARNING", "odoo.x")
        later = line("amazon.offer is slow", "WARNING", "odoo.x")
        report = read(ours, core, START, later, result())
        self.assertEqual([each.logger for each in report.complaints], ["odoo.x"])
        self.assertEqual(report.complaints[0].test, "")

    def test_the_path_of_the_cache_is_not_ours(self):
        text = "/home/x/.cache/amazon_connector/odoo-17.0/addons/sale/x.py: odd"
        warning = line(text, "WARNING", "py.warnings")
        clean = "cache/odoo".join
        report = read(
            warning,
            START,
            result(),
            clean=lambda text: clean(text.split("/home/x/.cache/amazon_connector")),
        )
        self.assertEqual(report.complaints, [])

    def test_lines_that_are_no_records_do_no_harm(self):
        report = read("Warn: something\n", START, "  more of it\n", result(), "bye\n")
        self.assertEqual((report.passed, report.failed), (1, 0))


class TestLastError(unittest.TestCase):
    def test_the_end_of_the_last_error(self):
        trace = "Failed to load registry\nTraceback\n  File x\nParseError: a view"
        with tempfile.NamedTemporaryFile("w", suffix=".log") as log:
            log.write(line("odd", "ERROR") + line(trace, "CRITICAL") + line("bye"))
            log.flush()
            found = last_error(Path(log.name), 2)
        self.assertEqual(found, "  File x\nParseError: a view")

    def test_no_error(self):
        with tempfile.NamedTemporaryFile("w", suffix=".log") as log:
            log.write(line("Killed"))
            log.flush()
            self.assertIn("Killed", last_error(Path(log.name)))


class TestJudging(unittest.TestCase):
    def judge(self, report, ended="", strict=False):
        return judge(report, ended, "Odoo", Path("test.log"), strict)

    def test_no_test_is_a_failure(self):
        outcome = self.judge(read(result(count=0)))
        self.assertEqual(outcome.failed, 1)
        self.assertTrue(outcome.is_empty())
        self.assertEqual(outcome.failures, {"Odoo": NO_TEST})

    def test_an_end_before_the_result_is_a_failure(self):
        outcome = self.judge(read(START), "exit code -9")
        self.assertEqual(outcome.failed, 1)
        self.assertIn("exit code -9", outcome.failures["Odoo"])

    def test_an_exit_code_is_a_failure(self):
        self.assertEqual(self.judge(read(START, result()), "exit code 1").failed, 1)

    def test_a_skipped_browser_test_fails_where_all_must_run(self):
        skip = line("skipped TestA.test_one : Chrome executable not found")
        report = read(START, skip, result())
        self.assertEqual(self.judge(report).skipped, 1)
        outcome = self.judge(report, strict=True)
        self.assertEqual((outcome.failed, outcome.skipped), (1, 0))

    def test_another_skip_may_be(self):
        skip = line("skipped TestA.test_one : only on Sundays")
        outcome = self.judge(read(START, skip, result()), strict=True)
        self.assertEqual((outcome.failed, outcome.skipped), (0, 1))

    def test_the_line(self):
        outcome = Outcome("Odoo 17.0 (cached download)", 57, 0, 2, 31.4)
        self.assertEqual(
            outcome.line(),
            "Odoo 17.0 (cached download): 57 passed, 0 failed, 2 skipped in 31 s",
        )

    def test_progress_wraps(self):
        written = []

        class Stream:
            write = staticmethod(written.append)
            flush = staticmethod(lambda: None)

        progress = Progress(Stream)
        for _each in range(80):
            progress("TestA.test_one", ".")
        self.assertEqual("".join(written), "." * 79 + "\n.")
