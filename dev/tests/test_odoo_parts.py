import json
from unittest import mock

from dev import odoo_parts
from dev.odoo_tests import NO_TEST, Outcome
from dev.paths import cache

from .common import DevCase


class TestParts(DevCase):
    def setUp(self):
        super().setUp()
        tests = self.folder / "checkout" / "tests"
        tests.mkdir(parents=True)
        for case, count in (("TestA", 4), ("TestB", 3), ("TestC", 2)):
            methods = "".join(f"    def test_{n}(self): pass\n" for n in range(count))
            path = tests / f"test_{case[-1].lower()}.py"
            path.write_text(f"class {case}:\n    kept = True\n{methods}")
        patcher = mock.patch.object(odoo_parts, "ROOT", tests.parent)
        patcher.start()
        self.addCleanup(patcher.stop)

    def test_classes_are_found_in_rooms_too(self):
        room = self.folder / "checkout" / "tests" / "orders"
        room.mkdir()
        (room / "test_d.py").write_text("class TestD:\n    def test_d(self): pass\n")
        self.assertIn((1, "TestD"), list(odoo_parts.test_classes()))

    def test_each_core_gets_a_process(self):
        with mock.patch("os.cpu_count", return_value=2):
            self.assertEqual([odoo_parts.places(1), odoo_parts.places(2)], [2, 1])

    def test_what_is_left_is_known_from_the_last_time(self):
        with odoo_parts.Classes("17.0") as classes:
            self.assertEqual(classes.left(), 4 + 3 + 2)
            taken = {"seconds": 30, "set_up": 10}
            (classes.folder / "test_a.TestA").write_text(json.dumps(taken))
            (classes.folder / "test_b.TestB").touch()
            self.assertEqual(classes.left(), 2)
            self.assertEqual(classes.took(), {"test_a.TestA": taken})
        with odoo_parts.Classes("17.0") as classes:
            self.assertEqual(classes.left(), 30 + 3 + 2)
        self.assertFalse(classes.folder.exists())

    def test_machine_that_knows_nothing_begins_with_what_was_slow_elsewhere(self):
        slow = self.folder / "slow.json"
        slow.write_text(json.dumps({"test_c.TestC": 46, "test_a.TestA": 1}))
        with (
            mock.patch.object(odoo_parts, "SLOW", slow),
            odoo_parts.Classes("17.0") as classes,
        ):
            guesses = json.loads((classes.folder / odoo_parts.KNOWN).read_text())
            classes.took()
        expected = {"test_a.TestA": 4, "test_b.TestB": 3, "test_c.TestC": 46}
        self.assertEqual(guesses, expected)
        self.assertEqual(odoo_parts.Classes("17.0").known, {}, "a guess is not noted")

    def test_what_is_gone_is_forgotten(self):
        with odoo_parts.Classes("17.0") as classes:
            classes.known = {"old.test_a.TestA": 9, "test_a.TestA": 30}
            classes.took()
        self.assertEqual(odoo_parts.Classes("17.0").known, {"test_a.TestA": 30})

    def test_what_can_not_be_is_not_known(self):
        times = {"test_a.TestA": 1.8e9, "test_b.TestB": -1.8e9, "test_c.TestC": 3}
        (cache() / "durations-17.0.json").write_text(json.dumps(times))
        self.assertEqual(odoo_parts.Classes("17.0").known, {"test_c.TestC": 3})

    def test_what_is_unreadable_is_not_known(self):
        (cache() / "durations-17.0.json").write_text("{")
        self.assertEqual(odoo_parts.Classes("17.0").known, {})


class TestSlow(DevCase):
    def test_the_slow_classes_are_there(self):
        slow = json.loads(odoo_parts.SLOW.read_text())
        names = {name for _tests, name in odoo_parts.test_classes(is_whole=True)}
        self.assertEqual(slow.keys() - names, set())


class TestMerge(DevCase):
    def test_parts_of_one_series_are_one(self):
        parts = [
            Outcome("17", 2, 1, 0, 9.0, {"a": "x"}, {}, {"a": 1}),
            Outcome("19", 1),
            Outcome("17", 1, 0, 1, 11.0, {}, {"b": "y"}, {"b": 2}),
        ]
        self.assertEqual(
            odoo_parts.merge(parts),
            [
                Outcome("17", 3, 1, 1, 11.0, {"a": "x"}, {"b": "y"}, {"a": 1, "b": 2}),
                Outcome("19", 1),
            ],
        )

    def test_who_came_too_late_is_no_failure(self):
        late = Outcome("17", failed=1, failures={"Odoo": NO_TEST})
        self.assertEqual(odoo_parts.merge([late, Outcome("17", 2)])[0].failed, 0)
        self.assertEqual(odoo_parts.merge([late])[0].failed, 1)
