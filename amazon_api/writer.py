"""Write what is sent to Amazon: checked texts and numbers, times, JSON.

Whatever Amazon would refuse is a ``ValueError`` in plain words, before any call.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import datetime, timezone

LARGEST_FEED = 10 * 1024 * 1024
_LARGEST_MESSAGE_ID = 2**31 - 1
_NUMBER_OF_AMAZON = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,63}", re.ASCII)


def iso(moment: datetime) -> str:
    """ISO 8601 in UTC with milliseconds, e.g. ``2026-11-18T09:15:00.123Z``."""
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        raise ValueError("A time without its zone is ambiguous.")
    utc = moment.astimezone(timezone.utc).replace(tzinfo=None)
    return utc.isoformat(timespec="milliseconds") + "Z"


def json_bytes(value: object) -> bytes:
    """Compact JSON in UTF-8."""
    return json.dumps(
        value, ensure_ascii=False, allow_nan=False, separators=(",", ":")
    ).encode()


def reference(value: object, what: str) -> str:
    """A number of an order, a seller …: letters, digits and hyphens.

    :param str what: what it is, as the start of a sentence: ``The order number``
    """
    if not isinstance(value, str) or not _NUMBER_OF_AMAZON.fullmatch(value):
        raise ValueError(f"{what} is not one of Amazon's.")
    return value


def verbatim(value: object, what: str) -> str:
    """A text of one line that is sent exactly as it is."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{what} is missing.")
    if not value.isprintable():
        raise ValueError(f"{what} holds characters that can not be sent.")
    return value


def references(values: Iterable[str], most: int) -> list[str]:
    """The marketplaces of something new, 1 to ``most``."""
    found = [reference(value, "A marketplace") for value in values]
    if not 1 <= len(found) <= most:
        raise ValueError(f"1 to {most} marketplaces can be given.")
    return found


def filters(values: Iterable[str], most: int = 10) -> str:
    """The filters of a list, joined by commas, 1 to ``most``."""
    found = [verbatim(value, "A filter") for value in values]
    if not 1 <= len(found) <= most:
        raise ValueError(f"1 to {most} values can be asked for in one call.")
    return ",".join(found)


def trimmed(value: object, what: str) -> str:
    """A text of one line, without the blanks around it."""
    return verbatim(value.strip() if isinstance(value, str) else value, what)


def whole_number(value: object, least: int, what: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise ValueError(f"{what} must be a whole number, {least} or more.")
    return value


def message_id(value: object) -> int:
    """A number of a message of a feed."""
    number = whole_number(value, 1, "The number of a message")
    if number > _LARGEST_MESSAGE_ID:
        raise ValueError("The number of a message is too large.")
    return number


def once_each(values: list, what: str) -> None:
    """Refuse a list in which a value occurs twice.

    :raise ValueError: when one of them is there twice
    """
    if len(set(values)) < len(values):
        raise ValueError(f"{what} is there twice.")


def sized_feed(content: bytes) -> bytes:
    """Refuse a feed that is too large for Amazon.

    :raise ValueError: when it is larger than Amazon takes
    """
    if len(content) > LARGEST_FEED:
        raise ValueError("A feed may not be larger than 10 MiB.")
    return content
