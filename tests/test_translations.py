"""Every text can be translated, and is (feature U1)."""

import re
from pathlib import Path

import polib

from odoo.release import version_info
from odoo.tests import TransactionCase, tagged
from odoo.tools.translate import TranslationModuleReader

FOLDER = Path(__file__).resolve().parents[1] / "i18n"
LANGUAGES = {"de", "es", "fr", "it"}
# What is the same in both languages stays empty: names of programmes and units.
MOST_ALIKE = 60
# The texts are those of 17.0. Later series also take single words that stand beside a
# text for texts, and have some names of their own.
MOST_OTHERS = 0 if version_info[0] == 17 else 15
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}|<[^>]+>")
# What a screen reader says of an icon, the only words inside of a tag.
SPOKEN = re.compile(r'(?<=title=")[^"]*')


@tagged("post_install", "-at_install")
class TestTranslations(TransactionCase):
    def test_u1_template_holds_every_text(self):
        """When this fails: python3 -m dev translations"""
        exported = {
            source
            for _module, _kind, _name, place, source, *_rest in TranslationModuleReader(
                self.env.cr, modules=["amazon_connector"]
            )
            if not str(place).endswith("_demo")
        }
        known = {text.msgid for text in polib.pofile(FOLDER / "amazon_connector.pot")}
        missing = sorted(exported - known)
        self.assertLessEqual(len(missing), MOST_OTHERS, missing)
        self.assertGreater(len(exported & known), 900)

    def test_u1_languages_are_complete(self):
        known = {text.msgid for text in polib.pofile(FOLDER / "amazon_connector.pot")}
        found = {path.stem: polib.pofile(path) for path in FOLDER.glob("*.po")}
        self.assertEqual({*found}, LANGUAGES)
        for language, texts in found.items():
            with self.subTest(language):
                self.assertEqual({text.msgid for text in texts}, known)
                self.assertFalse([text for text in texts if text.fuzzy])
                empty = [text.msgid for text in texts if not text.msgstr]
                self.assertLess(len(empty), MOST_ALIKE, empty)

    def test_u1_placeholders_survive_translation(self):
        for path in sorted(FOLDER.glob("*.po")):
            wrong = [
                text.msgid
                for text in polib.pofile(path)
                if text.msgstr
                and _find_placeholders(text.msgid) != _find_placeholders(text.msgstr)
            ]
            with self.subTest(path.stem):
                self.assertEqual(wrong, [])


def _find_placeholders(text):
    return sorted(PLACEHOLDER.findall(SPOKEN.sub("", text)))
