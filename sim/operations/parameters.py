"""Parse query parameters as strictly as Amazon publishes them, or as it takes them."""

import re

from ..clock import parse_time
from .base import invalid

_REFERENCE = re.compile(r"\d{3}-\d{7}-\d{7}", re.ASCII)


def read(call, known):
    """Convert the sent pairs into a dict; `known` gives each name its parser.

    :raise ApiError: 400 for a malformed parameter; of a strict simulator also for one
        that is unknown or repeated
    """
    texts = {}
    for name, text in call.query:
        if name not in known:
            call.tolerate(invalid(f"Unknown parameter: {name}"))
            continue
        if name in texts:
            call.tolerate(
                invalid(f"{name} is given twice; write its values with commas")
            )
            text = f"{texts[name]},{text}"
        if known[name] is flag and text != text.lower():
            call.tolerate(invalid(f"{name} must be true or false", text))
            text = text.lower()
        texts[name] = text
    return {name: known[name](name, text) for name, text in texts.items()}


def moment(name, text):
    """Read an ISO 8601 time."""
    try:
        return parse_time(text)
    except ValueError:
        raise invalid(f"{name} is not an ISO 8601 date with an offset", text) from None


def whole_number(lowest, highest):
    """Build the reader of a number between two limits."""

    def reader(name, text):
        if not (text.isascii() and text.isdigit()):
            raise invalid(f"{name} is not a number", text)
        if not lowest <= int(text) <= highest:
            raise invalid(f"{name} must be between {lowest} and {highest}", text)
        return int(text)

    return reader


def csv(allowed=None, most=None):
    """Build the reader of a comma-separated list."""

    def reader(name, text):
        values = text.split(",")
        if not all(values):
            raise invalid(f"{name} has an empty value", text)
        for value in values:
            if allowed is not None and value not in allowed:
                raise invalid(f"{name} can not be {value}", text)
        if most is not None and len(values) > most:
            raise invalid(f"{name} may have at most {most} values")
        return tuple(values)

    return reader


def plain(name, text):
    """Read a text that must not be empty."""
    if not text:
        raise invalid(f"{name} is empty")
    return text


def flag(name, text):
    """Read true or false."""
    if text not in ("true", "false"):
        raise invalid(f"{name} must be true or false", text)
    return text == "true"


def order_reference(text):
    """Check an order's reference in the path."""
    if not _REFERENCE.fullmatch(text):
        raise invalid("orderId is not an Amazon order id", text)


def check_marketplaces(ids, seller):
    """Refuse marketplaces in which the seller does not sell."""
    for code in ids:
        if code not in seller.marketplaces:
            raise invalid(
                "marketplaceIds are not valid for the seller and region", code
            )
