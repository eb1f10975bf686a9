"""What is far too long or too deep takes no time and no stack."""

import json
import time
import unittest

from .. import (
    Order,
    Unavailable,
    UnreadableOrder,
    parse_order,
    parse_page,
    parse_processing_report,
)
from ..answers import NotJson, decode, stated_error
from ..safe_text import safe_text
from .common import item_json, order_json
from .sent import processing_report, result_xml

HALF = "\ud83d"  # of a pair
ORDER = order_json(orderItems=[item_json(measurement={"unit": "GRAMS", "value": 1})])


def _places(value, path=()):
    """Walk through an answer.

    :return: where the texts of an answer stand
    """
    if isinstance(value, str):
        yield path
    for key in value if isinstance(value, dict) else ():
        yield from _places(value[key], (*path, key))
    for number, child in enumerate(value if isinstance(value, list) else ()):
        yield from _places(child, (*path, number))


def _with(path, text):
    """Put a text into a copy of the order.

    :return: the order with another text in one place
    """
    order = json.loads(json.dumps(ORDER))
    *way, last = path
    target = order
    for key in way:
        target = target[key]
    target[last] = text
    return order


class TestLongAnswers(unittest.TestCase):
    def quickly(self, action, *args):
        began = time.process_time()
        try:
            return action(*args)
        finally:
            self.assertLess(time.process_time() - began, 4)

    def test_long_messages(self):
        pieces = ("a", "a.", "“", "1 ", "@", HALF)
        long = [piece * (10_000_000 // len(piece)) for piece in pieces]
        for text in (*long, *(f'"{text}' for text in long)):
            with self.subTest(text[:3]):
                self.assertLessEqual(len(self.quickly(safe_text, text)), 240)
                code, said = self.quickly(stated_error, {"message": text, "code": text})
                self.assertIsNone(code)
                self.assertLessEqual(len(said), 240)

    def test_cut_off_message_shows_no_half_of_a_secret(self):
        for secret in (
            "Atzr|IwEBIrefresh",
            "erika.zwiebel@example.com",
            "https://x.s3.amazonaws.com/?sig",
            "+49 171 555 01 77 88",
            '"Erika Zwiebelmann, Lauchgasse 77 Berlin"',
        ):
            for before in range(1900, 2001, 3):
                link = "https://" + "a" * (before - 9)  # shown as one sign
                shown = safe_text(f"{link} {secret} and so on")
                with self.subTest(f"{secret} {before}"):
                    for start in range(len(secret) - 5):
                        self.assertNotIn(secret[start : start + 5], shown)

    def test_long_texts_in_an_order(self):
        text = "a1" * 5_000_000
        for path in _places(ORDER):
            with self.subTest(path):
                order = self.quickly(parse_order, _with(path, text))
                self.assertIsInstance(order, (Order, UnreadableOrder))

    def test_deep_answers(self):
        for deep in ("[" * 1_000_000, '{"a":' * 100_000, "[" * 990 + "]" * 990):
            try:
                payload = self.quickly(decode, deep.encode())
            except NotJson:
                continue
            with self.assertRaises(Unavailable):
                parse_page(payload)
        inside = order_json(orderItems=json.loads("[" * 900 + "]" * 900))
        self.assertIsInstance(parse_order(inside), UnreadableOrder)

    def test_deep_and_long_processing_reports(self):
        whole = processing_report(result_xml(1))
        place, deep = "<ProcessingSummary>", "<a>" * 100_000
        for pasted in (deep, deep + "</a>" * 100_000, "x" * 10**7):
            content = whole.replace(place, pasted + place)
            with self.subTest(pasted[-9:]):
                try:
                    self.quickly(parse_processing_report, content.encode())
                except Unavailable as error:
                    self.assertEqual(error.reason, "answer")
