"""SQL without a library of our own: a Python that has psycopg2 runs it."""

import json
import os

from .console import DevError
from .process import run

_SCRIPT = """
import json, os, sys, psycopg2
job = json.load(sys.stdin)
try:
    connection = psycopg2.connect(dbname=job["database"], connect_timeout=8)
except psycopg2.OperationalError as error:
    sys.exit(str(error).strip())
connection.autocommit = True
cursor = connection.cursor()
try:
    cursor.execute(job["statement"], job["values"])
except psycopg2.Error as error:
    sys.exit(str(error).strip())
json.dump(cursor.fetchall() if cursor.description else [], sys.stdout, default=str)
"""


def query(python, server, statement, values=(), database="postgres"):
    """Run one statement in its own transaction and return its rows.

    :param python: a Python with psycopg2.
    :raise DevError: with the server's own words.
    """
    job = {"database": database, "statement": statement, "values": list(values) or None}
    environ = {**os.environ, **server.environ}
    result = run(python, "-c", _SCRIPT, input=json.dumps(job), env=environ, cwd="/")
    if result.returncode:
        reason = (result.stderr.strip().splitlines() or ["no answer"])[0]
        raise DevError(f"PostgreSQL ({server.description}): {reason}")
    return json.loads(result.stdout)
