"""Odoo's tests in parts, side by side: a process and a database for each.

usage of a part: python -m dev.odoo_parts RESULT_FILE WORDS   (from the checkout)
"""

import ast
import json
import os
import shutil
import sys

from . import parts
from .odoo_tests import run_tests
from .parts import Part
from .paths import ROOT, cache, checkout_folder

#: more databases of one series gain little: each begins with loading Odoo
MOST = 4
KNOWN = "known.json"
#: seconds of the classes that take longest, for a machine that knows none
SLOW = ROOT / "dev" / "slow_classes.json"
DAY = 24 * 3600
#: seconds of work that are worth another process
WORTHWHILE = 20


class Classes:
    """The test classes of one series: its processes take them one after the other.

    Who takes a class makes a file of its name in the folder, see `inside/tests.py`.
    """

    def __init__(self, series, modules=()):
        self._known_path = cache() / f"durations-{'-'.join((series, *modules))}.json"
        name = f"classes-{'-'.join((series, *modules))}-{os.getpid()}"
        self.folder = checkout_folder() / name
        try:
            known = json.loads(self._known_path.read_text())
        except (OSError, ValueError):
            known = {}
        # a stopped clock was once noted, too: no class takes a day or less than nothing
        self.known = {name: took for name, took in known.items() if 0 <= took < DAY}

    def __enter__(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()
        (self.folder / KNOWN).write_text(json.dumps(self.known or guesses()))
        return self

    def __exit__(self, *_error):
        shutil.rmtree(self.folder, ignore_errors=True)

    def left(self, wanted=()):
        """Return the seconds that the classes may take which nobody has taken yet.

        :param wanted: names of classes, if not all of them are.
        """
        taken = {path.name.rpartition(".")[2] for path in self.folder.iterdir()}
        known = self.known_by_class()
        return sum(
            known.get(case, tests)
            for tests, case in test_classes()
            if case not in taken and (case in wanted or not wanted)
        )

    def known_by_class(self):
        """Return {name of a class: seconds that it took last time}."""
        return {name.rpartition(".")[2]: took for name, took in self.known.items()}

    def took(self):
        """Return {class: {"seconds": …, "set_up": …}} of those that were run, and note
        it for the next time; what is gone is forgotten.
        """
        took = {}
        for path in self.folder.iterdir():
            if path.name != KNOWN and (text := path.read_text()):
                took[path.name] = json.loads(text)
        self.known.update((name, each["seconds"]) for name, each in took.items())
        known = {name: long for name, long in self.known.items() if is_there(name)}
        partial = self._known_path.with_suffix(f".{os.getpid()}")
        partial.write_text(json.dumps(known))
        partial.replace(self._known_path)
        return took


def guesses():
    """Return {class: seconds} for a machine that has not run any: the slow ones were
    noted, of the others each test counts for a second.
    """
    slow = json.loads(SLOW.read_text())
    found = {name: tests for tests, name in test_classes(is_whole=True)}
    return {name: max(tests, slow.get(name, 0)) for name, tests in found.items()}


def is_there(name):
    """Return whether the file of a test class (`room.test_x.TestX`) is there."""
    *folders, module, _case = name.split(".")
    return (ROOT / "tests").joinpath(*folders, f"{module}.py").exists()


def places(count):
    """Return how many processes may share the tests of one of so many series."""
    return min(MOST, max(1, -(-(os.cpu_count() or 1) // count)))


def merge(outcomes):
    """Return the `Outcome`s of processes that shared tests as one for each title."""
    merged = {}
    for part in outcomes:
        merged.setdefault(part.title, []).append(part)
    return [_merge(parts) for parts in merged.values()]


def _merge(parts):
    parts = [part for part in parts if not part.is_empty()] or parts[:1]
    whole = parts[0]
    for part in parts[1:]:
        whole.passed += part.passed
        whole.failed += part.failed
        whole.skipped += part.skipped
        whole.seconds = max(whole.seconds, part.seconds)
        for name in ("failures", "skips", "durations"):
            getattr(whole, name).update(getattr(part, name))
    return whole


def test_classes(is_whole=False):
    """Yield (how many tests it has, its name) of the classes in `tests`.

    :param is_whole: the name begins with the room and the file.
    """
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        where = path.relative_to(ROOT / "tests").with_suffix("").parts
        before = ".".join((*where, "")) if is_whole else ""
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.ClassDef):
                names = [each.name for each in node.body if hasattr(each, "name")]
                tests = sum(name.startswith("test") for name in names)
                yield tests, before + node.name


class OdooPart(Part):
    """A part of Odoo's tests; it says itself what it does.

    :param classes: the `Classes` that it shares with other parts.
    """

    def __init__(self, source, purpose, tags, keep, classes, modules=(), is_exact=True):
        super().__init__(f"{source} ({purpose})", f"{purpose}-{source.series}")
        how = (tags, str(classes.folder), keep, purpose, modules, is_exact)
        words = json.dumps([source.series, *how])
        self.start("-m", "dev.odoo_parts", self.target, words, has_log=False)


def main(target, words):
    """Run one part and write its `Outcome` to the target; return the exit code."""
    series, *how = json.loads(words)
    outcome = parts.run(target, series, lambda source: run_tests(source, *how))
    return 0 if outcome else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
