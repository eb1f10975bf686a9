"""Times in texts for people: by the clock and in the language of whoever reads them.

All texts of this addon (messages, notifications, mails, problems) write times by these
two functions; views show fields, which Odoo converts by itself.
"""

from datetime import datetime

from odoo import fields
from odoo.tools.misc import format_date


def describe_moment(env, moment, is_kept=False):
    """Write a moment, with the day when it is not today, and with the zone where that
    of the reader is not known.

    :param env: of the reader; their zone is in the context, or on the user
    :param datetime moment: naive UTC
    :param bool is_kept: the text is stored, and read on other days: always with the day
    :return str:
    """
    local = _localize(env, moment)
    text = local.strftime("%H:%M")
    if is_kept or local.date() != _localize(env, fields.Datetime.now()).date():
        text = f"{format_date(env, local.date())} {text}"
    has_zone = env.context.get("tz") or env.user.tz
    return text if has_zone else f"{text} UTC"


def describe_day(env, day, style=None):
    """Write a day; of a moment the day that the reader's calendar shows then.

    :param day: date, or datetime in naive UTC
    :param str style: of Babel's date formats, None: that of the language
    :return str:
    """
    if isinstance(day, datetime):
        day = _localize(env, day).date()
    return format_date(env, day, date_format=style)


def _localize(env, moment):
    return fields.Datetime.context_timestamp(env.user, moment)
