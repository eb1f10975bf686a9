"""The rooms of the house: path says the flow, name the model; arrows go one way."""

import ast
import re
import unittest

from dev.paths import ROOT

MODELS = ROOT / "models"
TESTS = ROOT / "tests"
LONGEST = 750
#: files of a room that hold no model, or helpers of several: each with its reason
NO_MODEL = {
    "account/own_fields.py": "the mixin amazon.own.fields with what it asks",
    "account/queue_step.py": "the mixin amazon.queue.step with the time budget",
    "account/secret_field.py": "the mixin amazon.secret.mixin with its field",
    "import_speed/reservation.py": "the goods that one import reserves together",
    "overview/amazon_problem_kinds.py": "the table of what can need a person",
    "orders/amazon_order_batch.py": "what the orders of one import share",
    "settlements/amazon_settlement_booking.py": "how rows become journal entries",
    "settlements/payout_explanation.py": "the table that explains a payout",
    "settlements/payout_match.py": "what a payout is reconciled with",
    "stock/product.py": "product.template and product.product have the same fields",
}


def rooms():
    """Return the names of the rooms in the order in which they are loaded."""
    text = (MODELS / "__init__.py").read_text()
    return re.findall(r"^from \. import (\w+)$", text, re.M)


def files():
    """Yield (room, path) of each file of the rooms that is no __init__."""
    for room in rooms():
        for path in sorted((MODELS / room).glob("*.py")):
            if path.name != "__init__.py":
                yield room, path


