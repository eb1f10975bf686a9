"""Texts of Amazon as they can be stored, and how long they may be.

What Amazon calls a number has some dozen characters, and a title some hundred. A text
that is far longer is a fault: in a column with an index PostgreSQL refuses it (from
2,700 bytes on), and with it everything that is stored in the same step.
"""

from __future__ import annotations

import re

LONGEST_NUMBER = 200
LONGEST_TEXT = 2000
_CUT = "…"
# Tabs and ends of lines may stand in a text for people.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def stored_text(text: str, longest: int = LONGEST_TEXT) -> str:
    """A text for people: trimmed, cut where it has no end, without what no database can
    store; control characters are shown as ``\ufffd``, so that it is not taken for
    another text, or for none."""
    if len(text) > longest and len(text := text.strip()) > longest:
        text = text[: longest - len(_CUT)].rstrip() + _CUT
    if text.isprintable():
        return text.strip()
    text = _CONTROL.sub("\ufffd", text.replace("\x00", ""))
    return text.encode("utf-8", "replace").decode().strip()


def is_number(text: str) -> bool:
    """Whether a text can be one of Amazon's numbers, or a SKU: it is as it came, has an
    end and no control characters."""
    return len(text) <= LONGEST_NUMBER and not _CONTROL.search(text)
