"""`python3 -m dev test`: all tests, on a real Odoo."""

import contextlib

from . import (
    chromium,
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
    lint = lint_sources()
    # who asks for a test by name and gets none must not be told "1 passed"
    outcomes = [] if options.k and not lint.failed else [lint]
    with contextlib.ExitStack() as stack:
        beside = [stack.enter_context(part) for part in begin_beside(options, sources)]
        for part in beside:
            outcomes = [*part.outcomes(), *outcomes]
    return report(outcomes, missing, options.slowest, bool(options.k))


def begin_beside(options, sources):
    """Yield the parts of the tests, each a process: they run side by side."""
    named = options.tags or tags_of(options.k) or tags_with(options.modules)
    narrowed = options.tags or options.modules or not unit_tests.may_have(options.k)
    if options.only in (None, "unit") and not narrowed:
        yield unit_tests.UnitTests(sources[0].series, options.k)
    if options.only in (None, "odoo"):
        parts = [(source, "test", named) for source in sources]
        for part in parts if named else odoo_parts.split(sources):
            is_exact = not options.k  # who tries something out wants it soon
            yield odoo_parts.OdooPart(*part, options.keep, options.modules, is_exact)
    if options.only == "torture":  # many minutes; not a part of each run
        for number, source in enumerate(sources):
            yield torture_tests.TortureTests(source, number, len(sources))


def lint_sources():
    """Return the `Outcome` of looking for what can not be carried to 19.0."""
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
    """Print what came out, the totals on the very last line; return the exit code.

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


def print_slowest(outcomes, count):
    """Print the tests that took longest, of all parts."""
    times = [
        (seconds, name, part.title)
        for part in outcomes
        for name, seconds in part.durations.items()
    ]
    for seconds, name, title in sorted(times, reverse=True)[:count]:
        print(f"{seconds:7.2f} s  {name}   [{title}]")
