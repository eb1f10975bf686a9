"""Odoo keeps naive UTC in its date-times, the pure layer aware UTC."""

from datetime import datetime, time, timezone
from zoneinfo import ZoneInfo


def naive_utc(moment):
    """:param datetime moment: aware, None when not told
    :return datetime|False: naive UTC, as Odoo keeps it"""
    return moment.astimezone(timezone.utc).replace(tzinfo=None) if moment else False


def naive_seconds(moment):
    """:return datetime|False: as `naive_utc`, in whole seconds as people read it"""
    return naive_utc(moment).replace(microsecond=0) if moment else False


def aware_utc(moment):
    """:param datetime moment: naive UTC, False when empty
    :return datetime|None: aware UTC"""
    return moment.replace(tzinfo=timezone.utc) if moment else None


def day_start(day, zone):
    """:param date day: in that time zone
    :param str zone: name of a time zone
    :return datetime: naive UTC, the moment at which the day begins there"""
    return naive_utc(datetime.combine(day, time.min, tzinfo=ZoneInfo(zone)))
