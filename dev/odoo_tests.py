"""Run the addon's tests on a real Odoo."""

import contextlib
import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from .chromium import BROWSER_SKIP
from .console import elapsed, say
from .database import Databases
from .odoo_log import LogReader
from .paths import ROOT, cache, checkout_folder
from .process import free_port, lock, start, stop, time_limit
from .workbench import opened

#: seconds after which a run of Odoo's tests is taken for hanging
LONGEST = 75 * 60
NO_TEST = "no test was run"


@dataclass
class Outcome:
    """The result of a part of the tests, ready to be printed and added up."""

    title: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0
    failures: dict = field(default_factory=dict)
    skips: dict = field(default_factory=dict)
    durations: dict = field(default_factory=dict)

    def is_empty(self):
        """Whether no test was run, and that is all there is to say."""
        return self.failures == {"Odoo": NO_TEST} or not any(
            (self.passed, self.failed, self.skipped)
        )

    def line(self):
        """Return the part's closing line."""
        return (
            f"{self.title}: {self.passed} passed, {self.failed} failed, "
            f"{self.skipped} skipped in {self.seconds:.0f} s"
        )


def is_strict():
    """Return whether a browser test that is skipped is a failure."""
    return os.environ.get("CI", "").lower() in ("true", "1")


def run_tests(
    source, tags, classes, keep=False, purpose="test", modules=(), is_exact=True
):
    """Run the tests with these tags on one series and return the `Outcome`.

    :param tags: as Odoo's --test-tags takes them.
    :param classes: the folder of the test classes, which others may share.
    :param keep: leave the database behind, to examine it.
    :param purpose: of the `Workbench`; two may run at the same time.
    :param modules: of Odoo that are installed besides what the addon needs.
    :param is_exact: see `Databases.clone_installed`.
    :raise DevError: the set-up failed.
    """
    began = elapsed()
    title = f"{source} with {', '.join(modules)}" if modules else str(source)
    held = checkout_folder() / f"{purpose}-{source.series}.lock"
    with (
        lock(held, "another test run of this checkout"),
        opened(source, purpose) as bench,
    ):
        databases = Databases(bench)
        name = databases.name(purpose)
        complaints = databases.clone_installed(name, modules, is_exact)
        say(f"{title}: {purpose}")
        try:
            report, ended = _run_odoo(bench, name, tags, classes)
        finally:
            if not keep:
                databases.drop(name)
        log = bench.folder / "test.log"
    report.seconds = seconds_of(classes, report.started)
    report.complaints = [*complaints, *report.complaints]
    outcome = judge(report, ended, title, log, is_strict())
    outcome.seconds = elapsed() - began
    return outcome


def seconds_of(classes, tests):
    """Return {test: seconds} of some tests, as the folder of the classes has them."""
    seconds = {}
    for path in Path(classes).glob("*.Test*"):
        if text := path.read_text():
            case = path.name.rpartition(".")[2]
            times = json.loads(text)["tests"]
            seconds.update((f"{case}.{name}", took) for name, took in times.items())
    return {test: seconds[test] for test in tests if test in seconds}


def _run_odoo(bench, database, tags, classes):
    """Return the `Report` and how the process ended: a reason, or an empty text."""
    command = bench.odoo_tests(
        classes,
        database,
        f"--test-tags={tags}",
        "--stop-after-init",
        f"--http-port={free_port()}",
    )
    reader = LogReader(cleaner(bench), Progress())
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    odoo = start(
        *command,
        env=bench.environ_of_inside,
        cwd="/",
        text=True,
        errors="replace",
        **pipes,
    )
    try:
        with (
            open(bench.folder / "test.log", "w") as log,
            time_limit(odoo, LONGEST) as over,
        ):
            for line in odoo.stdout:
                log.write(line)
                reader.feed(line)
            odoo.wait()
    finally:
        stop(odoo)
        print(flush=True)
    if over.is_set():
        return reader.finish(), f"it was ended after {LONGEST // 60} minutes"
    return reader.finish(), f"exit code {odoo.returncode}" if odoo.returncode else ""


def judge(report, ended, title, log, strict):
    """Return the `Outcome` of a report.

    No test at all, an end before the result line, a complaint in the log: all failures.
    """
    outcome = Outcome(title, report.passed, report.failed, report.skipped)
    outcome.failures = dict(report.failures)
    outcome.durations = report.seconds
    for each in report.complaints:
        where = f"log, {each.level} of {each.logger}"
        where += f" during {each.test}" if each.test else ""
        outcome.failures[_unique(where, outcome.failures)] = each.message
    for test, reason in report.skips.items():
        if strict and BROWSER_SKIP.search(reason):
            outcome.failures[test] = f"a browser test was skipped: {reason}"
            outcome.failed += 1
            outcome.skipped -= 1
        else:
            outcome.skips[test] = reason
    if (report.count is None or ended) and not outcome.failed:
        outcome.failed += 1
        outcome.failures["Odoo"] = f"did not come to its end: {ended}; log: {log}"
    elif not report.count and not outcome.failed:
        outcome.failed += 1
        outcome.failures["Odoo"] = NO_TEST
    return outcome


def _unique(name, taken):
    number, unique = 1, name
    while unique in taken:
        number += 1
        unique = f"{name} ({number})"
    return unique


def cleaner(bench):
    """Return a function that shows paths as the checkout's, and shortens others."""

    def clean(text):
        text = text.replace(str(bench.addon), str(ROOT))
        text = text.replace(str(bench.source.tree), f"odoo-{bench.source.series}")
        return text.replace(str(cache()), "cache")

    return clean


class Progress:
    """One mark for each test: `.` begun, `s` skipped, `F` failed."""

    WIDTH = 79

    def __init__(self, stream=None):
        self._stream = stream or sys.stdout
        self._column = 0

    def __call__(self, _test, mark):
        if self._column == self.WIDTH:
            self._stream.write("\n")
            self._column = 0
        self._column += 1
        with contextlib.suppress(BrokenPipeError):
            self._stream.write(mark)
            self._stream.flush()
