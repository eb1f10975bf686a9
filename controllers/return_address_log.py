"""The server's log must not keep what Amazon's consent page sends (features A3, A6).

The address of the return holds a code that Amazon turns into a key of the seller, and
Odoo's servers log each address as it came. Of this one they log the path only.
"""

import logging
import re

from ..models.account.res_company import RETURN_PATH

# Who shows addresses: the server of threads and that of workers, the evented server,
# and Odoo itself where it shows what its threads are at.
LOGGERS = ("werkzeug", "longpolling", "odoo.tools.misc")
# Also inside of another address, where it is quoted.
_ANSWER = re.compile(
    rf"({RETURN_PATH.replace('/', '(?:/|%2F)')}(?:/|%2F)?)(?:\?|%3F)[^\s\"']*", re.I
)


def install():
    """Let the loggers leave the answer out; a second time changes nothing."""
    for name in LOGGERS:
        logging.getLogger(name).addFilter(strip_answer)


def strip_answer(record):
    """Filter of a logger: cut the query off Amazon's way back.

    :param logging.LogRecord record: changed where it shows that address
    :return bool: True, no line is dropped
    """
    record.msg = _strip(record.msg)
    if isinstance(record.args, tuple):
        record.args = tuple(map(_strip, record.args))
    return True


def _strip(value):
    return _ANSWER.sub(r"\1", value) if isinstance(value, str) else value
