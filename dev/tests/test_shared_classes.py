"""Several processes share the test classes: `inside/tests.py` with an Odoo of paper."""

import json
import os
import subprocess
import sys
from pathlib import Path

from dev.odoo_log import complaints
from dev.odoo_tests import seconds_of
from dev.paths import ROOT

from .common import DevCase

PROGRAM = ROOT / "dev" / "inside" / "tests.py"
#: what the program uses of Odoo; the second suite of a run is the one of post_install
ODOO = {
    "odoo/__init__.py": "",
    "odoo/cli.py": """
import logging, sys, types
from odoo.http import root
from odoo.tests import loader
from odoo.tests.case import TestCase
from odoo.tests.result import OdooTestResult

class Charts:
    searches = 0

    def _get_chart_template_mapping(self, get_all=False):
        Charts.searches += 1
        return {"de": get_all}

def look_up():
    # what is bound without a signature comes to the same
    import decorator, inspect

    functions = (
        lambda a: 0, lambda a, b=2, c=3: 0, lambda *a: 0, lambda a, *, b=2: 0,
        lambda a, **b: 0,
    )
    for function in functions:
        signature = inspect.signature(function)
        for args, kwargs in (((1,), {}), ((1, 5), {}), ((1,), {"b": 7}), ((), {})):
            try:
                expected = decorator.bind(args, kwargs, signature)
            except TypeError:
                expected = TypeError
            try:
                found = decorator.fix(args, kwargs, signature)
            except TypeError:
                found = TypeError
            assert found == expected, (found, expected)
    decorator.bound = 0
    decorator.fix((1,), {}, inspect.signature(functions[1]))
    assert decorator.bound == 0

def compose():
    # a statement is composed to the same, by one walk
    from odoo.sql_db import Cursor
    from odoo.tools import SQL

    inner = SQL("%s + %s", SQL("a"), 1)
    outer = SQL("%s in %s, %s", inner, (2, 3), inner)
    for sql in (SQL("x = 5 %"), SQL("%s", 7), outer):
        expected = sql.code, sql.params
        SQL.walks = 0
        assert Cursor().execute(sql) == expected, expected
        assert SQL.walks == 0
    assert SQL.identifier("a") is SQL.identifier("a")
    assert SQL.identifier("b").code == '"b"'
    assert Cursor().execute("y = %s", [1], log_exceptions=False) == ("y = %s", [1])

def fail():
    # what fails while a test mutes the loggers above its own is logged all the same
    heard, muted = logging.Handler(), logging.getLogger("odoo.addons.ours")
    lines, muted.propagate = [], False
    heard.emit = lambda record: lines.append(record.getMessage())
    logging.getLogger().addHandler(heard)
    OdooTestResult().logError("FAIL", loader.CLASSES[0]("test_1"), None)
    assert lines == ["FAIL"] and not muted.propagate, lines
    logging.getLogger().removeHandler(heard)

def main():
    users = types.SimpleNamespace(MIN_ROUNDS=600_000)
    sys.modules["odoo.addons.base.models.res_users"] = users
    charts = types.SimpleNamespace(AccountChartTemplate=Charts)
    sys.modules["odoo.addons.account.models.chart_template"] = charts
    assert loader.make_suite(["sale", "ours"], "at_install").countTestCases() == 0
    suite = loader.make_suite(["sale", "ours"], "post_install")
    assert suite.countTestCases() == 6, suite.countTestCases()
    assert Charts()._get_chart_template_mapping() == {"de": False}
    assert Charts()._get_chart_template_mapping(get_all=True) == {"de": True}
    assert Charts()._get_chart_template_mapping() == {"de": False}
    assert Charts.searches == 2, Charts.searches
    look_up()
    compose()
    fail()
    assert root.reads == 1, root.reads
    print("http" if suite.has_http_case() else "no http", users.MIN_ROUNDS)
    suite.run()
""",
    "decorator.py": """
bound = 0

def bind(args, kwargs, signature):
    global bound
    bound += 1
    found = signature.bind(*args, **kwargs)
    found.apply_defaults()
    return found.args, found.kwargs

fix = bind
""",
    "odoo/tools.py": """
class SQL:
    walks = 0

    def __init__(self, code, *args):
        self.__code, self.__args = code, args

    @classmethod
    def identifier(cls, name, subname=None):
        return cls(f'"{name}"')

    @property
    def code(self):
        codes = [arg.code if isinstance(arg, SQL) else "%s" for arg in self.__args]
        return self.__code % tuple(codes) if codes else self.__code

    @property
    def params(self):
        return [node for node in self.__postfix() if not isinstance(node, SQL)]

    def __postfix(self):
        SQL.walks += 1
        for arg in self.__args:
            yield from arg.__postfix() if isinstance(arg, SQL) else [arg]
""",
    "odoo/sql_db.py": """
from odoo.tools import SQL

class Cursor:
    def execute(self, query, params=None, log_exceptions=True):
        return tuple(query) if isinstance(query, SQL) else (query, params)
""",
    "odoo/http.py": """
class Application:
    reads = 0

    @property
    def statics(self):
        self.reads += 1
        return {}

root = Application()
""",
    "odoo/tests/__init__.py": "class HttpCase: pass",
    "odoo/tests/result.py": """
import logging

class OdooTestResult:
    def logError(self, flavour, test, error):
        logging.getLogger(test.__module__).error(flavour)
""",
    "odoo/tests/case.py": """
import time

class TestCase:
    def __init__(self, name):
        self._testMethodName = name
    def _callSetUp(self):
        pass
    def run(self, result=None):
        print(type(self).__name__, self._testMethodName, flush=True)
        time.monotonic = lambda: 1.8e9  # as freezegun does
        time.sleep(0.02)
""",
    "odoo/tests/suite.py": """
class OdooSuite:
    def __init__(self, tests):
        self._tests = tests
    def __iter__(self):
        return iter(self._tests)
    def _handleClassSetUp(self, test, result):
        pass
    def run(self):
        for test in self:
            test.run()
""",
    "odoo/tests/loader.py": """
from odoo.tests.case import TestCase
from odoo.tests.suite import OdooSuite

CLASSES = [type(name, (TestCase,), {}) for name in ("TestA", "TestB", "TestC")]
for case in CLASSES:
    case.__module__ = "odoo.addons.ours.tests.room.test_x"

def get_test_modules(module):
    assert module != "sale", "that one takes long to read"
    return CLASSES

def make_suite(modules, position):
    found = [case for module in modules for case in get_test_modules(module)]
    if position == "at_install":
        found = []
    return OdooSuite([case(name) for case in found for name in ("test_1", "test_2")])
""",
}


