"""The words that identify a buyer, and their removal from texts (features P1, P2)."""

import re
import traceback
from functools import partial
from html import escape as plain_escape

from markupsafe import escape
from psycopg2 import Error as DatabaseError

GONE = "…"
# Shorter ones are part of too many other words to be removed.
SHORTEST = 3


class PersonalWords:
    """The words of one buyer. Knows nothing of Odoo."""

    def __init__(self, names=(), texts=()):
        """Collect the words that identify a person; particles such as “von” do not.

        :param names: iterable of str: of people; their parts count, too
        :param texts: iterable of str: streets, numbers, addresses, messages; each
            line counts as a whole"""
        whole, parts = set(), set()
        for name in filter(None, names):
            whole.add(name)
            parts.update(part for part in re.split(r"[\s,]+", name) if _is_name(part))
        for text in filter(None, texts):
            whole.update(text.splitlines())
        self._patterns = [
            pattern
            for pattern in (_pattern(whole, re.IGNORECASE), _pattern(parts))
            if pattern
        ]

    def __or__(self, other):
        """Join the words of two people or documents.

        :return PersonalWords: the words of both
        """
        both = PersonalWords()
        both._patterns = [*self._patterns, *other._patterns]
        return both

    def redact(self, text):
        """Replace each of the words in a text.

        :param str text: plain or HTML; nothing is given back as it is
        :return str: the text without these words"""
        if not text:
            return text
        for pattern in self._patterns:
            text = pattern.sub(GONE, str(text))
        return text


def words_of_order(order):
    """Collect the personal words of an Amazon order.

    :param order: Order as Amazon states it, or None
    :return PersonalWords:"""
    buyer = getattr(order, "buyer", None)
    if not buyer:
        return PersonalWords()
    addresses = [order.delivery_address]
    addresses += [registration.address for registration in order.tax_registrations]
    addresses = list(filter(None, addresses))
    return PersonalWords(
        names=[buyer.name, *(address.name for address in addresses)],
        texts=[
            buyer.email,
            buyer.company_name,
            *(item.gift_message for item in order.items),
            *(registration.number for registration in order.tax_registrations),
            *(
                getattr(address, name)
                for address in addresses
                for name in ("line1", "line2", "line3", "street_name", "phone")
            ),
        ],
    )


def describe_for_log(error, words=None):
    """Format an exception with its traceback, but without the data that was processed.

    :param Exception error:
    :param PersonalWords words: taken out of the messages
    :return str: some lines for the server's log
    """
    lines = traceback.format_exception(type(error), error, error.__traceback__)
    text = "".join(lines).rstrip()
    while error:  # a database quotes the whole row under DETAIL
        if isinstance(error, DatabaseError):
            text = text.replace(str(error).rstrip(), error.diag.message_primary or "")
        error = error.__cause__ or error.__context__
    return words.redact(text) if words else text


def place_for_log(error):
    """Format where an exception happened and its kind, without its words: those may be
    personal.

    :param Exception error:
    :return str: some lines for the server's log
    """
    return "".join(traceback.format_tb(error.__traceback__)) + repr(type(error))


def _is_name(part):
    """Particles such as “von” are no names, and few capital letters make no name."""
    return len(part) >= SHORTEST and part[:1] != part[:1].lower() or _is_foreign(part)


def _is_foreign(part):
    """Scripts without capital letters: Japanese, Arabic …; two signs can be a name."""
    return len(part) > 1 and part.lower() == part.upper() and not part[0].isdigit()


def _pattern(words, flags=0):
    """Compile one pattern for many words, the longest first.

    :return: a compiled pattern that finds any of the words, None without words
    """
    found = {word.strip() for word in words}
    found = {word for word in found if len(word) >= SHORTEST or _is_foreign(word)}
    for written in (escape, plain_escape, partial(plain_escape, quote=False)):
        found |= {str(written(word)) for word in found}
    if not found:
        return None
    choices = "|".join(
        r"\s+".join(map(re.escape, word.split()))
        for word in sorted(found, key=len, reverse=True)
    )
    return re.compile(rf"(?<!\w)(?:{choices})(?!\w)", flags)
