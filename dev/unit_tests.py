"""Run the tests without Odoo: of `amazon_api`, the simulator, and `dev` itself."""

import json
import os

from . import python_env
from .console import DevError, last_lines, say
from .odoo_tests import Outcome
from .paths import ROOT, checkout_folder
from .process import run, start, stop
from .workbench import FOREIGN_VARIABLES, models_variable, setting_up

FOLDERS = ("amazon_api/tests", "sim/tests", "dev/tests")


class UnitTests:
    """The unit tests of all folders, running in the background until they are needed.

    :param series: whose virtual environment is used (without its Odoo).
    :param patterns: as unittest's -k takes them.
    :raise DevError: the environment can not be made, or holds an Odoo.
    """

    def __init__(self, series, patterns=()):
        with setting_up():
            python = python_env.environment(series)
        environ = {k: v for k, v in os.environ.items() if k not in FOREIGN_VARIABLES}
        environ.update(models_variable())
        see_that_odoo_is_out_of_reach(python, environ)
        self._patterns = patterns
        # two may run at the same time
        self._target = checkout_folder() / f"unit-{os.getpid()}.json"
        self._log = self._target.with_suffix(".log")
        wanted = [name if "*" in name else f"*{name}*" for name in patterns]
        present = [folder for folder in FOLDERS if (ROOT / folder).is_dir()]
        say(f"unit tests without Odoo: {', '.join(present)}")
        command = (python, "-m", "dev.unit_runner", self._target, json.dumps(wanted))
        with open(self._log, "w") as log:
            outputs = {"stdout": log, "stderr": log}
            self._process = start(*command, *present, cwd=ROOT, env=environ, **outputs)

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        stop(self._process)
        self._target.unlink(missing_ok=True)
        self._log.unlink(missing_ok=True)

    def has_ended(self):
        return self._process.poll() is not None

    def outcomes(self):
        """Wait for the end and return one `Outcome` for each folder.

        :raise DevError: they did not come to their end.
        """
        self._process.wait()
        if not self._target.exists():
            words = last_lines(self._log, 10)
            raise DevError(f"the unit tests broke off:\n{words}")
        results = json.loads(self._target.read_text())
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
