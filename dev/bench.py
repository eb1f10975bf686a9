"""`python3 -m dev bench`: what orders, stock and shipments cost, beside the usual way
and Odoo's own, on copies of one database."""

import json
import os
import platform
import subprocess
from pathlib import Path

from . import bench_accounts, bench_events, odoo_source
from .bench_table import plot, print_table
from .console import DevError, last_lines, say
from .database import Databases
from .paths import ROOT
from .process import start, stop
from .workbench import opened, setting_up

WITHOUT = "without the addon"
WAYS = ("naive", "Odoo in batches", "this addon", WITHOUT)
IMPORTS = WAYS[:3]
MARK, PROGRESS = "BENCH RESULT ", "BENCH PROGRESS "
#: orders without Amazon, which should cost the same with the addon and without it
ORDINARY = 100
SCRIPT = """
import sys
sys.path.insert(0, {root!r})
from dev.inside.{module} import run
run(env, *{arguments!r})
"""


def measure(options):
    """Measure all ways on copies of one database, print a table, write JSON and plot.

    The results are saved after each step: an interruption loses nothing that was
    measured.

    :raise DevError: a measurement failed.
    """
    with setting_up():
        (source,), _missing = odoo_source.choose(options.series or "17.0")
    report = {
        "odoo": str(source),
        "machine": machine(),
        "is_whole": False,
        "results": [],
        "screens": [],
        "accounts": [],
        "events": [],
    }
    try:
        with opened(source, "bench") as bench:
            Bench(bench, report, options.json).measure(options)
        report["is_whole"] = True
    finally:
        _save(report, options.json)
        print_table(report)
    if options.plot:
        plot(report, options.plot)
    return 0


def _save(report, path):
    """Keep what was measured so far: the file is whole at each moment."""
    if path:
        path = Path(path)
        partial = path.with_name(path.name + ".part")
        partial.write_text(json.dumps(report, indent=1) + "\n")
        partial.replace(path)


def plan(options):
    """Yield what is measured: module, way, how many, old orders, more details."""
    imports = [(count, 0, "fbm") for count in options.orders]
    for count in options.orders[:1]:
        imports += [(count, history, "fbm") for history in options.history]
        imports += [(count, 0, kind) for kind in ("first", "fba", "re-read")]
    ordinary = [ORDINARY] if imports else []
    for details in imports:
        yield from (("bench_work", way, *details) for way in IMPORTS)
    for module, ways, counts in (
        ("bench_plain", (WITHOUT, "this addon"), ordinary),
        ("bench_stock", IMPORTS, options.offers),
        ("bench_shipments", ("naive", "this addon"), options.pickings),
        ("bench_screens", ("this addon",), options.screens),
        ("bench_settlements", ("this addon",), options.settlements),
        ("bench_bulk", ("this addon",), options.bulk),
        ("bench_footprint", (WITHOUT, "this addon"), options.footprint),
    ):
        for count in counts:
            yield from ((module, way, count, 0) for way in ways)


class Bench:
    """The databases that are copied, and the measurements.

    :ivar dict report: gets what was measured
    """

    def __init__(self, bench, report, path):
        self.bench, self.report, self.path = bench, report, path
        self.databases = Databases(bench)

    def measure(self, options):
        """Run all measurements that the options choose.

        :raise DevError: a measurement failed
        """
        plain, base = map(self.databases.name, ("bench_plain", "bench_base"))
        try:
            self.databases.clone_template(plain, options.modules)
            self.databases.clone_installed(base, options.modules)
            steps = [step for step in plan(options) if step[1] in options.ways]
            for number, (module, way, *arguments) in enumerate(steps, start=1):
                self.title = f"{number}/{len(steps)} {module[6:]}, {way}, {arguments}"
                say(self.title)
                name = plain if way == WITHOUT else base
                self._note(module, way, arguments[1], name, (way, *arguments))
            bench_accounts.measure(
                self.bench, self.databases, base, options.accounts, self._note_accounts
            )
            bench_events.measure(
                self.bench, self.databases, base, options.events, self._note_events
            )
        finally:
            for name in (self.databases.name("bench"), plain, base):
                self.databases.drop(name)

    def _note(self, module, way, history, base, arguments):
        found = self._measure(base, module, arguments)
        if module == "bench_screens":
            screens = [{"orders": arguments[1], **screen} for screen in found]
            self.report["screens"] += screens
        else:
            load = os.getloadavg()[0]
            self.report["results"] += [
                {"way": way, "history": history, **cost, "load": load} for cost in found
            ]
        _save(self.report, self.path)

    def _note_accounts(self, found):
        self.report["accounts"].append(found)
        _save(self.report, self.path)

    def _note_events(self, found):
        self.report["events"].append(found)
        _save(self.report, self.path)

    def _measure(self, base, module, arguments):
        """Run a module on a copy of a database.

        :return list: what it printed as JSON
        :raise DevError: it printed nothing
        """
        name = self.databases.name("bench")
        self.databases.copy_shop(base, name)
        script = SCRIPT.format(root=str(ROOT), module=module, arguments=arguments)
        options = ("--no-http", "--log-level=error")
        command = self.bench.odoo(name, *options, command=["shell"])
        found = self._listen(command, script)
        self.databases.drop(name)
        return found

    def _listen(self, command, script):
        """Run a script in Odoo's shell and say how far it is."""
        log, found = self.bench.folder / "bench.log", None
        source = self.bench.folder / "bench.py"
        source.write_text(script)
        with open(source) as given, open(log, "w") as errors:
            process = start(
                *command,
                env=self.bench.environ,
                cwd="/",
                text=True,
                stdin=given,
                stdout=subprocess.PIPE,
                stderr=errors,
            )
            try:
                for line in process.stdout:
                    if MARK in line:
                        found = json.loads(line.partition(MARK)[2])
                    elif PROGRESS in line:
                        say(f"{self.title}: {line.partition(PROGRESS)[2].strip()}")
                process.wait()
            finally:
                stop(process)
        if found is None:
            text = last_lines(log, 20)
            raise DevError(f"{self.title} could not be measured:\n{text}")
        return found


def machine():
    """Describe the machine beside the figures.

    :return str: what the figures depend on
    """
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GB, {platform.system()} "
        f"{platform.machine()}, Python {platform.python_version()}"
    )
