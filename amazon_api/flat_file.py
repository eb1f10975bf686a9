"""Tables in text: a line of headings, then a line per row, columns separated by tabs.

Amazon quotes nothing, so that a quotation mark is a quotation mark. What headings are
called depends on the language of the seller.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from .report_content import ReportContent, unreadable_report
from .stored_text import LONGEST_NUMBER, is_number, stored_text

_IN_BRACKETS = re.compile(r"\s*\(.*\)\s*$")
_LAST_LATIN = "\u024f"
_SHORTEST_STEM = 3


@dataclass(frozen=True)
class UnreadableRow:
    """A row of which something makes no sense; nothing of it is taken over.

    ``row`` is the number of the line, the headings are line 1. ``reference`` is the SKU
    or the order number, None when it can not be read either: then it may be anyone.
    ``problem`` is a short sentence in plain English and never holds what was found.
    """

    row: int
    reference: str | None
    problem: str


class BrokenRow(Exception):
    """Something in a row makes no sense; the text says what, not what it was."""


def column_key(heading: str) -> str:
    """Reduce a heading to what is equal in all its spellings."""
    plain = unicodedata.normalize("NFKC", _IN_BRACKETS.sub("", heading)).casefold()
    return "".join(c for c in plain if c.isalnum())


class Headings:
    """Finds the columns that are wanted.

    :param wanted: name of a field -> what its heading may be
    """

    def __init__(self, wanted: Mapping[str, tuple[str, ...]]):
        self._fields: dict[str, str] = {}
        self._stems: dict[str, str] = {}
        for field, headings in wanted.items():
            for heading in headings:
                self._fields[column_key(heading)] = field
        for key, field in self._fields.items():
            stem = _stem(key)
            if len(stem) >= _SHORTEST_STEM and max(key) <= _LAST_LATIN:
                self._stems.setdefault(stem, field)

    def find(self, headings: list[str]) -> dict[str, int]:
        """Position of each field; missing and repeated ones are left out.

        Letters that were lost on the way are overlooked: ``H?ndler-SKU``.
        """
        found: dict[str, list[int]] = {}
        for position, heading in enumerate(headings):
            key = column_key(heading)
            field = self._fields.get(key)
            if field is None and _is_damaged(heading):
                field = self._stems.get(_stem(key))
            if field:
                found.setdefault(field, []).append(position)
        return {field: at[0] for field, at in found.items() if len(at) == 1}


def _stem(key: str) -> str:
    return "".join(c for c in key if c.isascii())


def _is_damaged(heading: str) -> bool:
    return "?" in heading or "\ufffd" in heading


class FlatFile:
    """A report as a table.

    :raise Unavailable: reason ``answer`` when there is not even a line of headings
    """

    def __init__(self, content: ReportContent):
        self._lines = enumerate(content.lines(), 1)
        _number, heading = next(self._lines, (1, ""))
        self.headings = [text.strip() for text in heading.split("\t")]
        if not any(self.headings):
            raise unreadable_report("it is empty")

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Number of the line and its cells; lines without any character are no rows."""
        return ((number, line.split("\t")) for number, line in self._lines if line)


class Row:
    """The cells of a row by field."""

    __slots__ = ("_cells", "_columns", "_width")

    def __init__(self, cells: list[str], columns: Mapping[str, int], width: int):
        self._cells = cells
        self._columns = columns
        self._width = width

    def check_shape(self) -> None:
        """Check that the row has as many cells as the header.

        :raise BrokenRow: there are tabs or line ends where none should be
        """
        if len(self._cells) <= max(self._columns.values()):
            raise BrokenRow("The row is too short.")
        if any(cell.strip() for cell in self._cells[self._width :]):
            raise BrokenRow("The row is too long.")

    def text(self, field: str) -> str | None:
        """A text for people: trimmed, cut where it has no end, free of what no database
        can store."""
        position = self._columns.get(field)
        if position is None or position >= len(self._cells):
            return None
        return stored_text(self._cells[position]) or None

    def number(self, field: str) -> str | None:
        """A number of Amazon's, or a SKU, that may be missing.

        :raise BrokenRow: it is longer than any
        """
        text = self.text(field)
        if text and len(text) > LONGEST_NUMBER:
            raise BrokenRow("The row is too long.")
        return text

    def identifier(self, field: str, what: str) -> str:
        """A text that is compared with others of Amazon's: exactly as it came.

        :param str what: what it is, as the start of a sentence
        :raise BrokenRow: it is missing, damaged or longer than any
        """
        position = self._columns[field]
        value = self._cells[position] if position < len(self._cells) else ""
        if not value.strip():
            raise BrokenRow(f"{what} is missing.")
        if "\ufffd" in value or not is_number(value):
            raise BrokenRow(f"{what} can not be read.")
        return value
