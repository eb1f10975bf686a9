"""`python3 -m dev features`: which tests name which feature of `docs/features.rst`.

A test names a feature in the docstring of its module or class, as in "(features D3,
H1 to H4)". The page lists them, so that the way from a feature to its proof is short.
"""

import ast
import re
import textwrap

from .console import say
from .paths import ROOT

PAGE = ROOT / "docs" / "features.rst"
#: "feature D12", "features A3-A5", "features H1 to H4 and K3", in any text
NAMED = re.compile(
    r"\bfeatures?\s+([A-Z]\d{1,2}(?:(?:,|\s+and|\s+to|-)\s*[A-Z]\d{1,2})*)"
)
#: "(A1, P3)" at the end of a sentence, which only a docstring of a test may use
IN_BRACKETS = re.compile(r"\(([A-Z]\d{1,2}(?:,\s*[A-Z]\d{1,2})*)\)")
RANGE = re.compile(r"([A-Z])(\d{1,2})\s*(?:-|to\s)\s*[A-Z](\d{1,2})")
SOURCES = ("models", "tools", "wizards", "controllers", "tests", "amazon_api", "sim")


def explained(text):
    """Return {ID: its lines} of the page's text, without the line of tests."""
    found, current = {}, None
    for line in text.splitlines():
        if re.fullmatch(r"[A-Z]\d{1,2}", line):
            current = found.setdefault(line, [])
        elif not line.startswith("  ") and line:
            current = None
        elif current is not None and line:
            current.append(line)
    return found


def ids_in(text, pattern=NAMED):
    """Return the set of IDs that a text names; a range names all in between."""
    found = set()
    for match in pattern.finditer(text):
        for letter, first, last in RANGE.findall(match[1]):
            found |= {f"{letter}{n}" for n in range(int(first), int(last) + 1)}
        found |= set(re.findall(r"[A-Z]\d{1,2}", match[1]))
    return found


def named_by_tests():
    """Return {ID: [path of a test file, …]}, paths as seen from the checkout."""
    found = {}
    for folder in ("tests", "amazon_api/tests", "sim/tests", "dev/tests"):
        for path in sorted((ROOT / folder).rglob("test_*.py")):
            tree = ast.parse(path.read_text())
            nodes = [tree, *(n for n in ast.walk(tree) if isinstance(n, ast.ClassDef))]
            text = "\n".join(ast.get_docstring(node) or "" for node in nodes)
            for name in ids_in(text) | ids_in(text, IN_BRACKETS):
                found.setdefault(name, []).append(str(path.relative_to(ROOT)))
    return found


def named_by_sources():
    """Return {ID: a path that names it} of all Python files of the addon."""
    found = {}
    for folder in SOURCES:
        for path in sorted((ROOT / folder).rglob("*.py")):
            for name in ids_in(path.read_text()):
                found.setdefault(name, str(path.relative_to(ROOT)))
    return found


def page_with_tests(text):
    """Return the text of the page with the lines of tests as they should be."""
    tests = named_by_tests()
    blocks = []
    for block in text.split("\n\n"):
        name, _, rest = block.partition("\n")
        if re.fullmatch(r"[A-Z]\d{1,2}", name):
            kept = re.split(r"\n  \*(?:Tests|Not tested)", "\n" + rest)[0].strip("\n")
            paths = ", ".join(f"``{path}``" for path in tests.get(name, []))
            line = f"*Tests:* {paths}" if paths else "*Not tested by name.*"
            lines = textwrap.wrap(line, 86, break_long_words=False)
            block = "\n".join([name, kept, *("  " + each for each in lines)])
        blocks.append(block.rstrip("\n"))
    return "\n\n".join(blocks) + "\n"


def update(_options):
    """Write the lines of tests anew; return the exit code."""
    PAGE.write_text(page_with_tests(PAGE.read_text()))
    say(f"written: {PAGE.relative_to(ROOT)}")
    return 0
