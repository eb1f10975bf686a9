"""Compare different spellings of the SKU of one article (feature C5)."""

import re

from .title_similarity import simplify

_SIGNS = re.compile(r"[\W_]+")
# What sellers put before or behind a reference to show where or how it is sold.
_ADDED = frozenset(
    "fba fbm afn mfn sfp prime amz amazon new neu "
    "de uk gb fr it es nl pl se be ie tr us ca mx br jp au sg ae sa in eg za eu".split()
)


def spell_plainly(text):
    """Reduce a SKU to what the usual variations of spelling leave alone.

    :return str: letters and digits only, in lower case
    """
    return _SIGNS.sub("", simplify(text))


def strip_additions(sku):
    """Remove the suffixes and prefixes that sellers add for Amazon.

    :return str: spelt plainly without such as -FBA, -DE, AMZ-; empty when the SKU
    has none of them, or consists of nothing else"""
    words = [word for word in _SIGNS.split(simplify(sku)) if word]
    rest = list(words)
    while rest and rest[-1] in _ADDED:
        rest.pop()
    while rest and rest[0] in _ADDED:
        rest.pop(0)
    return "".join(rest) if len(rest) < len(words) else ""


def trim_barcode(text):
    """Remove the leading zeros in which EAN and UPC differ.

    :return str: equal for a UPC and for the same EAN, which has a zero before it
    """
    return text.strip().lstrip("0")
