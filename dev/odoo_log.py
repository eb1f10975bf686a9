"""Read the log of an Odoo that runs tests: what passed, failed, was complained of."""

import re
from dataclasses import dataclass, field
from datetime import datetime

from .console import last_lines

LINE = re.compile(
    r"(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}) \d+ "
    r"(?P<level>[A-Z]+) \S+ (?P<logger>[\w.:-]+): (?P<message>.*)",
    re.S,
)
RESULT = re.compile(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests")
START = re.compile(r"Starting (\w[\w.<>]*\.\w+) \.\.\.")
FAILURE = re.compile(r"(?:FAIL|ERROR): ([^\n]+)(?:\n(.*))?", re.S)
SKIP = re.compile(r"skipped (.+?) : (.*)", re.S)
SUBTEST = re.compile(r"Subtest (\w[\w.<>]*\.\w+)")
HOLDER = re.compile(r"\w+ \(odoo\.addons\.[\w.]+\.(\w+)\)")
#: our models, fields and files
OURS = re.compile(r"\bamazon[._]\w")


def test_name(description):
    """Return the test that a description speaks of: subtests are of one, too."""
    for pattern in (SUBTEST, HOLDER):
        if found := pattern.match(description):
            return found[1]
    return description


@dataclass
class Complaint:
    """A log record that should not be there; `test` is the test it happened in."""

    level: str
    logger: str
    message: str
    test: str = ""


@dataclass
class Report:
    """The results of one run of Odoo's tests.

    `failures` maps a test to its traceback, `skips` to its reason, `seconds` to its
    duration; `complaints` are failures too.
    """

    started: list = field(default_factory=list)
    failures: dict = field(default_factory=dict)
    skips: dict = field(default_factory=dict)
    seconds: dict = field(default_factory=dict)
    complaints: list = field(default_factory=list)
    count: int | None = None
    counted_failures: int = 0

    @property
    def failed(self):
        tests = {test_name(each) for each in self.failures}
        return max(len(tests), bool(self.counted_failures)) + len(self.complaints)

    @property
    def skipped(self):
        return len(self.skips)

    @property
    def passed(self):
        bad = {test_name(each) for each in (*self.failures, *self.skips)}
        bad.update(each.test for each in self.complaints)
        return len(set(self.started) - bad)


def last_error(path, count=12):
    """Return the end of the last error in a log, or else the log's last lines."""
    reader = LogReader()
    with open(path, errors="replace") as log:
        for line in log:
            reader.feed(line)
    errors = [each.message for each in reader.finish().complaints]
    return "\n".join(errors[-1].splitlines()[-count:]) if errors else last_lines(path)


def complaints(path):
    """Return the `Complaint`s of a log in which no test runs."""
    reader = LogReader()
    with open(path, errors="replace") as log:
        for line in log:
            reader.feed(line)
    return reader.finish().complaints


class LogReader:
    """Parse the log line by line and fill a `Report`.

    :param clean: function that converts a text with paths into what we show.
    :param progress: called with a test's name and "." (started), "F" or "s".
    """

    def __init__(self, clean=str, progress=lambda test, mark: None):
        self.report = Report()
        self._clean = clean
        self._progress = progress
        self._lines = []
        self._test = ""
        self._since = None
        self._doubts = []

    def feed(self, line):
        """Take one line of the log."""
        if LINE.match(line) and self._lines:
            self._record()
        self._lines.append(line)

    def finish(self):
        """Take the end of the log and return the `Report`."""
        if self._lines:
            self._record()
        # what was complained of in a test that failed is explained by the failure
        failed = {test_name(each) for each in self.report.failures}
        self.report.complaints = [
            each for each in self._doubts if not each.test or each.test not in failed
        ]
        return self.report

    def _record(self):
        text = "".join(self._lines).rstrip("\n")
        self._lines = []
        match = LINE.match(text)
        if match:
            self._read(**match.groupdict())

    def _read(self, time, level, logger, message):
        report = self.report
        if found := START.match(message):
            self._enter(found[1], time)
        elif (found := RESULT.search(message)) and logger.startswith("odoo.tests"):
            self._enter("", time)
            failures, errors, count = (int(group) for group in found.groups())
            report.counted_failures += failures + errors
            report.count = (report.count or 0) + count
        elif level == "ERROR" and (found := FAILURE.match(message)):
            name, trace = found[1].strip(), self._clean(found[2] or "")
            report.failures[name] = report.failures.get(name, "") + trace
            self._progress(name, "F")
        elif found := SKIP.match(message):
            report.skips[test_name(found[1])] = found[2].strip()
            self._progress(found[1], "s")
        elif level in ("ERROR", "CRITICAL") or self._is_warning_of_ours(
            level, logger, message
        ):
            self._doubts.append(
                Complaint(level, logger, self._clean(message), self._test)
            )

    def _enter(self, test, time):
        now = datetime.strptime(time, "%Y-%m-%d %H:%M:%S,%f")
        if self._test:
            self.report.seconds[self._test] = (now - self._since).total_seconds()
        self._test, self._since = test, now
        if test:
            self.report.started.append(test)
            self._progress(test, ".")

    def _is_warning_of_ours(self, level, logger, message):
        """Whether loading our addon made Odoo warn; tests may provoke warnings."""
        if level != "WARNING" or self.report.started:
            return False
        text = f"{logger} {self._clean(message)}"
        # 19.0 gives a whole stack for each idiom it would like otherwise
        return "DeprecationWarning" not in text and bool(OURS.search(text))
