"""Which tests are those of a changed file."""

from unittest import mock

from dev import changed
from dev.console import DevError

from .common import DevCase

FILES = {
    "models/stock/amazon_offer.py": '_inherit = "amazon.offer"',
    "models/orders/sale_order.py": "",
    "tools/words.py": "",
    "views/offer_views.xml": '<record id="view_offer" model="ir.ui.view">amazon.offer',
    "tests/common.py": "",
    "tests/stock/case.py": "from ..common import Case\n",
    "tests/stock/test_offers.py": "from .case import StockCase\n",
    "tests/orders/test_words.py": (
        "from odoo.addons.amazon_connector.tools import words\n"
        "from ..common import Case\n"
    ),
    "tests/orders/test_buyers.py": 'self.env["amazon.offer"]\n',
    "amazon_api/throttle.py": "",
    "amazon_api/tests/test_throttle.py": "from amazon_api import throttle\n",
    "amazon_api/tests/test_other.py": "",
}
TEST = "class {}:\n    def test_a(self): pass\n"


class TestChanged(DevCase):
    def setUp(self):
        super().setUp()
        root = self.folder / "addon"
        for name, text in FILES.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.name.startswith("test_"):
                text += TEST.format("Test" + path.stem[5:].title())
            path.write_text(text)
        for module in (changed, changed.odoo_parts):
            self.patch(mock.patch.object(module, "ROOT", root))
        for function in vars(changed).values():
            if hasattr(function, "cache_clear"):
                function.cache_clear()
                self.addCleanup(function.cache_clear)

    def classes(self, *files):
        return list(changed.of_files(files).classes)

    def test_a_test_is_its_own(self):
        self.assertEqual(self.classes("tests/orders/test_words.py")[0], "TestWords")

    def test_a_room_has_its_tests_and_who_names_its_model_comes_after(self):
        found = self.classes("models/stock/amazon_offer.py")
        self.assertEqual(found, ["TestOffers", "TestBuyers"])

    def test_who_imports_a_file_comes_first(self):
        self.assertEqual(self.classes("tools/words.py"), ["TestWords"])
        found = self.classes("tests/common.py")
        self.assertEqual(found, ["TestWords", "TestOffers"])

    def test_views_are_tested_where_their_model_is(self):
        self.assertEqual(self.classes("views/offer_views.xml"), ["TestBuyers"])

    def test_without_odoo(self):
        choice = changed.of_files(["amazon_api/throttle.py"])
        self.assertEqual(choice.classes, {})
        self.assertEqual(choice.units, ["amazon_api.tests.test_throttle.*"])

    def test_a_file_that_is_gone(self):
        self.assertEqual(self.classes("views/gone.xml"), [])

    def test_as_many_as_there_is_time_for(self):
        classes = ["TestOffers", "TestWords", "TestBuyers"]
        known = {"TestOffers": 30, "TestWords": 50}
        chosen = changed.within(classes, 40, known)
        self.assertEqual(chosen, ["TestOffers"])
        chosen = changed.within(classes, 20, known)
        self.assertEqual(chosen, ["TestOffers"], "the nearest in any case")
        self.assertEqual(changed.within(classes, 90, known), classes)

    def test_nothing_has_changed(self):
        with mock.patch.object(changed, "changed_files", return_value=[]):
            with self.assertRaisesRegex(DevError, "nothing differs from HEAD"):
                changed.choose("HEAD")

    def test_git_knows_no_such_commit(self):
        with self.assertRaisesRegex(DevError, "git"):
            changed.changed_files("nonsense")
