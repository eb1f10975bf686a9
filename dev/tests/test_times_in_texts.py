"""Each time in a text for people is written by `tools/reader_time.py`: by the clock of
the reader, with the day. The fields are found in the code, so that a new one is held to
it, too."""

import ast

from dev.paths import ROOT

from .common import DevCase

FOLDERS = ("models", "wizards", "controllers", "tools")
HELPERS = (
    *("describe_moment", "describe_day", "_describe_moment", "_local"),
    "_amazon_day",
)
FORMATTING = ("strftime", "format_date", "format_datetime", "format_time")
#: they write times by themselves: the helpers, and the axis of a graph
EXEMPT = ("tools/reader_time.py", "models/overview/amazon_account.py")
#: of Odoo's own models
STANDARD = {"create_date", "write_date", "date_order", "invoice_date", "date_done"}


def trees():
    """Yield (path, syntax tree) of all code that may write texts for people."""
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield str(path.relative_to(ROOT)), ast.parse(path.read_text())


def name_of(node):
    """Return the name of what is called, or read."""
    return getattr(node, "attr", None) or getattr(node, "id", None)


def times_of(tree):
    """Yield the names of fields that hold a time."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            kind = node.value.func
            is_field = name_of(getattr(kind, "value", None)) == "fields"
            if is_field and kind.attr in ("Date", "Datetime"):
                yield name_of(node.targets[0])


def plain_times(node, names):
    """Yield the times in an expression that no helper has written."""
    if isinstance(node, ast.Call) and name_of(node.func) in HELPERS:
        return
    if isinstance(node, ast.IfExp):  # what it depends on is not written
        for branch in (node.body, node.orelse):
            yield from plain_times(branch, names)
        return
    if isinstance(node, ast.Attribute) and node.attr in names:
        yield node.attr
    for child in ast.iter_child_nodes(node):
        yield from plain_times(child, names)


def written(tree):
    """Yield (line, expression) of all that becomes a part of a text."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and name_of(node.func) == "_":
            for value in (*node.args, *(word.value for word in node.keywords)):
                yield node.lineno, value
        elif isinstance(node, ast.Call) and name_of(node.func) == "str" and node.args:
            yield node.lineno, node.args[0]
        elif isinstance(node, ast.FormattedValue):
            yield node.lineno, node.value


class TestTimesInTexts(DevCase):
    def test_only_the_helpers_write_times(self):
        found = [
            f"{path}:{node.lineno}"
            for path, tree in trees()
            for node in ast.walk(tree)
            if isinstance(node, ast.Call)
            and name_of(node.func) in FORMATTING
            and path not in EXEMPT
        ]
        self.assertEqual(found, [])

    def test_no_field_is_written_as_it_is_stored(self):
        known = dict(trees())
        names = {name for tree in known.values() for name in times_of(tree)}
        self.assertGreater(len(names), 60)
        names |= STANDARD
        found = [
            f"{path}:{line} {name}"
            for path, tree in known.items()
            for line, value in written(tree)
            for name in plain_times(value, names)
            if path not in EXEMPT[:1]
        ]
        self.assertEqual(found, [])

    def test_a_time_is_found(self):
        tree = ast.parse(
            "_('At %s', self.sent_at); f'{row.sent_at}'; str(self.sent_at)"
        )
        found = [
            name
            for _line, value in written(tree)
            for name in plain_times(value, {"sent_at"})
        ]
        self.assertEqual(found, ["sent_at"] * 3)
        tree = ast.parse("_('At %s', describe_moment(self.env, self.sent_at))")
        for _line, value in written(tree):
            self.assertFalse(list(plain_times(value, {"sent_at"})))
