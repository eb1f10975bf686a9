"""Parse JSON bodies as strictly as Amazon publishes them, or as it takes them."""

import json

from ..clock import parse_time
from .base import invalid


def read(call, required, optional=()):
    """Return the body, an object of these names; a strict simulator refuses others.

    :param required: {name: reader}, as the readers of this module
    :raise ApiError: 400
    """
    try:
        value = json.loads(call.body.decode())
    except ValueError:
        raise invalid("The body is not JSON in UTF-8") from None
    reader = an_object(required, optional)
    return reader("body", _without_unknown(call, reader, "body", value))


def _without_unknown(call, reader, name, value):
    """Leave out the fields that a reader does not know, at any depth."""
    known, item = getattr(reader, "known", None), getattr(reader, "item", None)
    if known and isinstance(value, dict):
        for key in value.keys() - known.keys():
            call.tolerate(invalid(f"Unknown field: {key}", name))
        return {
            key: _without_unknown(call, known[key], key, part)
            for key, part in value.items()
            if key in known
        }
    if item and isinstance(value, list):
        return [_without_unknown(call, item, name, part) for part in value]
    return value


def an_object(required, optional=()):
    """Build the reader of an object."""
    known = {**required, **dict(optional)}

    def reader(name, value):
        if not isinstance(value, dict):
            raise invalid(f"{name} is not an object")
        for key in required:
            if value.get(key) is None:
                raise invalid(f"{key} is missing", name)
        return {key: known[key](key, part) for key, part in value.items()}

    reader.known = known
    return reader


def text(name, value):
    """Read a text that says something."""
    if not isinstance(value, str) or not value.strip():
        raise invalid(f"{name} must be a text that is not empty")
    return value


def moment(name, value):
    """Read an ISO 8601 time."""
    try:
        return parse_time(text(name, value))
    except ValueError:
        raise invalid(f"{name} is not an ISO 8601 date with an offset", value) from None


def whole_number(lowest):
    """Build the reader of a whole number."""

    def reader(name, value):
        if not isinstance(value, int) or isinstance(value, bool) or value < lowest:
            raise invalid(f"{name} must be a whole number, {lowest} or more")
        return value

    return reader


def a_list(item, least=0, most=None):
    """Build the reader of a list."""

    def reader(name, value):
        if not isinstance(value, list):
            raise invalid(f"{name} is not a list")
        if len(value) < least or (most is not None and len(value) > most):
            raise invalid(f"{name} may have {least} to {most or 'any'} values")
        return [item(name, part) for part in value]

    reader.item = item
    return reader


def texts_by_name(name, value):
    """Read an object whose values are texts."""
    if not isinstance(value, dict):
        raise invalid(f"{name} is not an object")
    return {key: text(key, part) for key, part in value.items()}


def anything(_name, value):
    """Accept any value: it is checked later."""
    return value
