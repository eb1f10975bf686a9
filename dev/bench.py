"""`python3 -m dev bench`: what an order costs, beside the usual way and Odoo's own."""

import json
import os
import platform

from . import odoo_source
from .bench_table import plot, print_table
from .console import DevError, say
from .database import Databases
from .paths import ROOT
from .process import run
from .run_command import install_addon
from .workbench import opened, setting_up

WAYS = ("naive", "Odoo in batches", "this addon")
MARK = "BENCH RESULT "
SCRIPT = """
import sys
sys.path.insert(0, {root!r})
from dev.inside.{module} import run
run(env, *{arguments!r})
"""


def measure(options):
    """Measure all ways on copies of one database, print a table, write JSON and plot.

    :raise DevError: a measurement failed.
    """
    with setting_up():
        (source,), _missing = odoo_source.choose(options.series or "17.0")
    with opened(source, "bench") as bench:
        databases = Databases(bench)
        base = databases.name("bench_base")
        databases.clone_template(base)
        install_addon(bench, databases, base)
        results = [
            {"way": way, "history": history, "channel": channel, **cost}
            for way, count, history, channel in plan(options)
            for cost in [
                _measure_way(bench, databases, base, way, count, history, channel)
            ]
        ]
        screens = [
            {"orders": count, **cost}
            for count in options.screens
            for cost in _measure_screens(bench, databases, base, count)
        ]
        databases.drop(base)
    report = {"odoo": str(source), "machine": machine(), "results": results}
    report["screens"] = screens
    if options.json:
        with open(options.json, "w") as output:
            json.dump(report, output, indent=1)
    print_table(report)
    if options.plot:
        plot(report, options.plot)
    return 0


def plan(options):
    """Yield what is measured: way, orders, old orders in the database, channel."""
    if not options.orders:
        return
    for count in options.orders:
        for way in WAYS:
            yield way, count, 0, "fbm"
    count = options.orders[0]
    yield "this addon", count, 0, "fba"
    yield "re-read", count, 0, "fbm"
    for history in options.history:
        yield "this addon", count, history, "fbm"


def _measure_way(bench, databases, base, *arguments):
    """:return dict: what was measured, and what `inside.bench_work.run` printed"""
    way, count, history, channel = arguments
    say(f"{way}: {count} orders ({channel}), {history} old ones")
    cost = _measure(bench, databases, base, "bench_work", arguments)
    return {"way": way, "history": history, "channel": channel, **cost}


def _measure_screens(bench, databases, base, count):
    """:return list: of dict, what `inside.bench_screens.run` printed"""
    say(f"screens: {count} orders in the database")
    return _measure(bench, databases, base, "bench_screens", (count,))


def _measure(bench, databases, base, module, arguments):
    """Run a module on a copy of the database.

    :return: what it printed as JSON
    :raise DevError: it printed nothing
    """
    name = databases.name("bench")
    databases.drop(name)
    databases.query(f'CREATE DATABASE "{name}" TEMPLATE "{base}"')
    (databases.store / name).mkdir(parents=True, exist_ok=True)
    command = bench.odoo(name, "--no-http", "--log-level=error", command=["shell"])
    script = SCRIPT.format(root=str(ROOT), module=module, arguments=arguments)
    result = run(*command, env=bench.environ, cwd="/", input=script)
    databases.drop(name)
    for line in result.stdout.splitlines():
        if MARK in line:
            return json.loads(line.partition(MARK)[2])
    raise DevError(f"{module} could not be measured:\n" + result.stderr[-3000:])


def machine():
    """:return str: what the figures depend on"""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GB, {platform.system()} "
        f"{platform.machine()}, Python {platform.python_version()}"
    )
