"""Amazon's order references in whatever people paste."""

import re
import unicodedata
from dataclasses import dataclass, field

# Three, seven and seven digits; orders that were not sold on Amazon begin with S.
_REFERENCE = re.compile(
    r"(?<![A-Z0-9])([A-Z0-9][0-9]{2})\s?-\s?([0-9]{7})\s?-\s?([0-9]{7})(?![A-Z0-9-])"
)
# What mails and spreadsheets put in place of a hyphen, and what nobody sees.
_HYPHENS = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63]")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
_SEPARATORS = re.compile(r"[\s,;|/]+")
_AROUND = "\"'`()[]{}<>#:.=*"


@dataclass
class References:
    """What a text holds: references once each, in the order of the text; the pieces
    that resemble one but are none, with their line; how many came twice.
    """

    found: list = field(default_factory=list)
    wrong: list = field(default_factory=list)  # of (line number, piece)
    repeated: int = 0


def read_references(text):
    """Find the references of a text; words without a digit are passed over.

    :param str text: may be False
    :return References:
    """
    result, seen = References(), set()
    for number, line in enumerate((text or "").splitlines(), 1):
        line = _INVISIBLE.sub("", unicodedata.normalize("NFKC", line)).upper()
        line = _HYPHENS.sub("-", line)
        for match in _REFERENCE.finditer(line):
            ref = "-".join(match.groups())
            if ref in seen:
                result.repeated += 1
            else:
                seen.add(ref)
                result.found.append(ref)
        for piece in _SEPARATORS.split(_REFERENCE.sub(" ", line)):
            piece = piece.strip(_AROUND)
            if any(char.isdigit() for char in piece):
                result.wrong.append((number, piece[:40]))
    return result
