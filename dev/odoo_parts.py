"""Odoo's tests in parts, side by side: a process and a database for each.

usage of a part: python -m dev.odoo_parts RESULT_FILE WORDS   (from the checkout)
"""

import ast
import dataclasses
import json
import os
import sys

from . import odoo_source
from .console import DevError, say, stop_on_signals
from .odoo_tests import Outcome, run_tests
from .paths import NAME, ROOT, checkout_folder
from .process import start, stop
from .workbench import setting_up

#: more databases of one series gain little: each installs the addon first
MOST = 4


def split(sources):
    """Return [(source, purpose, tags), …]: all tests, as many parts as cores.

    The first part of a series has whatever no other part names, so that each test is
    run once, be its class known here or not.
    """
    count = min(MOST, max(1, (os.cpu_count() or 1) // len(sources)))
    _first, *others = shares(count)
    named = [[f"/{NAME}:{case}" for case in share] for share in others]
    tags = [[f"/{NAME}", *(f"-{tag}" for share in named for tag in share)], *named]
    return [
        (source, "test" if not number else f"test{number + 1}", ",".join(share))
        for source in sources
        for number, share in enumerate(tags)
    ]


def shares(count):
    """Return so many lists of test classes, each with about as many tests."""
    parts = [[0, []] for _number in range(count)]
    for tests, case in sorted(test_classes(), reverse=True):
        least = min(parts, key=lambda part: part[0])
        least[0] += tests
        least[1].append(case)
    return [cases for _tests, cases in parts if cases] or [[]]


def test_classes():
    """Yield (how many tests it has, its name) of the classes in `tests`."""
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.ClassDef):
                names = [each.name for each in node.body if hasattr(each, "name")]
                yield sum(name.startswith("test") for name in names), node.name


class OdooPart:
    """A part of the tests, running beside us until it is asked for."""

    def __init__(self, source, purpose, tags, keep, modules=(), is_exact=True):
        self._title = f"{source} ({purpose})"
        self._target = checkout_folder() / f"{purpose}-{source.series}.json"
        self._target.unlink(missing_ok=True)
        words = json.dumps([source.series, tags, keep, purpose, modules, is_exact])
        command = (sys.executable, "-m", "dev.odoo_parts", self._target, words)
        self._process = start(*command, cwd=ROOT)

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        stop(self._process)
        self._target.unlink(missing_ok=True)

    def outcomes(self):
        """Wait for the end and return the one `Outcome`.

        :raise DevError: it did not come to its end; it has said why.
        """
        self._process.wait()
        if not self._target.exists():
            raise DevError(f"{self._title} broke off, see above")
        return [Outcome(**json.loads(self._target.read_text()))]


def main(target, words):
    """Run one part and write its `Outcome` to the target; return the exit code."""
    series, *how = json.loads(words)
    stop_on_signals()
    try:
        with setting_up():
            (source,), _missing = odoo_source.choose(series)
        part = run_tests(source, *how)
    except DevError as error:
        print(f"dev: {error}", file=sys.stderr, flush=True)
        return 1
    with open(target, "w") as output:
        json.dump(dataclasses.asdict(part), output)
    say(part.line())
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
