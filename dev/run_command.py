"""`python3 -m dev run`: PostgreSQL, Odoo with the addon, and the Amazon simulator."""

import json
import time
import urllib.error
import urllib.request

from . import addon_digest, odoo_source, running
from .console import DevError, Stopped, say
from .database import Databases
from .paths import ROOT, checkout_folder
from .process import free_port, lock, start
from .workbench import opened, setting_up

ODOO_PORT = 8069
SIMULATOR_PORT = 8199
#: seconds that Odoo and the simulator may take to answer
PATIENCE = 180
#: the simulator's world lives as long as the database that knows its orders
WORLD = "simulator.world"

POINT_TO_SIMULATOR = """
UPDATE amazon_account SET simulator_url = %s
 WHERE id IN (SELECT res_id FROM ir_model_data
               WHERE module = 'amazon_connector' AND name = 'amazon_account_demo')
"""


def serve(options):
    """Start everything, print the addresses, wait for Ctrl-C; return the exit code.

    :raise DevError: something does not come up, or goes down by itself.
    """
    with setting_up():
        (source,), missing = odoo_source.choose(options.series)
    for reason in missing:
        say(reason)
    with (
        lock(checkout_folder() / "run.lock", "another run of this checkout"),
        opened(source, "run") as bench,
        running.Noted(bench.folder) as noted,
    ):
        simulator_port = free_port(options.simulator_port or SIMULATOR_PORT)
        install(bench, options.fresh, f"http://127.0.0.1:{simulator_port}")
        simulator = start_simulator(bench, simulator_port, options.seed)
        if simulator:
            noted.add("Amazon simulator", simulator)
        port = free_port(options.port or ODOO_PORT)
        noted.add("Odoo", start_odoo(bench, port))
        wait_for(f"http://127.0.0.1:{port}/web/login", noted)
        if simulator:
            wait_for(f"http://127.0.0.1:{simulator_port}/", noted)
        announce(source, port, simulator_port if simulator else None, bench)
        return attend(noted, options.exit_after)


def start_simulator(bench, port, seed):
    """Start the simulator, when this checkout has one; return the process or None."""
    if not (ROOT / "sim" / "__main__.py").exists():
        say("this checkout has no Amazon simulator")
        return None
    command = [bench.python, "-m", "sim", "--host", "127.0.0.1", "--port", port]
    command += ["--state", bench.folder / WORLD]
    if seed is not None:
        command += ["--seed", seed]
    environ = {k: v for k, v in bench.environ.items() if k != "PYTHONPATH"}
    environ["PYTHONUNBUFFERED"] = "1"
    with open(bench.folder / "simulator.log", "w") as log:
        return start(*command, cwd=ROOT, env=environ, stdout=log, stderr=log)


def install(bench, fresh, simulator_url):
    """Bring the database to the state of the sources, and point it to the simulator.

    What was installed from the same sources is left alone.
    """
    databases = Databases(bench)
    name = databases.name("run")
    note = bench.folder / "installed.json"
    wanted = {"sources": addon_digest.exact(), "odoo": bench.source.identity}
    if fresh or not databases.exists(name):
        note.unlink(missing_ok=True)
        (bench.folder / WORLD).unlink(missing_ok=True)
        databases.clone_installed(name)
        note.write_text(json.dumps(wanted))
    elif not note.exists() or json.loads(note.read_text()) != wanted:
        databases.install_addon(name)
        note.write_text(json.dumps(wanted))
    if databases.query("SELECT to_regclass('amazon_account')", database=name)[0][0]:
        databases.query(POINT_TO_SIMULATOR, [simulator_url], name)


def start_odoo(bench, port):
    """Start an Odoo that serves the database and runs its crons; return the process."""
    name = Databases(bench).name("run")
    options = (
        f"--http-port={port}",
        f"--db-filter=^{name}$",
        "--max-cron-threads=1",
    )
    command = bench.odoo(name, *options)
    with open(bench.folder / "odoo.log", "w") as log:
        return start(*command, env=bench.environ, cwd="/", stdout=log, stderr=log)


def wait_for(url, noted):
    """Return when the address answers with 200.

    :raise DevError: it does not within the time, or a process ended.
    """
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        noted.check()
        try:
            with urllib.request.urlopen(url, timeout=60) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            pass
        time.sleep(0.2)
    raise DevError(f"{url} does not answer", f"logs: {noted.folder}")


def announce(source, port, simulator_port, bench):
    """Print where everything is."""
    say(f"ready: {source}")
    print(
        f"  Odoo              http://127.0.0.1:{port}   (login admin, password admin)"
    )
    if simulator_port:
        print(f"  Amazon simulator  http://127.0.0.1:{simulator_port}")
    print(f"  logs              {bench.folder}")
    print("  Ctrl-C stops all of it", flush=True)


def attend(noted, seconds):
    """Wait until somebody stops us or the time is over; return the exit code.

    :raise DevError: a process ended by itself.
    """
    end = time.monotonic() + seconds if seconds else None
    try:
        while end is None or time.monotonic() < end:
            noted.check()
            time.sleep(0.3)
    except Stopped:
        print()
    say("stopping")
    return 0
