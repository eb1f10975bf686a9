"""The demo shop on a new database, for whoever looks at its screens."""

import contextlib
import sys
import time
import urllib.error
import urllib.request
from typing import NamedTuple

from . import chromium, odoo_source, process, python_env
from .console import DevError
from .database import Databases
from .paths import ROOT
from .workbench import opened, setting_up

#: of Odoo on the screens, unless another one is asked for
SERIES = "17.0"
ODOO_PORT, SIMULATOR_PORT = 8169, 8299
PATIENCE = 300


class DemoShop(NamedTuple):
    """Where it is, and the Python with Playwright that drives the browser."""

    python: str
    odoo: int
    simulator: int
    database: str

    def look(self, program, *arguments):
        """Run a module of `dev` that looks at the screens.

        :return: the process, which has ended
        """
        where = (self.odoo, self.simulator, self.database, chromium.find())
        return process.run(
            self.python, "-m", f"dev.{program}", *where, *arguments, cwd=ROOT
        )


@contextlib.contextmanager
def running(purpose, series=None):
    """Bring the demo up with a new database, yield a `DemoShop`, stop it again.

    :raise DevError: the demo does not come up
    """
    chromium.require()
    with setting_up():
        (source,), _missing = odoo_source.choose(series or SERIES)
        python = python_env.environment("pictures")
    with opened(source, purpose) as bench:
        odoo, simulator = map(process.free_port, (ODOO_PORT, SIMULATOR_PORT))
        demo = process.start(
            *(sys.executable, "-m", "dev", "run", "--fresh", "--series", source.series),
            *("--port", odoo, "--simulator-port", simulator),
            cwd=ROOT,
        )
        try:
            _wait(demo, f"http://127.0.0.1:{odoo}/web/login")
            database = Databases(bench).name("run")
            yield DemoShop(python, odoo, simulator, database)
        finally:
            process.stop(demo, patience=60)


def _wait(demo, url):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and demo.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=60):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(1)
    raise DevError("the demo does not come up", "python3 -m dev run")
