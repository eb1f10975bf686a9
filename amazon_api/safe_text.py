"""Make texts of others safe to log and to show.

Amazon's messages may echo what was sent. Everything that resembles a token, an e-mail
address, a link or a long number is cut out; order numbers stay readable.
"""

from __future__ import annotations

import re

_LONGEST = 240
# Nothing of the rest would be shown, and searching millions of characters for secrets
# would take hours.
_MOST_READ = 2000
# What a cut leaves of a secret may not resemble one: the last word or number goes, and
# a quotation that is not closed.
_LAST_WORD = re.compile(r"[+\d ()/.]*\S*\Z")
_OPEN_QUOTATION = re.compile(r"[\"'`“‘«][^\"'`”’»]*\Z")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,79}", re.ASCII)
_SENSITIVE = (
    re.compile(r"\b(?:Atza|Atzr|Atc|amzn1)\b[|.]\S*", re.IGNORECASE),
    re.compile(r"\b[a-z][a-z0-9+.-]*://\S+", re.IGNORECASE),
    re.compile(r"\S+@\S+"),
    re.compile(r"[\w+/=|~.-]{25,}"),
    re.compile(r"\+?\d(?:[ ()/.]{0,2}\d){8,}"),
    re.compile(r"[\"'`“‘«](?=[^\"'`”’»]{25}).+?[\"'`”’»]", re.DOTALL),
)


def safe_text(text: object) -> str:
    """A message of somebody else, shortened, in one line, without anything that may be
    secret.

    :param text: anything; what is not a text gives ``""``
    """
    if not isinstance(text, str):
        return ""
    is_cut = len(text) > _MOST_READ
    if is_cut:
        text = _LAST_WORD.sub("…", text[:_MOST_READ], count=1)
    for pattern in _SENSITIVE:
        text = pattern.sub("…", text)
    if is_cut:
        text = _OPEN_QUOTATION.sub("…", text, count=1)
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def safe_code(code: object) -> str | None:
    """An error code or request id, None when it does not have the form of one."""
    return code if isinstance(code, str) and _CODE.fullmatch(code) else None
