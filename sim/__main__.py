"""``python3 -m sim``: serve the simulator until it is interrupted."""

import argparse
import os
import pickle
import signal
import sys
import threading
from pathlib import Path

from . import templating
from .loopback import is_loopback
from .simulator import Simulator


def _arguments():
    parser = argparse.ArgumentParser(prog="python3 -m sim", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="a loopback address")
    parser.add_argument("--port", type=int, default=8199)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--orders", type=int, default=16, metavar="N")
    parser.add_argument("--empty", action="store_true", help="start without orders")
    parser.add_argument(
        "--published-rates", action="store_true", help="throttle as Amazon does"
    )
    parser.add_argument(
        "--strict",
        action="store_true",
        help="refuse what Amazon takes and does not document",
    )
    parser.add_argument(
        "--state", type=Path, metavar="FILE", help="keep the world in this file"
    )
    arguments = parser.parse_args()
    if not is_loopback(arguments.host):
        parser.error(f"--host must be a loopback address, not {arguments.host}")
    return arguments


def _load(path):
    """Return the world kept in a file that an earlier run wrote, or None."""
    if not path or not path.exists():
        return None
    try:
        return pickle.loads(path.read_bytes())
    except (pickle.UnpicklingError, EOFError, AttributeError, ImportError) as error:
        sys.exit(f"Amazon simulator: delete {path}, it can not be read: {error!r}")


def _save(world, path):
    with world.lock:
        content = pickle.dumps(world)
    fresh = path.with_name(f"{path.name}.new")
    fresh.write_bytes(content)
    os.replace(fresh, path)


def _with_jinja():
    """Go on in an environment with Jinja2, made when it is missing.

    Where none can be had clients are served all the same.
    """
    if templating.is_available():
        return
    from dev import console, python_env, workbench

    try:
        with workbench.setting_up():
            python = python_env.environment("sim")
    except console.DevError as error:
        sys.stderr.write(f"Amazon simulator: no page without Jinja2: {error}\n")
        return
    os.execv(python, [str(python), "-m", "sim", *sys.argv[1:]])


def main():
    """Serve, and print one line when ready."""
    arguments = _arguments()
    _with_jinja()
    world = _load(arguments.state)
    simulator = Simulator(
        arguments.seed,
        host=arguments.host,
        port=arguments.port,
        orders=0 if world or arguments.empty else arguments.orders,
        published_rates=arguments.published_rates,
        strict=arguments.strict,
        world=world,
    )
    if arguments.state:
        simulator.after_page_action = lambda: _save(simulator.world, arguments.state)
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    try:
        simulator.start()
    except OSError as error:
        sys.exit(f"Amazon simulator: can not listen on {simulator.url}: {error}")
    sys.stdout.write(f"Amazon simulator: {simulator.url}\n")
    sys.stdout.flush()
    stopped.wait()
    simulator.stop()
    if arguments.state:
        _save(simulator.world, arguments.state)


if __name__ == "__main__":
    main()
