from unittest import mock

from dev import odoo_parts
from dev.paths import NAME

from .common import DevCase


class TestParts(DevCase):
    def setUp(self):
        super().setUp()
        tests = self.folder / "checkout" / "tests"
        tests.mkdir(parents=True)
        for case, count in (("TestA", 4), ("TestB", 3), ("TestC", 2)):
            methods = "".join(f"    def test_{n}(self): pass\n" for n in range(count))
            path = tests / f"test_{case.lower()}.py"
            path.write_text(f"class {case}:\n    kept = True\n{methods}")
        patcher = mock.patch.object(odoo_parts, "ROOT", tests.parent)
        patcher.start()
        self.addCleanup(patcher.stop)

    def split(self, cores, *sources):
        with mock.patch("os.cpu_count", return_value=cores):
            return odoo_parts.split(sources)

    def test_each_core_gets_as_many_tests(self):
        self.assertEqual(odoo_parts.shares(2), [["TestA"], ["TestB", "TestC"]])

    def test_a_part_without_a_class_is_none(self):
        self.assertEqual(len(odoo_parts.shares(9)), 3)

    def test_what_no_part_names_is_in_the_first(self):
        module = f"/{NAME}"
        first = f"{module},-{module}:TestB,-{module}:TestC"
        second = f"{module}:TestB,{module}:TestC"
        self.assertEqual(
            self.split(2, "17"), [("17", "test", first), ("17", "test2", second)]
        )

    def test_two_series_share_the_cores(self):
        everything = f"/{NAME}"
        self.assertEqual(
            self.split(2, "17", "19"),
            [("17", "test", everything), ("19", "test", everything)],
        )