class TestSharedClasses(DevCase):
    def setUp(self):
        super().setUp()
        for name, text in ODOO.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        self.classes = self.folder / "classes"
        self.classes.mkdir()

    def begin(self):
        environ = {**os.environ, "PYTHONPATH": str(self.folder)}
        command = [sys.executable, PROGRAM, "ours", self.classes, "--stop"]
        pipes = {"stdout": subprocess.PIPE, "text": True}
        return subprocess.Popen(list(map(str, command)), env=environ, **pipes)

    def ran(self, process):
        """Wait for a process and read what it printed.

        :return list: the tests that a process ran
        """
        lines = process.communicate(timeout=60)[0].splitlines()
        self.assertEqual(process.returncode, 0)
        self.assertEqual(lines[0], "no http 1")
        return lines[1:]

    def test_each_class_is_run_whole_and_once(self):
        processes = [self.begin() for _number in range(3)]
        shares = [self.ran(process) for process in processes]
        expected = [f"Test{case} test_{n}" for case in "ABC" for n in (1, 2)]
        self.assertEqual(sorted(test for share in shares for test in share), expected)
        for share in shares:
            self.assertEqual(len(share), 2 * len({test[:5] for test in share}))

    def test_the_longest_comes_first_and_before_it_what_nobody_knows(self):
        known = {"room.test_x.TestA": 5, "room.test_x.TestB": 30}
        (self.classes / "known.json").write_text(json.dumps(known))
        tests = self.ran(self.begin())
        self.assertEqual([test[:5] for test in tests[::2]], ["TestC", "TestB", "TestA"])

    def test_what_it_took_is_noted(self):
        self.ran(self.begin())
        took = json.loads((self.classes / "room.test_x.TestA").read_text())
        self.assertEqual(took.keys(), {"seconds", "set_up", "tests"})
        for seconds in (took["seconds"], took["tests"]["test_1"]):
            self.assertGreaterEqual(seconds, 0.02)
            self.assertLess(seconds, 600)
        wanted = ["TestA.test_1", "TestB.test_2"]
        seconds = seconds_of(self.classes, [*wanted, "TestZ.test_9"])
        self.assertEqual(list(seconds), wanted)


class TestComplaints(DevCase):
    def test_what_an_installation_complains_of(self):
        log = Path(self.folder / "install.log")
        start = "2026-11-29 00:00:00,000 1 WARNING db odoo.modules: "
        log.write_text(
            f"{start}the model amazon.order has no description\n{start}of others\n"
        )
        [found] = complaints(log)
        self.assertEqual((found.level, found.test), ("WARNING", ""))
        self.assertIn("amazon.order", found.message)
