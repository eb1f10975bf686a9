"""`python3 -m dev test`: all tests, on a real Odoo."""

import contextlib
import os
import time
from functools import partial

from . import (
    changed,
    chromium,
    client_tests,
    install_tests,
    odoo_parts,
    odoo_source,
    odoo_tests,
    port_lint,
    torture_tests,
    unit_tests,
)
from .console import DevError, say
from .paths import NAME, ROOT
from .workbench import setting_up

#: modules of Odoo that some tests are for
MORE_MODULES = (
    "mrp",
    "sale_mrp",
    "product_expiry",
    "stock_dropshipping",
    "account_edi_ubl_cii",
    "l10n_de",
    "l10n_us",
    "l10n_jp",
)


def test(options):
    """Run the tests that the options choose; return the exit code.

    :raise DevError: the set-up failed.
    """
    with setting_up():
        sources, missing = odoo_source.choose(options.series)
        if odoo_tests.is_strict() and options.only in (None, "odoo"):
            chromium.require()
    for reason in missing:
        say(f"{reason}: not tested here" if options.series == "all" else reason)
    options.units = options.k
    if options.changed:
        narrow(options, sources[0])
    lint = lint_sources()
    # who asks for a test by name and gets none must not read "1 passed"
    is_narrow = bool(options.k or options.units)
    outcomes = [] if is_narrow and not lint.failed else [lint]
    with contextlib.ExitStack() as stack:
        plan = Plan(options, sources, stack)
        outcomes = [*side_by_side(plan.parts(), plan.places, stack), *outcomes]
        print_slowest_classes(plan.took(), options.slowest)
    return report(outcomes, missing, options.slowest, is_narrow)


def narrow(options, source):
    """Choose the tests of what has changed, and say which: as if by -k.

    :raise DevError: nothing has changed, or nothing that has tests.
    """
    choice = changed.choose(options.changed)
    known = odoo_parts.Classes(source.series).known_by_class()
    seconds = changed.SECONDS * odoo_parts.places(1)
    options.k = changed.within(choice.classes, seconds, known)
    options.units = choice.units
    for name in choice.files:
        print(f"changed: {name}")
    for case in options.k:
        print(f"  {case} {choice.classes[case]}")
    if left_out := len(choice.classes) - len(options.k):
        print(f"  {left_out} classes that are less near are left out")
    if not options.k and not options.units:
        raise DevError("no test is near to what has changed")
    if not options.k or not options.units:
        options.only = "odoo" if options.k else "unit"


class Plan:
    """The parts of the tests that the options choose, the longest first."""

    def __init__(self, options, sources, stack):
        self._options = options
        self._sources = sources
        self._stack = stack
        self._shared = {}
        self.places = max(2, os.cpu_count() or 1)
        if options.everything:  # the torture often waits
            self.places += 1
        if options.k or options.units:  # who tries something out wants all to begin
            self.places = 9

    def parts(self):
        """Return a function for each part, which begins it or returns None."""
        only = self._options.only
        parts = []
        if only == "torture" or self._options.everything:
            parts += self._torture()
        if only == "install" or self._options.everything:
            parts += self._install()
        if only in (None, "odoo"):
            named = self._options.tags or tags_of(self._options.k)
            parts += self._odoo("test", named, self._options.modules)
        if self._options.everything:
            parts += self._odoo("with", "", MORE_MODULES)
        if only in (None, "unit"):
            parts += self._units()
        if only == "clients" or self._options.everything:
            parts.append(partial(client_tests.ClientTests))
        if only in (None, "odoo"):
            parts += self._helpers()
        return parts

    def _units(self):
        options = self._options
        if options.tags or options.modules or not unit_tests.may_have(options.units):
            return []
        series = self._sources[0].series
        return [partial(unit_tests.UnitTests, series, options.units)]

    def _torture(self):
        count = len(self._sources)
        return [
            partial(torture_tests.TortureTests, source, number, count)
            for number, source in enumerate(self._sources)
        ]

    def _install(self):
        return [partial(install_tests.InstallTests, each) for each in self._sources]

    def _odoo(self, purpose, named, modules):
        """Yield what runs tests of each series, whatever tests they are."""
        options = self._options
        tags = named or tags_with(modules) or f"/{NAME}"
        is_exact = not options.k  # who tries something out wants it soon
        for source in self._sources:
            classes = odoo_parts.Classes(source.series, modules)
            self._stack.enter_context(classes)
            self._shared[source.series, purpose] = classes
            how = (tags, options.keep, classes, modules, is_exact)
            yield partial(odoo_parts.OdooPart, source, purpose, *how)

    def _helpers(self):
        """Yield further processes for the tests of a series while some are left."""
        options = self._options
        if options.tags or options.modules or (options.k and not options.changed):
            return
        most = odoo_parts.places(len(self._sources))
        most += options.everything  # the last series shall not be alone on one core
        for number in range(2, most + 1):
            for source in self._sources:
                yield partial(self._help, source, f"test{number}")

    def _help(self, source, purpose):
        classes = self._shared[source.series, "test"]
        if classes.left(self._options.k) < odoo_parts.WORTHWHILE:
            return None
        options = self._options
        tags = tags_of(options.k) or f"/{NAME}"
        how = (tags, options.keep, classes, (), not options.k)
        return odoo_parts.OdooPart(source, purpose, *how)

    def took(self):
        """Return [(series, class, its times), …] of all classes that were run."""
        return [
            (series, name, times)
            for (series, _purpose), classes in self._shared.items()
            for name, times in classes.took().items()
        ]


