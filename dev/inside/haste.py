"""What Odoo does slower than it need: shortened only where it comes to the same.

Nothing of Odoo is imported before it is needed: `tests.py` is at the very start then.
"""

import functools
import gc
from inspect import Parameter

#: objects more than were dropped, after which the collector looks for cycles
GARBAGE = 20_000
#: names of columns and tables that are kept as parts of statements
NAMES = 5000


def collect_less():
    """Leave alone what is loaded by now, which stays: the collector need not scan it
    again and again, nor look so often at what comes.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE)


def bind_sooner():
    """Look things up in Odoo's caches without binding a signature, which takes longer
    than the look-up.
    """
    try:
        import decorator
    except ImportError:  # Odoo 19 does without
        return
    bind, known = decorator.fix, {}

    def fix(args, kwargs, signature):
        if not kwargs:
            _held, defaults = known.get(id(signature)) or known.setdefault(
                id(signature), (signature, defaults_of(signature))
            )
            if defaults is not None and len(args) <= len(defaults):
                rest = defaults[len(args) :]
                if not any(each is Parameter.empty for each in rest):
                    return args + rest, kwargs
        return bind(args, kwargs, signature)

    decorator.fix = fix


def defaults_of(signature):
    """Return the default of each parameter, or None: not all are given by position."""
    parameters = signature.parameters.values()
    by_position = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)
    if all(each.kind in by_position for each in parameters):
        return tuple(each.default for each in parameters)
    return None


def compose_once():
    """Compose a statement of its parts in one walk: 17.0 takes two slower ones, and
    makes each name of a column anew.
    """
    from odoo.sql_db import Cursor
    from odoo.tools import SQL

    if not hasattr(SQL, "_SQL__postfix"):  # Odoo 19 composes it as it is made
        return
    execute = Cursor.execute

    def execute_composed(cursor, query, params=None, log_exceptions=True):
        if isinstance(query, SQL) and params is None:
            params = []
            query = compose(query, params, SQL)
        return execute(cursor, query, params, log_exceptions)

    Cursor.execute = execute_composed
    SQL.identifier = staticmethod(functools.lru_cache(NAMES)(SQL.identifier))


def compose(sql, params, kind):
    """Return the code of a statement, and add its parameters to the list.

    :param kind: the class of its parts that are statements, too
    """
    code, args = sql._SQL__code, sql._SQL__args
    if not args:
        return code
    parts = []
    for arg in args:
        if isinstance(arg, kind):
            parts.append(compose(arg, params, kind))
        else:
            params.append(arg)
            parts.append("%s")
    return code % tuple(parts)
