"""How a buyer's words leave a text (features P1, P2)."""

from psycopg2 import errors

from odoo.tests import BaseCase, tagged

from odoo.addons.amazon_connector.tools.personal_words import (
    PersonalWords,
    describe_for_log,
)


@tagged("post_install", "-at_install")
class TestPersonalWords(BaseCase):
    def assertRedacted(self, words, **texts):
        """Check a text after its personal words are left out.

        :param texts: before and after, in pairs of keywords
        """
        self.assertEqual(words.redact(texts["before"]), texts["after"])

    def test_p2_names_go_whole_and_in_parts(self):
        words = PersonalWords(names=["Hans-Peter von der Heide"])
        self.assertRedacted(
            words,
            before="hans-peter VON der heide; Heide; Mr Heide. Heidelberg, von, der",
            after="…; …; Mr …. Heidelberg, von, der",
        )

    def test_p2_other_words_stay(self):
        words = PersonalWords(names=["Will Ed May"], texts=["Oak 1"])
        self.assertRedacted(
            words,
            before="You will pay in may; Edited by Ed; Oak 12",
            after="You will pay in may; Edited by Ed; Oak 12",
        )
        self.assertRedacted(words, before="will ed  may at oak 1", after="… at …")

    def test_p2_html_is_read_as_well(self):
        words = PersonalWords(names=["Seán O'Brien"], texts=["Groß & Söhne\nSecond"])
        for name in ("O'Brien", "O&#39;Brien", "O&#x27;Brien"):
            self.assertRedacted(words, before=f"<p>{name}</p>", after="<p>…</p>")
        self.assertRedacted(
            words, before="<p>Groß &amp; Söhne<br>Second</p>", after="<p>…<br>…</p>"
        )

    def test_p2_scripts_without_capitals_are_read_as_well(self):
        words = PersonalWords(
            names=["山田 太郎", "محمد عبد الله"], texts=["神宮前1-2-3"]
        )
        self.assertRedacted(
            words, before="山田 様: 神宮前1-2-3; محمد 12", after="… 様: …; … 12"
        )

    def test_p2_nobody_has_no_words(self):
        for words in (PersonalWords(), PersonalWords(names=[None, ""], texts=[False])):
            self.assertRedacted(words, before="A text.", after="A text.")
            self.assertIs(words.redact(False), False)

    def test_p2_words_of_two_are_taken_together(self):
        words = PersonalWords(names=["Erika"]) | PersonalWords(texts=["Weg 5"])
        self.assertRedacted(words, before="Erika, Weg 5, Weg 6", after="…, …, Weg 6")

    def test_p1_traceback_keeps_its_places_and_loses_its_values(self):
        def fail():
            try:
                raise ValueError("Erika Muster is unknown")
            except ValueError as error:
                raise errors.NotNullViolation("null\nDETAIL: row (Weg 5)") from error

        try:
            fail()
        except errors.NotNullViolation as error:
            text = describe_for_log(error, PersonalWords(names=["Erika Muster"]))
        self.assertIn("in fail", text)
        self.assertIn("ValueError: … is unknown", text)
        self.assertIn("NotNullViolation", text)
        self.assertNotIn("Weg 5", text.replace('row (Weg 5)") from', ""))
