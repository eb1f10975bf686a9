"""Conversion of times: Odoo stores naive UTC, `amazon_api` uses aware UTC."""

from datetime import datetime, time, timezone
from zoneinfo import ZoneInfo


def naive_utc(moment):
    """Convert a moment of Amazon's into the way in which Odoo stores it.

    :param datetime moment: aware, None when Amazon leaves it out
    :return datetime|False: naive UTC, as Odoo keeps it"""
    return moment.astimezone(timezone.utc).replace(tzinfo=None) if moment else False


def naive_seconds(moment):
    """Convert a moment of Amazon's for display, without fractions of a second.

    :return datetime|False: as `naive_utc`, in whole seconds as people read it
    """
    return naive_utc(moment).replace(microsecond=0) if moment else False


def aware_utc(moment):
    """Convert a stored moment into one with its time zone.

    :param datetime moment: naive UTC, False when empty
    :return datetime|None: aware UTC"""
    return moment.replace(tzinfo=timezone.utc) if moment else None


def day_start(day, zone):
    """The beginning of a day in a time zone, daylight saving included.

    :param date day: in that time zone
    :param str zone: name of a time zone
    :return datetime: naive UTC, the moment at which the day begins there"""
    return naive_utc(datetime.combine(day, time.min, tzinfo=ZoneInfo(zone)))
