"""``python3 -m sim``: serve the simulator until it is interrupted."""

import argparse
import signal
import sys
import threading

from .server import is_loopback
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
    arguments = parser.parse_args()
    if not is_loopback(arguments.host):
        parser.error(f"--host must be a loopback address, not {arguments.host}")
    return arguments


def main():
    """Serve, and print one line when ready."""
    arguments = _arguments()
    simulator = Simulator(
        arguments.seed,
        host=arguments.host,
        port=arguments.port,
        orders=0 if arguments.empty else arguments.orders,
        published_rates=arguments.published_rates,
    )
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


if __name__ == "__main__":
    main()
