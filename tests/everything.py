"""To hear and to see everything: all of the log, all of the database."""

import logging
from contextlib import contextmanager


class Heard(logging.Handler):
    def __init__(self):
        super().__init__(logging.DEBUG)
        self.lines = []

    def emit(self, record):
        self.lines.append(f"{record.levelname} {record.name}: {self.format(record)}")

    @property
    def text(self):
        return "\n".join(self.lines)


@contextmanager
def listen():
    """Hear what the server's log would say, tracebacks as well. Not the trace of all
    statements, which a developer may switch on."""
    heard, root = Heard(), logging.getLogger()
    own = logging.getLogger("odoo.addons.amazon_connector")
    before = (root.level, own.level, root.handlers)
    root.setLevel(min(root.level, logging.INFO))
    own.setLevel(logging.DEBUG)
    root.handlers = [heard]
    try:
        yield heard
    finally:
        root.handlers = before[2]
        root.setLevel(before[0])
        own.setLevel(before[1])


def tables(cr):
    """:return list: names of all tables of the database"""
    cr.execute(
        "SELECT relname FROM pg_class WHERE relkind = 'r'"
        " AND relnamespace = 'public'::regnamespace ORDER BY relname"
    )
    return [name for (name,) in cr.fetchall()]


def find_in_database(cr, words):
    """:param words: iterable of str
    :return dict: table -> the words that stand anywhere in its rows"""
    found = {}
    for table in tables(cr):
        for word in words:
            cr.execute(
                f'SELECT 1 FROM "{table}" AS row'
                " WHERE position(lower(%s) in lower(row::text)) > 0 LIMIT 1",
                [word],
            )
            if cr.fetchone():
                found.setdefault(table, set()).add(word)
    return found
