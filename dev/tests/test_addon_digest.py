"""Which change of the sources makes another installation."""

from unittest import mock

from dev import addon_digest

from .common import DevCase

MODEL = '''
"""Orders."""
from odoo import fields, models

SIZE = 1

class Order(models.Model):
    """An order."""
    _name = "an.order"
    name = fields.Char(default=lambda self: self._name)

    def _compute_name(self):
        """Name it."""
        self.name = "A"

    def action_go(self):
        """Go."""
        self.name = "B"
'''


class TestDigest(DevCase):
    def setUp(self):
        super().setUp()
        self.root = self.folder / "addon"
        for name in ("models", "dev", "tests", "docs", "i18n", "views"):
            (self.root / name).mkdir(parents=True)
        self.patch(mock.patch.object(addon_digest, "ROOT", self.root))
        self.write("models/order.py", MODEL)

    def write(self, name, text):
        (self.root / name).write_text(text)

    def assertChange(self, digest, expected, name, text):
        before = digest()
        self.write(name, text)
        self.assertEqual(digest() != before, expected, f"{digest.__name__} {name}")

    def test_what_is_not_installed_is_no_change(self):
        for digest in (addon_digest.exact, addon_digest.outline):
            for number, name in enumerate(
                ("dev/x.py", "tests/test_x.py", "docs/x.txt", "models/.order.py.swp")
            ):
                self.assertChange(digest, False, name, f"{digest} {number}")

    def test_any_other_file_is_a_change_of_the_exact_one(self):
        self.assertChange(addon_digest.exact, True, "i18n/de.po", "x")
        self.assertChange(addon_digest.exact, True, "views/x.xml", "<odoo/>")
        text = MODEL.replace('"B"', '"C"')
        self.assertChange(addon_digest.exact, True, "models/order.py", text)

    def test_what_reaches_the_database_is_a_change_of_the_outline(self):
        self.assertChange(addon_digest.outline, True, "views/x.xml", "<odoo/>")
        for old, new in (
            ("fields.Char(", "fields.Text("),
            ("self._name)", "1)"),
            ("SIZE = 1", "SIZE = 2"),
            ("def action_go", "def action_goes"),
            ('"A"', '"Z"'),
        ):
            text = MODEL.replace(old, new)
            self.assertNotEqual(text, MODEL)
            self.assertChange(addon_digest.outline, True, "models/order.py", text)

    def test_what_a_method_does_is_none_of_the_outline(self):
        for old, new in (
            ('"B"', '"C"'),
            ('"""Go."""', '"""Leave."""'),
            ('"""An order."""', '"""A sale."""'),
            ("SIZE = 1", "SIZE = 1  # one"),
        ):
            text = MODEL.replace(old, new)
            self.assertNotEqual(text, MODEL)
            self.assertChange(addon_digest.outline, False, "models/order.py", text)
            self.write("models/order.py", MODEL)
        self.assertChange(addon_digest.outline, False, "i18n/de.po", "x")

    def test_hooks_count_whole(self):
        self.write("hooks.py", "def uninstall_hook(env): env.a()")
        text = "def uninstall_hook(env): env.b()"
        self.assertChange(addon_digest.outline, True, "hooks.py", text)

    def test_what_can_not_be_read_counts_as_it_is(self):
        self.write("models/order.py", "def (")
        self.assertChange(addon_digest.outline, True, "models/order.py", "def ((")