def imported(path):
    """Yield the first words of what a file imports from other folders of the addon:
    (number of dots, name)."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.level:
            for name in [node.module] if node.module else [a.name for a in node.names]:
                yield node.level, name.split(".")[0]


def models_in(path):
    """Return the names of the models that a file defines or extends."""
    text = path.read_text()
    return set(re.findall(r'^    _(?:name|inherit) = "([\w.]+)"', text, re.M))


def extended_in(path):
    """Return the names of the models that the classes of a file extend, one by one."""
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ClassDef):
            values = {
                target.id: each.value
                for each in node.body
                if isinstance(each, ast.Assign)
                for target in each.targets
                if isinstance(target, ast.Name)
            }
            parents = values.get("_inherit")
            if isinstance(parents, ast.Constant):
                found.append(parents.value)
            elif isinstance(parents, ast.List) and "_name" in values:
                name = values["_name"].value
                found += [name for each in parents.elts if each.value == name]
    return found


def imported_by_tests(path):
    """Yield (room, module) of what a file of the tests imports from other files of
    them; those at the root of the tests are in no room: its name is empty."""
    package = path.relative_to(TESTS).parent.parts
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.ImportFrom) or not node.level:
            continue
        above = len(package) - node.level + 1
        if above < 0:  # of the addon, not of its tests
            continue
        module = [*package[:above], *(node.module or "").split(".")]
        for alias in node.names:
            name = [each for each in (*module, alias.name) if each]
            if not TESTS.joinpath(*name).with_suffix(".py").exists():
                name.pop()
            yield "".join(name[:-1]), name[-1]


def files_of_tests():
    """Yield (room, path) of each file of the tests that is no __init__."""
    for path in sorted(TESTS.rglob("*.py")):
        if path.name != "__init__.py":
            yield (path.parent.name if path.parent != TESTS else ""), path


class TestRooms(unittest.TestCase):
    def test_arrows_go_one_way(self):
        order = rooms()
        upward = [
            f"{path.relative_to(MODELS)} imports {name}"
            for room, path in files()
            for level, name in imported(path)
            if level == 2 and name in order and order.index(name) > order.index(room)
        ]
        self.assertEqual(upward, [])

    def test_tools_import_no_model(self):
        folders = [(ROOT / "tools", 2), (ROOT / "amazon_api", 2)]
        wrong = [
            f"{path.relative_to(ROOT)} imports {name}"
            for folder, depth in folders
            for path in folder.glob("*.py")
            for level, name in imported(path)
            if level >= depth and name not in ("amazon_api", "const")
        ]
        self.assertEqual(wrong, [])

    def test_every_folder_is_a_room(self):
        folders = {path.parent.name for path in MODELS.glob("*/__init__.py")}
        self.assertEqual(folders, set(rooms()))

    def test_every_room_is_explained(self):
        page = (ROOT / "ARCHITECTURE.rst").read_text()
        self.assertEqual(re.findall(r"^``(\w+)``  ", page, re.M), rooms())

    def test_the_call_lists_name_what_is_there(self):
        page = (ROOT / "ARCHITECTURE.rst").read_text()
        sources = "".join(path.read_text() for _room, path in files())
        defined = set(re.findall(r"def (\w+)\(", sources)) | {"__init__"}
        called = set(re.findall(r"(?<![\w/])(?:[a-z.]+\.)?(_[a-z]\w+)", page))
        self.assertEqual(called - defined, set())
        paths = re.findall(r"\b(?:models|docs|dev|tests|amazon_api)/[\w/]+\.\w+", page)
        self.assertEqual([p for p in paths if not (ROOT / p).exists()], [])

    def test_every_file_is_loaded(self):
        for room in rooms():
            text = (MODELS / room / "__init__.py").read_text()
            loaded = set(re.findall(r"^from \. import (\w+)$", text, re.M))
            there = {path.stem for path in (MODELS / room).glob("*.py")} - {"__init__"}
            with self.subTest(room):
                self.assertEqual(loaded, there)

    def test_name_says_the_model(self):
        for room, path in files():
            name = f"{room}/{path.name}"
            if name in NO_MODEL:
                continue
            with self.subTest(name):
                self.assertIn(
                    path.stem, {model.replace(".", "_") for model in models_in(path)}
                )

    def test_a_model_has_one_file_in_a_room(self):
        seen = {}
        for room, path in files():
            for model in extended_in(path):
                seen.setdefault((room, model), []).append(path.name)
        # what only mixes in an abstract model does not extend it
        twice = {
            key: names
            for key, names in seen.items()
            if len(names) > 1 and key[1] not in ("amazon.queue.step", "mail.thread")
        }
        self.assertEqual(twice, {})

    def test_no_file_is_endless(self):
        lengths = {
            f"{room}/{path.name}": len(path.read_text().splitlines())
            for room, path in files()
        }
        self.assertEqual({n: c for n, c in lengths.items() if c > LONGEST}, {})

    def test_every_test_is_run(self):
        """Odoo runs the modules that stand in tests/__init__.py by their names."""
        tree = ast.parse((TESTS / "__init__.py").read_text())
        named = {
            "/".join(filter(None, [node.module, alias.name]))
            for node in tree.body
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }
        there = {
            str(path.relative_to(TESTS).with_suffix(""))
            for path in TESTS.rglob("test_*.py")
        }
        self.assertEqual(named, there)

    def test_tests_mirror_the_rooms(self):
        folders = {path.parent.name for path in TESTS.glob("*/test_*.py")}
        self.assertEqual(folders, set(rooms()))

    def test_nobody_imports_tests(self):
        """Their classes would run twice; and rooms that import their tests make a
        circle as soon as a base class uses another room's."""
        found = [
            f"{path.relative_to(TESTS)} imports {name}"
            for _room, path in files_of_tests()
            for _other, name in imported_by_tests(path)
            if name.startswith("test_")
        ]
        self.assertEqual(found, [])
        for path in TESTS.glob("*/__init__.py"):
            with self.subTest(path.parent.name):
                body = ast.parse(path.read_text()).body
                self.assertTrue(all(isinstance(node, ast.Expr) for node in body))

    def test_tests_import_each_other_by_relative_names(self):
        """Else what they import would not be seen here."""
        found = [
            str(path.relative_to(TESTS))
            for _room, path in files_of_tests()
            if re.search(
                r"^from odoo.addons.amazon_connector.tests", path.read_text(), re.M
            )
        ]
        self.assertEqual(found, [])

    def test_tests_use_the_case_of_their_room(self):
        """Or what stands at the root of the tests, for all rooms; the tests at the root
        are about the whole house and may use any."""
        found = [
            f"{path.relative_to(TESTS)} imports {other}/{name}"
            for room, path in files_of_tests()
            if room and path.name.startswith("test_")
            for other, name in imported_by_tests(path)
            if other not in ("", room)
        ]
        self.assertEqual(found, [])

    def test_arrows_between_cases_go_one_way(self):
        """As between the rooms of the models; the root knows no room."""
        order = ["", *rooms()]
        upward = [
            f"{path.relative_to(TESTS)} imports {other}/{name}"
            for room, path in files_of_tests()
            if not path.name.startswith("test_")
            for other, name in imported_by_tests(path)
            if order.index(other) > order.index(room)
        ]
        self.assertEqual(upward, [])

    def test_a_docstring_begins_with_a_sentence(self):
        found = [
            f"{path.relative_to(ROOT)}: {node.name}"
            for path in ROOT.rglob("*.py")
            if not any(part.startswith(".") for part in path.relative_to(ROOT).parts)
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.FunctionDef | ast.ClassDef)
            if (ast.get_docstring(node) or "").startswith(":")
        ]
        self.assertEqual(found, [])
