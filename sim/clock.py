"""Time in the simulated world: aware, UTC, whole milliseconds."""

import re
from datetime import datetime, timedelta, timezone

MILLISECOND = timedelta(milliseconds=1)
_ISO = re.compile(
    r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:?\d\d)", re.ASCII
)


class FakeClock:
    """A clock that stands still until a test advances it."""

    def __init__(self, start="2026-11-20T12:00:00Z"):
        self.moment = parse_time(start)

    def __call__(self):
        """Return the moment that it shows."""
        return self.moment

    def advance(self, **duration):
        """Advance the clock, e.g. ``clock.advance(minutes=3)``."""
        self.moment += timedelta(**duration)


def utc_now():
    """Return the machine's time."""
    return datetime.now(timezone.utc)


def whole_milliseconds(moment):
    """Cut `moment` to the precision that Amazon states."""
    moment = moment.astimezone(timezone.utc)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def to_text(moment):
    """Write `moment` as Amazon does: ``2026-11-18T09:15:00.123Z``."""
    moment = moment.astimezone(timezone.utc)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def parse_time(text):
    """Read an ISO 8601 time that names its offset.

    :raise ValueError: anything else, a naive time included
    """
    match = _ISO.fullmatch(text)
    if not match:
        raise ValueError(f"Not an ISO 8601 time with an offset: {text!r}")
    seconds, fraction, offset = match.groups()
    micro = f"{fraction or '0':0<6}"[:6]
    if offset == "Z":
        offset = "+00:00"
    elif ":" not in offset:
        offset = f"{offset[:3]}:{offset[3:]}"
    return datetime.fromisoformat(f"{seconds}.{micro}{offset}").astimezone(timezone.utc)
