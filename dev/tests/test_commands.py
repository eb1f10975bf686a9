import contextlib
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from functools import partial
from types import SimpleNamespace
from unittest import mock

from dev import __main__ as command_line
from dev import chromium, clean, database, paths, tests_command, unit_tests
from dev.console import DevError, human_size
from dev.odoo_tests import Outcome
from dev.paths import ROOT
from dev.process import lock

from .common import DevCase


class TestCommandLine(DevCase):
    def call(self, *arguments):
        """Call the real command line; return its exit code and what it printed."""
        environ = {**os.environ, "ODOO_SOURCE": str(self.folder / "none")}
        command = [sys.executable, "-m", "dev", *arguments]
        result = subprocess.run(
            command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False
        )
        return result.returncode, result.stdout + result.stderr

    def test_a_failure_is_told_in_two_lines(self):
        code, output = self.call("test", "--only", "odoo")
        self.assertEqual(code, 1)
        problem, advice = output.splitlines()
        self.assertRegex(problem, "^dev: ODOO_SOURCE=.*none is not an Odoo source tree")
        self.assertIn("set ODOO_SOURCE=", advice)

    def test_stopping_when_nothing_runs(self):
        code, output = self.call("stop")
        self.assertEqual(code, 0)
        self.assertIn("nothing was running", output)

    def test_cleaning_says_what_it_frees_and_spares_the_sources(self):
        source = paths.cache() / "odoo-17.0"
        source.mkdir()
        (source / ".complete").touch()
        (paths.cache() / "venv-x").mkdir()
        (paths.cache() / "venv-x" / "file").write_bytes(b"x" * 5000)
        code, output = self.call("clean")
        self.assertEqual(code, 0, output)
        self.assertIn("venv-x", output)
        self.assertRegex(output, r"kB  freed\nkept: odoo-17.0")
        self.assertTrue((source / ".complete").exists())
        code, output = self.call("clean", "--all")
        self.assertFalse(source.exists())

    def test_a_signal_cleans_up(self):
        code = (
            "from dev.console import Stopped, stop_on_signals\n"
            "import time\n"
            "stop_on_signals()\n"
            "try:\n    print(flush=True); time.sleep(30)\n"
            "except Stopped as stopped: print('clean', stopped.signum)\n"
        )
        pipes = {"stdout": subprocess.PIPE, "text": True}
        with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, **pipes) as child:
            child.stdout.readline()
            child.send_signal(signal.SIGTERM)
            self.assertEqual(child.stdout.read(), "clean 15\n")

    def test_each_command_is_known(self):
        for command in ("run", "test", "lint", "shell", "doctor", "stop", "clean"):
            options = command_line.parser().parse_args([command])
            self.assertTrue(callable(options.do))


