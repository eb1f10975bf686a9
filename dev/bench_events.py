"""How long does Amazon go on selling what is gone? From the moment at which the last
piece leaves in Odoo to the quantity 0 at the simulator, with a real server that has
Odoo's default scheduled actions, and nothing shortened.
"""

import random
import time

from .console import DevError, say
from .process import free_port, start, stop
from .torture import stage
from .torture.play import KEYS, SELLER, Amazon

#: what happens -> within so many seconds Amazon has to know. A move that is done wakes
#: the fast lane, what is counted anew waits for its scheduled action.
LIMITS = {"move done": 2, "counted anew": 60}
#: of a product each; the first one is not measured: the server listens when it is known
EVENTS = ("move done", "move done", "counted anew", "move done", "counted anew")
PIECES = 40
#: a server that says nothing by then does not work
PATIENCE = 200


def measure(bench, databases, base, counts, note):
    """Measure so many rounds, each in a fresh copy of the database.

    :param counts: iterable of numbers of rounds
    :param note: called with a dict: event, limit, seconds (list)
    """
    for count in counts:
        found = {event: [] for event in LIMITS}
        for number in range(count):
            name = databases.name("bench")
            databases.copy_shop(base, name)
            try:
                for event, seconds in _play(bench, name, number):
                    found[event].append(seconds)
            finally:
                databases.drop(name)
        for event, seconds in found.items():
            note({"event": event, "limit": LIMITS[event], "seconds": seconds})


def _play(bench, name, number):
    """Yield (event, seconds until Amazon knew) of one round."""
    rng = random.Random(number)
    with stage.Nursery(bench, name) as nursery, Amazon() as amazon:
        nursery.do("prepare")
        amazon.begin_world(f"events {number}")
        account = nursery.do(
            "open_account",
            url=amazon.url,
            seller={key: getattr(SELLER, key) for key in KEYS},
            stock=PIECES,
        )
        if nursery.do("settle", account=account, rounds=24)[-1]:
            raise DevError("the first quantities did not arrive at Amazon")
        server = _start_server(bench, name)
        try:
            for position, event in enumerate(EVENTS):
                seconds = _let_happen(nursery, amazon, account, position, event)
                say(f"events: {event}: Amazon knew after {seconds:.2f} s")
                if position:
                    yield event, seconds
                time.sleep(rng.uniform(1, 20))
        finally:
            stop(server)


def _start_server(bench, name):
    options = (
        f"--http-port={free_port(8069)}",
        f"--db-filter=^{name}$",
        "--max-cron-threads=1",
    )
    with open(bench.folder / "events.log", "w") as log:
        streams = {"stdout": log, "stderr": log}
        command = bench.odoo(name, *options)
        return start(*command, env=bench.environ, cwd="/", **streams)


def _let_happen(nursery, amazon, account, position, event):
    """Have the last pieces of a product leave.

    :return float: seconds from there until all its offers are sold out at Amazon
    :raise DevError: Amazon never knew
    """
    before = len(amazon.world.patches)
    is_move = event == "move done"
    gone = nursery.do("sell_out", account=account, position=position, is_move=is_move)
    while time.time() < gone["at"] + PATIENCE:
        zero = [
            moment.timestamp()
            for moment, (_shop, sku), quantity in amazon.world.patches[before:]
            if sku == gone["sku"] and not quantity
        ]
        if len(zero) >= gone["offers"]:
            return max(zero) - gone["at"]
        time.sleep(0.02)
    raise DevError(f"{gone['sku']} is sold out, and Amazon does not know it")
