"""Run the tests without Odoo: of `amazon_api`, the simulator, and `dev` itself."""

import json
import os

from . import python_env
from .console import DevError, say
from .odoo_tests import Outcome
from .parts import Part
from .paths import ROOT
from .process import run
from .workbench import FOREIGN_VARIABLES, models_variable, setting_up

FOLDERS = ("amazon_api/tests", "sim/tests", "dev/tests")


class UnitTests(Part):
    """The unit tests of all folders, running in the background until they are needed.

    :param series: whose virtual environment is used (without its Odoo).
    :param patterns: as unittest's -k takes them.
    :raise DevError: the environment can not be made, or holds an Odoo.
    """

    def __init__(self, series, patterns=()):
        # two may run at the same time
        super().__init__("unit tests without Odoo", f"unit-{os.getpid()}")
        with setting_up():
            python = python_env.environment(series)
        environ = {k: v for k, v in os.environ.items() if k not in FOREIGN_VARIABLES}
        environ.update(models_variable())
        see_that_odoo_is_out_of_reach(python, environ)
        self._patterns = patterns
        wanted = [name if "*" in name else f"*{name}*" for name in patterns]
        present = [folder for folder in FOLDERS if (ROOT / folder).is_dir()]
        say(f"{self.title}: {', '.join(present)}")
        runner = ("-m", "dev.unit_runner", self.target, json.dumps(wanted))
        self.start(*runner, *present, python=python, env=environ)

    def outcomes(self):
        """Wait for the end and return one `Outcome` for each folder.

        :raise DevError: they did not come to their end.
        """
        results = self.result()
        return [
            outcome(folder, results.get(folder), self._patterns) for folder in FOLDERS
        ]


def may_have(patterns):
    """Return whether a test may have one of the names: loading them all takes long.

    :param patterns: as `UnitTests` takes them.
    """
    if not patterns or any("*" in pattern for pattern in patterns):
        return True
    names = [pattern.rpartition(".")[2] for pattern in patterns]
    return any(
        name in path.stem or name in path.read_text()
        for folder in FOLDERS
        for path in (ROOT / folder).rglob("*.py")
        for name in names
    )


def see_that_odoo_is_out_of_reach(python, environ):
    """Check that a test that imports Odoo would fail.

    :raise DevError: it would not.
    """
    probe = "import importlib.util as u; print(u.find_spec('odoo'))"
    if run(python, "-c", probe, cwd=ROOT, env=environ).stdout.strip() != "None":
        raise DevError("the unit tests must not be able to import Odoo, and could")


def outcome(folder, result, patterns):
    """Return the `Outcome` of a folder; without any test it failed, unless narrowed."""
    part = Outcome(folder)
    if result is None or not result["ran"]:
        if not patterns:
            part.failed = 1
            part.failures = {folder: "there are no tests"}
        return part
    part.failures, part.skips = result["failures"], result["skips"]
    part.failed, part.skipped = len(part.failures), len(part.skips)
    part.passed = result["ran"] - len(set(part.failures) | set(part.skips))
    part.durations = result["seconds"]
    part.seconds = sum(part.durations.values())
    return part