def side_by_side(parts, places, stack):
    """Run parts, so many at once, as long as there are any; return the `Outcome`s.

    :param parts: functions that begin one and return it, or None if there is no need.
    """
    waiting, running, outcomes = list(parts), [], []
    while waiting or running:
        while waiting and len(running) < places:
            if part := waiting.pop(0)():
                running.append(stack.enter_context(part))
        for part in [part for part in running if part.has_ended()]:
            running.remove(part)
            outcomes += part.outcomes()
        time.sleep(0.05)
    return odoo_parts.merge(outcomes)


def lint_sources():
    """Return the `Outcome` of the search for code that can not be carried to 19.0."""
    findings = port_lint.lint(ROOT)
    part = odoo_tests.Outcome(
        "port lint", passed=int(not findings), failed=len(findings)
    )
    part.failures = {finding: "" for finding in findings}
    return part


def tags_of(names):
    """Return Odoo's --test-tags for names as -k takes them.

    `TestSync`, `test_two_pages` and `TestSync.test_two_pages` are understood.
    """
    tags = []
    for name in names:
        case, _, method = name.rpartition(".")
        if not case and not method.startswith("test"):
            case, method = method, ""
        tags.append(
            f"/{NAME}" + (f":{case}" if case else "") + (f".{method}" if method else "")
        )
    return ",".join(tags)


def tags_with(modules):
    """Return Odoo's --test-tags for what is only tested where a module is installed.

    Such a test has the tags `-standard` and `amazon_with_` followed by the module.
    """
    return ",".join(f"amazon_with_{module}/{NAME}" for module in modules)


def report(outcomes, missing, slowest, narrowed):
    """Print the results, the totals on the very last line; return the exit code.

    :param narrowed: some tests were chosen by name: a part may be without any.
    """
    if narrowed and any(part.passed or part.skipped for part in outcomes):
        outcomes = [part for part in outcomes if not part.is_empty()]
    for part in outcomes:
        for name, trace in part.failures.items():
            print(f"\nFAILED {name}   [{part.title}]\n{trace.rstrip()}")
    for part in outcomes:
        for name, reason in part.skips.items():
            print(f"skipped {name}: {reason}   [{part.title}]")
    print_slowest(outcomes, slowest)
    print()
    for reason in missing:
        print(f"not tested: {reason}")
    for part in outcomes:
        print(part.line())
    passed, failed, skipped = (
        sum(getattr(part, name) for part in outcomes)
        for name in ("passed", "failed", "skipped")
    )
    if not passed + failed + skipped:
        raise DevError("no test was run")
    print(f"{passed} passed, {failed} failed, {skipped} skipped", flush=True)
    return 1 if failed else 0


def print_slowest_classes(took, count):
    """Print the classes that took longest, and the share of their setting up."""
    if not count or not took:
        return
    print("\nclasses: seconds, seconds of setting up, tests")
    for series, name, times in sorted(took, key=lambda each: -each[2]["seconds"])[
        :count
    ]:
        print_times(
            times["seconds"], times["set_up"], len(times["tests"]), name, series
        )
    totals = [times for _series, _name, times in took]
    whole, set_up = (sum(each[key] for each in totals) for key in ("seconds", "set_up"))
    tests = sum(len(each["tests"]) for each in totals)
    print_times(whole, set_up, tests, f"{len(took)} classes", "all")


def print_times(seconds, set_up, tests, name, series):
    """Print a line of the table of classes."""
    print(f"{seconds:7.2f} {set_up:7.2f} {tests:4}  {name}   [{series}]")


def print_slowest(outcomes, count):
    """Print the tests that took longest, of all parts."""
    times = [
        (seconds, name, part.title)
        for part in outcomes
        for name, seconds in part.durations.items()
    ]
    for seconds, name, title in sorted(times, reverse=True)[:count]:
        print(f"{seconds:7.2f} s  {name}   [{title}]")
