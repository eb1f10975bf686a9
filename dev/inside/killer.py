"""SIGKILL at a chosen moment of a job, without a trace of it in the addon.

Odoo's cursor is wrapped in this process only: it counts, and the process kills itself
as the kernel's out-of-memory killer would, with no chance to clean up.
"""

import functools
import os
import signal

from odoo.sql_db import Cursor

#: where a process can be killed: around a commit, before a statement
PLACES = ("before commit", "after commit", "statement")


def arm(kill):
    """Count commits and statements from now on, and die at one of them; what was armed
    before no longer is.

    :param dict kill: ``place`` (see PLACES) and ``number`` of it, from 1; or None
    :return dict: the counts so far, which go on
    """
    counted = {"commits": 0, "statements": 0}
    commit, execute = uncounted()
    place, number = (kill["place"], kill["number"]) if kill else (None, 0)

    def counting_commit(cursor, *args, **kwargs):
        counted["commits"] += 1
        if place == "before commit" and counted["commits"] == number:
            die()
        result = commit(cursor, *args, **kwargs)
        if place == "after commit" and counted["commits"] == number:
            die()
        return result

    def counting_execute(cursor, *args, **kwargs):
        counted["statements"] += 1
        if place == "statement" and counted["statements"] == number:
            die()
        return execute(cursor, *args, **kwargs)

    Cursor.commit, Cursor.execute = counting_commit, counting_execute
    return counted


@functools.cache
def uncounted():
    """Return how the cursor commits and executes when nobody counts."""
    return Cursor.commit, Cursor.execute


def die():
    os.kill(os.getpid(), signal.SIGKILL)
