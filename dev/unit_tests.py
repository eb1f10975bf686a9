"""Run what needs no Odoo: the pure layer, the simulator, and the workbench itself."""

import json
import os

from . import python_env
from .console import DevError, say
from .odoo_tests import Outcome
from .paths import ROOT, checkout_folder
from .process import run, start, stop
from .workbench import FOREIGN_VARIABLES, models_variable, setting_up

FOLDERS = ("amazon_api/tests", "sim/tests", "dev/tests")


def run_tests(series, patterns=()):
    """Run the tests of all folders and return one `Outcome` for each.

    :param series: whose virtual environment is used (without its Odoo).
    :param patterns: as unittest's -k takes them.
    :raise DevError: the environment can not be made, or holds an Odoo.
    """
    with setting_up():
        python = python_env.environment(series)
    environ = {k: v for k, v in os.environ.items() if k not in FOREIGN_VARIABLES}
    environ.update(models_variable())
    probe = "import importlib.util as u; print(u.find_spec('odoo'))"
    if run(python, "-c", probe, cwd=ROOT, env=environ).stdout.strip() != "None":
        raise DevError("the unit tests must not be able to import Odoo, and could")
    present = [folder for folder in FOLDERS if (ROOT / folder).is_dir()]
    say(f"unit tests without Odoo: {', '.join(present)}")
    results = _run(python, environ, patterns, present)
    return [outcome(folder, results.get(folder), patterns) for folder in FOLDERS]


def _run(python, environ, patterns, folders):
    target = checkout_folder() / "unit.json"
    target.unlink(missing_ok=True)
    wanted = json.dumps(
        [pattern if "*" in pattern else f"*{pattern}*" for pattern in patterns]
    )
    command = (python, "-m", "dev.unit_runner", target, wanted, *folders)
    process = start(*command, cwd=ROOT, env=environ)
    try:
        process.wait()
    finally:
        stop(process)
    if not target.exists():
        raise DevError("the unit tests broke off", "see above")
    return json.loads(target.read_text())


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
