"""`python3 -m dev screenshots`: make the pictures of the documentation anew.

A demo shop trades for a while, then its screens are photographed; so the pictures
show what the program does today.
"""

import sys
import time
import urllib.error
import urllib.request

from . import chromium, odoo_source, process, python_env
from .console import DevError, say
from .database import Databases
from .paths import ROOT
from .workbench import opened, setting_up

#: of the source, and of Odoo in the pictures
SERIES = "17.0"
FOLDER = ROOT / "static" / "description"
ODOO_PORT, SIMULATOR_PORT = 8169, 8299
PATIENCE = 300


def make(_options):
    """Bring the demo up with a new database, take all pictures, stop it again.

    :raise DevError: the demo does not come up, or a screen is not as expected.
    """
    chromium.require()
    with setting_up():
        (source,), _missing = odoo_source.choose(SERIES)
        photographer = python_env.environment("pictures")
    with opened(source, "screenshots") as bench:
        odoo, simulator = map(process.free_port, (ODOO_PORT, SIMULATOR_PORT))
        demo = process.start(
            *(sys.executable, "-m", "dev", "run", "--fresh", "--series", SERIES),
            *("--port", odoo, "--simulator-port", simulator),
            cwd=ROOT,
        )
        try:
            _wait(demo, f"http://127.0.0.1:{odoo}/web/login")
            _take(bench, photographer, odoo, simulator)
        finally:
            process.stop(demo, patience=60)
    return 0


def _take(bench, python, odoo, simulator):
    say("take the pictures")
    database = Databases(bench).name("run")
    program = (python, "-m", "dev.pictures", odoo, simulator, database)
    taken = process.run(*program, FOLDER, chromium.find(), cwd=ROOT)
    print(taken.stdout, end="")
    if taken.returncode:
        raise DevError("a picture could not be taken:\n" + taken.stderr[-3000:])


def _wait(demo, url):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and demo.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=60):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(1)
    raise DevError("the demo does not come up", "python3 -m dev run")
