"""Marks in a context that only code sets.

Whoever calls by RPC chooses the context of the call, but of what JSON and XML can
express: never this very object.
"""

BY_CODE = object()


def is_by_code(env, key):
    """Answer whether code has set a mark.

    :param env: whose context may hold it
    :param str key: its name
    """
    return env.context.get(key) is BY_CODE
