"""What a broken gateway, a careless proxy or somebody mean may make of an answer.

`mutations` says what is done to an answer that was good: values are swapped for
strange ones, fields vanish, come twice or in another type.
"""

import copy
import dataclasses
import unittest
from datetime import datetime
from decimal import Decimal

from .test_fuzz import JSON, places_in, st

HALF = "\ud83d"  # of a pair: no database stores it, no file holds it
DEEP = {"a": [[[{"b": [None]}]]]}
for _level in range(20):
    DEEP = {"a": [DEEP]}
TEXTS = (
    *("", " ", HALF, f"a{HALF}b", "\x00", "a\x00", "\u202eakirE\u202c"),
    *("\ufeff", "Ã©" * 9),
)
# No amount of money and no count of pieces; some look like one.
NO_NUMBERS = (
    *("NaN", "Infinity", "-inf", "1e999", "27,98", "27.98 EUR", "0x1b", "1_0", "--1"),
    *("२७.९८", "٣", "१", "½", "1\x00", "1\n", " 1", "+1", "", ".", "zero", HALF),
    *(True, False, 10**400, -(10**400), Decimal("NaN"), Decimal("Infinity")),
    *(Decimal("1E+400"), Decimal("1E-400"), [], ["1"], {"amount": "1"}, DEEP),
)
STRANGE = st.sampled_from((*TEXTS, *NO_NUMBERS, None, 0, -1, 2**31, 2**63, {}, [None]))
HOW = st.sampled_from(("replace", "replace", "drop", "text", "list", "twice", "rename"))


def mutations(most=4):
    """Draw what happens to an answer.

    :return: a strategy for `mutate`
    """
    one = st.tuples(st.integers(0, 10_000), HOW, STRANGE | JSON)
    return st.lists(one, min_size=1, max_size=most)


def mutate(example, steps):
    """Change a copy of an answer in the drawn places.

    :param list steps: of (number of a place, what happens there, a strange value)
    """
    value = {"answer": copy.deepcopy(example)}
    for number, how, strange in steps:
        places = [path for path in places_in(value, ()) if path]
        if not places:  # everything was dropped
            break
        *way, last = places[number % len(places)]
        target = value
        for key in way:
            target = target[key]
        _do(target, last, how, copy.deepcopy(strange))
    return value.get("answer")


def _do(target, key, how, strange):
    if how == "drop":
        del target[key]
    elif how == "text":
        target[key] = str(target[key])[:1000]
    elif how == "list":
        target[key] = [target[key]]
    elif how == "twice" and isinstance(target, list):
        target.append(copy.deepcopy(target[key]))
    elif how == "rename" and isinstance(target, dict):
        target[f"{key}{strange!r:.20}"] = target.pop(key)
    else:
        target[key] = strange


class StrangeCase(unittest.TestCase):
    def assert_storable(self, value, where="it"):
        """Odoo can keep it: texts that PostgreSQL takes, numbers that are numbers,
        times with a zone."""
        if dataclasses.is_dataclass(value):
            value = {
                each.name: getattr(value, each.name)
                for each in dataclasses.fields(value)
            }
        if isinstance(value, str):
            value.encode()
            self.assertNotIn("\x00", value, where)
        elif isinstance(value, Decimal):
            self.assertTrue(value.is_finite(), where)
        elif isinstance(value, int):
            self.assertLess(abs(value), 2**63, where)
        elif isinstance(value, datetime):
            self.assertIsNotNone(value.tzinfo, where)
        elif isinstance(value, dict):
            for name, child in value.items():
                self.assert_storable(child, name)
        elif isinstance(value, (list, tuple, set, frozenset)):
            for child in value:
                self.assert_storable(child, where)
