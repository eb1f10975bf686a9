"""Choose the tests of a changed file: by folders, by imports, by what they name."""

import ast
import functools
import os
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from . import odoo_parts
from .console import DevError
from .paths import NAME, ROOT
from .process import run

#: of tests of Odoo for each process: a minute, with what comes before them
SECONDS = 35
#: folders whose tests need no Odoo
PURE = ("amazon_api", "sim", "dev")
#: what a file of ours names: its models, its records
MODELS = re.compile(r"\bamazon\.[a-z_.]+[a-z]")
RECORDS = re.compile(r"""<(?:record|template|menuitem)[^>]*?\bid=["'](\w+)["']""")


@dataclass
class Choice:
    """The tests of what has changed: classes of Odoo's, the nearest first, with the
    reason; patterns for the names of the others."""

    files: list
    classes: dict = field(default_factory=dict)
    units: list = field(default_factory=list)


def choose(base):
    """Return the `Choice` for the files that differ from a commit.

    :param base: of git; what is not committed counts.
    :raise DevError: git does not know it, or nothing has changed.
    """
    files = changed_files(base)
    if not files:
        raise DevError(f"nothing differs from {base}", "--changed COMMIT names another")
    return of_files(files)


def changed_files(base):
    """Return the paths of what differs from a commit, new files too.

    :raise DevError: git does not know the commit.
    """
    git = ("git", "-C", ROOT)
    try:
        differing = run(*git, "diff", "--name-only", "--no-renames", base)
        new = run(*git, "ls-files", "--others", "--exclude-standard")
    except (OSError, subprocess.SubprocessError) as error:
        raise DevError(f"git does not run: {error}") from error
    if differing.returncode:
        raise DevError(f"git knows no {base}: {differing.stderr.strip()[-200:]}")
    return sorted({*differing.stdout.split("\n"), *new.stdout.split("\n")} - {""})


def of_files(files):
    """Return the `Choice` for some paths in the checkout."""
    choice = Choice(files)
    for name in files:
        if PurePosixPath(name).parts[0] in PURE:
            choice.units += unit_tests(name)
    choice.units = sorted(set(choice.units))
    ranks = sorted(
        (rank, path, name)
        for name in files
        for path in odoo_tests()
        if (rank := _rank(name, path)) is not None
    )
    for rank, path, name in ranks:
        for case in source(path).classes:
            choice.classes.setdefault(case, f"{REASONS[rank]} {name}")
    return choice


#: how near a test file may be to a changed file, the nearest first
REASONS = (
    "is in",
    "imports",
    "is of the room of",
    "imports what imports",
    "names what is in",
)


def _rank(name, path):
    """Return how near a test file is to a changed file, an index of REASONS or None."""
    changed = PurePosixPath(name)
    if name == path:
        return 0
    if name in source(path).imports:
        return 1
    if changed.parts[0] in (*PURE, "docs", ".ci"):
        return None
    room = changed.parent.name if len(changed.parts) > 2 else None
    if room == PurePosixPath(path).parent.name:
        return 2
    if changed.parts[0] == "tests":
        return 3 if name in all_imports(path) else None
    return 4 if source(path).words & named_in(name) else None


class Source:
    """A Python file of the tests."""

    def __init__(self, path):
        self.path = path
        text = (ROOT / path).read_text()
        tree = ast.parse(text)
        self.words = set(re.findall(r"[\w.]+", text))
        self.classes = [
            node.name
            for node in tree.body
            if isinstance(node, ast.ClassDef)
            and any(each.name.startswith("test") for each in _functions(node))
        ]
        #: paths of our own files
        self.imports = {found for node in ast.walk(tree) for found in self._of(node)}

    def _of(self, node):
        """Yield the paths of ours that an import may mean."""
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            module = self._absolute(node)
            names = [module, *(f"{module}.{alias.name}" for alias in node.names)]
        else:
            return
        for name in names:
            path = name.removeprefix(f"odoo.addons.{NAME}.").replace(".", "/")
            if (ROOT / f"{path}.py").is_file():
                yield f"{path}.py"

    def _absolute(self, node):
        if not node.level:
            return node.module
        parts = PurePosixPath(self.path).parts[: -node.level]
        return ".".join([*parts, *([node.module] if node.module else [])])


def within(classes, seconds, known):
    """Return the first of some classes, as many as there is time for.

    :param known: {name of a class: seconds}; of others their tests are counted.
    """
    tests = {case: count for count, case in odoo_parts.test_classes()}
    chosen, left = [], seconds
    for case in classes:
        left -= known.get(case, tests.get(case, 1))
        if left >= 0 or not chosen:
            chosen.append(case)
    return chosen


@functools.cache
def source(path):
    """Return the `Source` of a path."""
    return Source(path)


@functools.cache
def all_imports(path):
    """Return the paths of the helpers that a test file imports, through others too."""
    found, waiting = set(), {path}
    while waiting:
        imports = source(waiting.pop()).imports
        helpers = {each for each in imports if each.startswith("tests/")}
        waiting |= helpers - found
        found |= helpers
    return found


def _functions(node):
    return [each for each in node.body if isinstance(each, ast.FunctionDef)]


@functools.cache
def odoo_tests():
    """Return the paths of the addon's test files."""
    found = (ROOT / "tests").rglob("test_*.py")
    return sorted(str(path.relative_to(ROOT)) for path in found)


@functools.cache
def named_in(name):
    """Return our models and records that a file defines or names."""
    path = ROOT / name
    if path.suffix not in (".py", ".xml", ".csv") or not path.is_file():
        return set()
    text = path.read_text(errors="replace")
    if path.suffix == ".py":  # its subject, not all that it uses
        return set(re.findall(r'_(?:name|inherit) = "(amazon\.[\w.]+)"', text))
    records = RECORDS.findall(text)
    return {*MODELS.findall(text), *records, *(f"{NAME}.{each}" for each in records)}


def unit_tests(name):
    """Yield patterns for the tests without Odoo of a changed file there."""
    changed = PurePosixPath(name)
    folder = changed.parts[0]
    for path in sorted((ROOT / folder / "tests").rglob("test_*.py")):
        text = path.read_text()
        if str(path.relative_to(ROOT)) == name or re.search(
            rf"\bimport\b[^\n]*\b{changed.stem}\b|\b{changed.stem}\b[^\n]*\bimport\b"
            rf"|^    {changed.stem},$",
            text,
            re.M,
        ):
            dotted = os.path.relpath(path, ROOT).removesuffix(".py").replace("/", ".")
            yield f"{dotted}.*"
