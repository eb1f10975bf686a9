"""Read JSON objects field by field, and remember the place for the error message.

Absent, null and (for texts) empty are the same: None. Anything else of the wrong type
or form raises `Unreadable`, whose words never repeat what was found.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from decimal import Decimal

from .order_parts import Money
from .stored_text import is_number, stored_text

_AMOUNT = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?([eE][+-]?[0-9]{1,2})?", re.ASCII)
_LARGEST_AMOUNT = Decimal(10) ** 12
_FINEST_AMOUNT = -6
_LARGEST_COUNT = 2**31 - 1
# `Reader.object` hides the builtin inside of its class.
Anything = object
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
_MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}:[0-9]{2}(?::[0-9]{2})?)"
    r"(?:\.([0-9]{1,9}))?(?:Z|([+-])([0-9]{2}):?([0-9]{2}))",
    re.ASCII,
)


class Unreadable(Exception):
    """Something in an answer makes no sense.

    :param str where: place in the answer, e.g. ``orderItems[0].quantityOrdered``
    :param str problem: short sentence without any of the content
    """

    def __init__(self, where: str, problem: str):
        super().__init__(f"{where}: {problem}")
        self.where = where
        self.problem = problem


class Reader:
    """A JSON object and its place in the answer."""

    __slots__ = ("_fields", "_place")

    def __init__(self, value: object, place: str = ""):
        self._place = place
        if value is None:
            value = {}
        if not isinstance(value, dict):
            raise Unreadable(place or "answer", "This is not a group of fields.")
        self._fields = value

    def __bool__(self) -> bool:
        return any(value is not None for value in self._fields.values())

    def fail(self, name: str, problem: str) -> Unreadable:
        return Unreadable(self.place(name), problem)

    def place(self, name: str) -> str:
        return f"{self._place}.{name}" if self._place else name

    def has(self, name: str) -> bool:
        return self._fields.get(name) is not None

    def require(self, *names: str) -> None:
        for name in names:
            if not self.has(name):
                raise self.fail(name, "This is missing.")

    def object(self, name: str) -> Reader:
        """A nested object; an empty one when absent."""
        return Reader(self._fields.get(name), self.place(name))

    def objects(self, name: str) -> list[Reader]:
        """A list of objects; empty when absent."""
        return [
            Reader({} if value is None else value, place)
            for value, place in self._elements(name)
        ]

    def required_list(self, name: str) -> list:
        """A list as it came; may be empty, not absent."""
        self.require(name)
        return [element for element, _place in self._elements(name)]

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts without the empty ones."""
        found = (self._text(value, place) for value, place in self._elements(name))
        return tuple(text for text in found if text)

    def text(self, name: str) -> str | None:
        """A text for people: trimmed, cut where it has no end, free of what no database
        can store."""
        return self._text(self._fields.get(name), self.place(name))

    def identifier(self, name: str) -> str | None:
        """A number of Amazon's, or a SKU: exactly as it came."""
        value = self.token(name)
        if value is not None and not is_number(value):
            raise self.fail(name, "This is not a usable identifier.")
        return value

    def token(self, name: str) -> str | None:
        """A text of any length that is sent back to Amazon soon, and not stored in a
        column with an index: exactly as it came."""
        value = self._fields.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, str) or "\x00" in value or not _is_sound(value):
            raise self.fail(name, "This is not a usable identifier.")
        if not value.strip():
            raise self.fail(name, "This is not a usable identifier.")
        return value

    def required_identifier(self, name: str) -> str:
        return self._required(name, self.identifier(name))

    def required_token(self, name: str) -> str:
        return self._required(name, self.token(name))

    def count(self, name: str) -> int | None:
        """A whole number, zero or more."""
        value = self._fields.get(name)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.fail(name, "This is not a whole number.")
        if value < 0:
            raise self.fail(name, "This number is negative.")
        if value > _LARGEST_COUNT:
            raise self.fail(name, "This number is too large.")
        return value

    def required_count(self, name: str) -> int:
        value = self.count(name)
        if value is None:
            raise self.fail(name, "This is missing.")
        return value

    def flag(self, name: str) -> bool:
        """A required true or false."""
        self.require(name)
        value = self._fields[name]
        if not isinstance(value, bool):
            raise self.fail(name, "This is neither true nor false.")
        return value

    def number(self, name: str) -> Decimal:
        """A required decimal number."""
        self.require(name)
        return self._decimal(self._fields[name], name, "This is not a number.")

    def money(self, name: str) -> Money | None:
        if not self.has(name):
            return None
        money = self.object(name)
        money.require("amount", "currencyCode")
        amount = money._decimal(
            money._fields["amount"], "amount", "This is not an amount of money."
        )
        currency = money._fields["currencyCode"]
        if not isinstance(currency, str) or not _CURRENCY.fullmatch(currency):
            raise money.fail("currencyCode", "This is not a currency code.")
        return Money(amount, currency)

    def required_money(self, name: str) -> Money:
        money = self.money(name)
        if money is None:
            raise self.fail(name, "This is missing.")
        return money

    def moment(self, name: str) -> datetime | None:
        """A point in time, aware UTC."""
        value = self._fields.get(name)
        if value is None or value == "":
            return None
        moment = read_moment(value)
        if moment is None:
            raise self.fail(name, "This is not a date and time.")
        return moment

    def required_moment(self, name: str) -> datetime:
        self.require(name)
        moment = self.moment(name)
        if moment is None:
            raise self.fail(name, "This is missing.")
        return moment

    def _required(self, name: str, value: str | None) -> str:
        if value is None:
            raise self.fail(name, "This is missing.")
        return value

    def _decimal(self, value: Anything, name: str, problem: str) -> Decimal:
        if type(value) is int and abs(value) < _LARGEST_AMOUNT:
            return Decimal(value)
        text = str(value) if isinstance(value, Decimal) else value
        if not isinstance(text, str) or not _AMOUNT.fullmatch(text):
            raise self.fail(name, problem)
        number = Decimal(text)
        if abs(number) >= _LARGEST_AMOUNT or (_finest_power(number) < _FINEST_AMOUNT):
            raise self.fail(name, problem)
        return number

    def _elements(self, name: str) -> list[tuple[Anything, str]]:
        value = self._fields.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self.fail(name, "This is not a list.")
        place = self.place(name)
        return [(element, f"{place}[{i}]") for i, element in enumerate(value)]

    def _text(self, value: Anything, place: str) -> str | None:
        if value is None:
            return None
        if not isinstance(value, str):
            raise Unreadable(place, "This is not a text.")
        return stored_text(value) or None


def _finest_power(number: Decimal) -> int:
    """The power of ten of the last digit that is no zero; of a finite number."""
    exponent = number.normalize().as_tuple().exponent
    assert isinstance(exponent, int)
    return exponent


def read_moment(value: object) -> datetime | None:
    """ISO 8601 with a time zone to aware UTC; None when it is anything else."""
    if not isinstance(value, str) or not (match := _MOMENT.fullmatch(value)):
        return None
    date, time, fraction, sign, hours, minutes = match.groups()
    offset = timedelta(hours=int(hours or 0), minutes=int(minutes or 0))
    try:
        moment = datetime.fromisoformat(f"{date}T{time}").replace(
            microsecond=int((fraction or "0")[:6].ljust(6, "0")), tzinfo=timezone.utc
        )
        return moment + offset if sign == "-" else moment - offset
    except (ValueError, OverflowError):
        return None


def _is_sound(text: str) -> bool:
    """Whether a text has no half surrogate pairs, which can not be stored or sent."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