class TestReport(DevCase):
    def report(self, *parts, missing=(), slowest=0, narrowed=False):
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            code = tests_command.report(list(parts), missing, slowest, narrowed)
        return code, output.getvalue()

    def test_the_last_line(self):
        odoo = Outcome("Odoo 17.0 (cached download)", 57, 0, 2, 31)
        odoo.skips = {"TestTour.test_ui": "Chrome executable not found"}
        code, output = self.report(
            Outcome("unit", 3), odoo, missing=["Odoo 19.0: no apt"]
        )
        self.assertEqual(code, 0)
        lines = output.splitlines()
        self.assertEqual(lines[-1], "60 passed, 0 failed, 2 skipped")
        self.assertIn("not tested: Odoo 19.0: no apt", lines)
        self.assertRegex(
            output, r"skipped TestTour.test_ui: Chrome executable not found"
        )

    def test_a_failure_is_shown_and_told(self):
        odoo = Outcome("Odoo", 1, 1, failures={"TestA.test_one": "Traceback\n  x\n"})
        code, output = self.report(odoo)
        self.assertEqual(code, 1)
        self.assertIn("FAILED TestA.test_one   [Odoo]\nTraceback\n  x\n", output)
        self.assertTrue(output.endswith("\n1 passed, 1 failed, 0 skipped\n"))

    def test_nothing_at_all(self):
        with self.assertRaisesRegex(DevError, "no test was run"):
            self.report(Outcome("unit"), narrowed=True)

    def test_a_part_without_the_chosen_name_is_no_failure(self):
        empty = Outcome("Odoo", 0, 1, failures={"Odoo": "no test was run"})
        code, output = self.report(Outcome("unit", 1), empty, narrowed=True)
        self.assertEqual(code, 0)
        self.assertNotIn("FAILED", output)

    def test_a_chosen_name_that_nothing_has(self):
        empty = Outcome("Odoo", 0, 1, failures={"Odoo": "no test was run"})
        code, _output = self.report(Outcome("unit"), empty, narrowed=True)
        self.assertEqual(code, 1)

    def test_the_slowest(self):
        part = Outcome("unit", 2, durations={"a": 1.0, "b": 2.5})
        _code, output = self.report(part, slowest=1)
        self.assertIn("   2.50 s  b   [unit]\n", output)
        self.assertNotIn("1.00 s", output)

    def test_modules_become_tags(self):
        module = "/amazon_connector"
        self.assertEqual(
            tests_command.tags_with(["mrp", "sale_mrp"]),
            f"amazon_with_mrp{module},amazon_with_sale_mrp{module}",
        )
        options = command_line.parser().parse_args(["test", "--with", "mrp,sale_mrp"])
        self.assertEqual(options.modules, ["mrp", "sale_mrp"])
        plain = command_line.parser().parse_args(["test"])
        self.assertEqual(tests_command.tags_with(plain.modules), "")

    def test_what_needs_further_modules_is_run_by_nothing_else(self):
        """A tag that CI does not run would never be run by anybody."""
        self.assertIn("--series all --everything", (ROOT / ".ci" / "run").read_text())
        for path in (ROOT / "tests").rglob("test_*.py"):
            for tags in re.findall(
                r'@tagged\(([^)]*"amazon_with_[^)]*)\)', path.read_text()
            ):
                self.assertIn('"-standard"', tags)
                [module] = re.findall(r"amazon_with_(\w+)", tags)
                self.assertIn(module, tests_command.MORE_MODULES)

    def plan(self, *words):
        """Plan a command line.

        :return list: (class or function, its words) of the parts, and the places
        """
        options = command_line.parser().parse_args(["test", *words])
        options.units = options.k
        sources = [mock.Mock(series=series) for series in ("17.0", "19.0")]
        with contextlib.ExitStack() as stack:
            plan = tests_command.Plan(options, sources, stack)
            parts = plan.parts()
        return [(part.func.__name__, *part.args[1:3]) for part in parts], plan.places

    def test_everything_is_the_torture_the_tests_and_those_with_more_modules(self):
        more = tests_command.tags_with(tests_command.MORE_MODULES)
        with mock.patch("os.cpu_count", return_value=2):
            parts, places = self.plan("--everything")
        self.assertEqual(
            parts,
            [
                ("TortureTests", 0, 2),
                ("TortureTests", 1, 2),
                ("InstallTests",),
                ("InstallTests",),
                *[("OdooPart", "test", "/amazon_connector")] * 2,
                *[("OdooPart", "with", more)] * 2,
                ("UnitTests", []),
                ("ClientTests",),
                *[("_help", "test2")] * 2,
            ],
        )
        self.assertEqual(places, 3)

    def test_clients_alone(self):
        self.assertEqual(self.plan("--only", "clients")[0], [("ClientTests",)])

    def test_installing_beside_old_orders_is_a_part_of_its_own(self):
        parts, _places = self.plan("--only", "install")
        self.assertEqual(parts, [("InstallTests",)] * 2)

    def test_parts_run_side_by_side_as_far_as_there_are_places(self):
        begun, most = [], []

        class Part:
            def __init__(self, title):
                begun.append(self)
                most.append(len(begun))
                self.looks, self.title = 2, title

            def __enter__(self):
                return self

            def __exit__(self, *_error):
                pass

            def has_ended(self):
                self.looks -= 1
                return not self.looks

            def outcomes(self):
                begun.remove(self)
                return [Outcome(self.title, passed=1)]

        parts = [partial(Part, title) for title in ("17", "19", "17", "torture")]
        parts.insert(2, lambda: None)  # there is no need of that one any more
        with contextlib.ExitStack() as stack:
            outcomes = tests_command.side_by_side(parts, 2, stack)
        found = {outcome.title: outcome.passed for outcome in outcomes}
        self.assertEqual(found, {"17": 2, "19": 1, "torture": 1})
        self.assertEqual((max(most), len(most)), (2, 4))

    def test_one_class_is_one_process_of_each_series(self):
        name = "TestNothing" + "OfUnits"  # no test of these has it in its text
        parts, _places = self.plan("-k", name)
        tags = f"/amazon_connector:{name}"
        self.assertEqual(parts, [("OdooPart", "test", tags)] * 2)

    def test_names_become_tags(self):
        module = "/amazon_connector"
        for names, tags in (
            (["TestSync"], f"{module}:TestSync"),
            (["test_pages"], f"{module}.test_pages"),
            (
                ["TestSync.test_pages", "TestA"],
                f"{module}:TestSync.test_pages,{module}:TestA",
            ),
        ):
            self.assertEqual(tests_command.tags_of(names), tags)


