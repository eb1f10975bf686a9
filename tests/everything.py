"""Search everything that is stored: the log, the database and its files."""

import gzip
import logging
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from odoo.tools import config


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
    """Collect what the server's log would contain, tracebacks as well; not the trace of
    all statements, which a developer may switch on.
    """
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
    """List the tables by the database's own catalogue.

    :return list: names of all tables of the database
    """
    cr.execute(
        "SELECT relname FROM pg_class WHERE relkind = 'r'"
        " AND relnamespace = 'public'::regnamespace ORDER BY relname"
    )
    return [name for (name,) in cr.fetchall()]


def find_in_database(cr, words):
    """Search all tables and attachments for words.

    :param words: iterable of str
    :return dict: table -> the words that stand anywhere in its rows; ``files`` -> those
        that stand in a file of an attachment"""
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
    if in_files := find_in_files(cr, words):
        found["files"] = in_files
    return found


def find_in_files(cr, words):
    """Search the files of attachments for words.

    :param words: iterable of str
    :return set: the words that stand in a file of an attachment, packed ones as well"""
    cr.execute(  # not the scripts of all addons, which Odoo packs together
        "SELECT DISTINCT store_fname FROM ir_attachment WHERE store_fname > ''"
        " AND (url IS NULL OR url NOT LIKE '/web/assets/%')"
    )
    folder = Path(config.filestore(cr.dbname))
    paths = [folder / name for (name,) in cr.fetchall()]
    paths = [path for path in paths if path.exists()]
    return {word for word in words if any(_holds(path, word) for path in paths)}


@cache  # a file is named after what it holds
def _holds(path, word):
    content = path.read_bytes()
    if content.startswith(b"\x1f\x8b"):
        content = gzip.decompress(content)
    return word.lower() in content.decode(errors="replace").lower()
