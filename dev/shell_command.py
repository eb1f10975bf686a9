"""`python3 -m dev shell`: Odoo's own shell on the database of `dev run`."""

import subprocess

from . import odoo_source
from .console import DevError
from .database import Databases
from .workbench import opened, setting_up


def shell(options):
    """Open Odoo's shell; return its exit code.

    :raise DevError: there is no database yet.
    """
    with setting_up():
        (source,), _missing = odoo_source.choose(options.series)
    with opened(source, "shell") as bench:
        databases = Databases(bench)
        name = databases.name("run")
        if not databases.exists(name):
            raise DevError("there is no database yet", "python3 -m dev run")
        command = bench.odoo(name, "--no-http", command=["shell"])
        # in our own process group: the shell is the terminal's
        return subprocess.call(command, env=bench.environ, cwd="/")