class TestUnitParts(DevCase):
    RESULT = {
        "ran": 3,
        "failures": {"a": "x"},
        "skips": {"b": "y"},
        "seconds": {"a": 1},
    }

    def test_counts(self):
        part = unit_tests.outcome("sim/tests", self.RESULT, ())
        self.assertEqual((part.passed, part.failed, part.skipped), (1, 1, 1))

    def test_a_folder_without_tests_fails(self):
        for result in (None, {"ran": 0}):
            self.assertEqual(unit_tests.outcome("sim/tests", result, ()).failed, 1)
            self.assertEqual(unit_tests.outcome("sim/tests", result, ["x"]).failed, 0)

    def test_the_runner(self):
        folder = self.folder / "part" / "tests"
        folder.mkdir(parents=True)
        for each in (folder, folder.parent):
            (each / "__init__.py").touch()
        (folder / "test_x.py").write_text(
            "import unittest\n"
            "class T(unittest.TestCase):\n"
            "    def test_good(self): pass\n"
            "    def test_bad(self):\n"
            "        for n in (1, 2):\n"
            "            with self.subTest(n): self.assertEqual(n, 0)\n"
            "    @unittest.skip('later')\n"
            "    def test_later(self): pass\n"
        )
        target = self.folder / "result.json"
        runner = ROOT / "dev" / "unit_runner.py"
        command = [sys.executable, runner, target, "[]", "part/tests", "none/tests"]
        environ = {**os.environ, "PYTHONPATH": str(self.folder)}
        subprocess.run(
            command, cwd=self.folder, env=environ, check=True, capture_output=True
        )
        results = json.loads(target.read_text())
        part, none = results["part/tests"], results["none/tests"]
        name = "part.tests.test_x.T"
        self.assertEqual(part["ran"], 3)
        self.assertEqual(list(part["failures"]), [f"{name}.test_bad"])
        self.assertEqual(part["skips"], {f"{name}.test_later": "later"})
        self.assertEqual(len(none["failures"]), 1)


class TestPieces(DevCase):
    def test_sizes(self):
        for size, text in ((12, "12 bytes"), (245e6, "245 MB"), (1.9e9, "1.9 GB")):
            self.assertEqual(human_size(size), text)

    def test_a_file_with_two_names_counts_once(self):
        (self.folder / "tree").mkdir()
        (self.folder / "tree" / "a").write_bytes(b"x" * 4096)
        one = paths.tree_size(self.folder / "tree")
        os.link(self.folder / "tree" / "a", self.folder / "tree" / "b")
        self.assertEqual(paths.tree_size(self.folder / "tree"), one)

    def test_the_manifest_is_read_without_odoo(self):
        self.assertIn("sale_management", database.manifest()["depends"])

    def test_a_broken_manifest(self):
        (self.folder / "__manifest__.py").write_text("{'a': f()}")
        with mock.patch.object(database, "ROOT", self.folder):
            with self.assertRaisesRegex(DevError, "__manifest__.py can not be read"):
                database.manifest()

    def test_a_browser_must_be_there(self):
        with mock.patch.object(os, "geteuid", return_value=1000):
            with self.assertRaisesRegex(DevError, "need Chromium") as caught:
                chromium.require()
        self.assertEqual(caught.exception.to_type, "apt-get install chromium")
        path = self.program("chromium", "")
        self.assertEqual(chromium.find(), str(path))
        chromium.require()

    def test_root_installs_the_browser(self):
        target = self.programs / "chromium"
        self.program(
            "apt-get",
            f'case "$*" in *install*) printf "#!/bin/sh" >{target}; '
            f"chmod +x {target} ;; esac",
        )
        with (
            mock.patch.object(os, "geteuid", return_value=0),
            mock.patch.object(chromium, "say"),
        ):
            chromium.require()
        self.assertTrue(target.exists())

    def test_cleaning_waits_for_nobody(self):
        began = time.monotonic()
        with lock(paths.cache() / "setup.lock", "x"):
            with self.assertRaisesRegex(DevError, "in use by another run"):
                clean.clean(SimpleNamespace(databases=False, all=False))
        self.assertLess(time.monotonic() - began, 5)
