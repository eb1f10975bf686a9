"""Tells whether two states of the sources install the same addon.

There are two hashes: the exact one changes with each file that an installation reads;
that of the outline does not change with the bodies of methods that run after it.
"""

import ast
import fnmatch
import hashlib
import os

from .paths import ROOT

#: a change of these does not change what is installed
UNINSTALLED = ("dev", "sim", "tests", "docs", "__pycache__")
#: nor does one of these, beside them
UNREAD = (".*", "*.pyc", "*.log", "*.rst", "*.md", "*.toml")
#: what a running Odoo reads, and no row of the database comes from
READ_LATER = ("i18n", "static", "amazon_api")
#: methods that already run while the addon and its demo data are installed
RUN_AT_INSTALLATION = (
    "_auto_init",
    "_check*",
    "_compute*",
    "_default*",
    "_get_default*",
    "_inverse*",
    "_register_hook",
    "_selection*",
    "create",
    "init",
    "write",
)


def exact():
    """Return a hash of all files that an installation depends on."""
    digest = hashlib.sha256()
    for name, path in _files(UNINSTALLED):
        _add(digest, name, _bytes(path))
    return digest.hexdigest()


def outline():
    """Return a hash of what the installation leaves in the database.

    Of Python that is what stands outside of methods, and the methods that run at the
    installation. It is for trying something out: a method that is not among them may
    still have had a part in a row of the demo data.
    """
    digest = hashlib.sha256()
    for name, path in _files((*UNINSTALLED, *READ_LATER)):
        content = _bytes(path)
        is_hook = name in ("hooks.py", "__manifest__.py") or "migrations" in name
        if name.endswith(".py") and not is_hook:
            content = _outline_of(content)
        _add(digest, name, content)
    return digest.hexdigest()


def assets():
    """Return a hash of what bundles of assets are made from: Odoo compares the times.

    Two checkouts of one state have different ones.
    """
    digest = hashlib.sha256()
    for name, path in _files((*UNINSTALLED, "i18n")):
        if name.startswith("static"):
            digest.update(f"{name}\0{os.stat(path).st_mtime_ns}\0".encode())
    return digest.hexdigest()


def _files(left_out):
    """Yield (name, path) of the files outside of some folders, always in one order."""
    for parent, folders, files in os.walk(ROOT):
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".") and name not in left_out
        )
        for name in sorted(files):
            if not any(fnmatch.fnmatch(name, pattern) for pattern in UNREAD):
                path = os.path.join(parent, name)
                yield os.path.relpath(path, ROOT), path


def _bytes(path):
    with open(path, "rb") as source:
        return source.read()


def _add(digest, name, content):
    digest.update(f"{name}\0{len(content)}\0".encode())
    digest.update(content)


def _outline_of(source):
    """Return a Python source without the bodies of most functions, and without the
    docstrings; one that can not be read stays as it is."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return source
    return ast.dump(_Outline().visit(tree)).encode()


class _Outline(ast.NodeTransformer):
    def visit_FunctionDef(self, node):
        if not any(fnmatch.fnmatch(node.name, name) for name in RUN_AT_INSTALLATION):
            node.body = []
        return node

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_ClassDef(self, node):
        if ast.get_docstring(node) is not None:
            node.body = node.body[1:]
        return self.generic_visit(node)
