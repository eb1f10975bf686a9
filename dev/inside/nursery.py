"""Fork server in Odoo's Python: loads Odoo once, then forks a process for each job.

usage: python -m dev.inside.nursery CONFIGURATION DATABASE SOCKET [patient] [heard]
(from the checkout); a patient one waits for Amazon as long as in real life, and servers
hear at once of what one that is heard triggers.

Each connection to the socket is a process: for each job one line of JSON in, the
process' number and its result out, as lines of JSON. A job that is killed leaves its
line unwritten. A process ends with its connection, and the fork server when its
standard input does, so that it never outlives who started it.
"""

import gc
import json
import logging
import os
import re
import select
import signal
import socket
import sys
import time
import traceback
import types

import odoo
import odoo.service.model
from odoo.modules.registry import Registry

from . import accounts, clerks, haste, jobs, killer, ledger, people, trade

#: Odoo itself logs each race there that a person loses, and tries again
OF_PEOPLE = ("odoo.sql_db", "odoo.service.model")
#: 19.0 logs this of a job whose worker was killed three times, and continues next time
KILLED_JOB = re.compile(r"Job .* timed out")
#: whoever loses a race logs it there, and begins again
RACES = ("odoo.addons.amazon_connector.models.account.queue_step", "odoo.service.model")
PEOPLE = (clerks, people)
#: what can be asked for, by name
JOBS = {
    name: function
    for part in (accounts, jobs, ledger, trade, *PEOPLE)
    for name, function in vars(part).items()
    if getattr(function, "__module__", "") == part.__name__ and name[0] != "_"
}
#: timeout of a call to the simulator in seconds, which a lost answer costs
PATIENCE = 0.6


def main(configuration, database, address, *words):
    """Serve until standard input ends."""
    odoo.tools.config.parse_config(
        [f"--config={configuration}", f"--database={database}", "--no-http"]
    )
    if "patient" not in words:
        hasten()
    registry = Registry(database)
    if "heard" not in words:
        silence(registry)
    jobs.warm_up(registry)
    odoo.sql_db.close_all()  # no child may inherit a connection
    haste.collect_less()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them here
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(address)
        server.listen(16)
        print("ready", flush=True)
        while True:
            ready, _, _ = select.select([server, sys.stdin], [], [])
            if sys.stdin in ready:
                return
            connection, _ = server.accept()
            if os.fork() == 0:
                gc.disable()  # most do not live long enough for it
                server.close()
                serve(connection, database)
                os._exit(0)
            connection.close()


def hasten():
    """Shorten real waiting times, and Odoo's ways: no outcome depends on them."""
    haste.bind_sooner()
    haste.compose_once()
    brief = types.ModuleType("time")
    vars(brief).update(vars(time), sleep=lambda seconds: time.sleep(seconds / 50))
    # a person's call that lost a race is repeated after seconds
    odoo.service.model.time = brief
    from odoo.addons.amazon_connector.amazon_api import library, throttle, wire

    wire.TIMEOUT = (PATIENCE, PATIENCE)
    name = "getInventorySummaries"  # whose short waits are slept through
    throttle.PUBLISHED[name] = throttle.Quota(throttle.PUBLISHED[name].rate, 99)
    for endpoints in (
        library.sellers,
        library.orders,
        library.orders_v0,
        library.feeds,
        library.reports,
        library.inventory,
    ):
        endpoints(None, None)  # the library takes a while to load


def silence(registry):
    """Wake no server: there is none, and each call of one is a connection of its own to
    another database.
    """
    registry["ir.cron"]._notifydb = lambda _crons: None


class Complaints(logging.Handler):
    """Collects the failures in the log; lost races may not be noticed by anybody."""

    def __init__(self, tolerated):
        super().__init__(logging.ERROR)
        self.texts = []
        self._tolerated = tolerated

    def emit(self, record):
        is_killed_job = KILLED_JOB.fullmatch(record.getMessage())
        if record.name not in self._tolerated and not is_killed_job:
            self.texts.append(self.format(record)[-3000:])


class Races(logging.Handler):
    """Counts the races that were lost."""

    def __init__(self):
        super().__init__(logging.INFO)
        self.count = 0
        for name in RACES:
            logging.getLogger(name).addHandler(self)

    def emit(self, record):
        text = record.getMessage()
        self.count += "lost a race" in text or ", retry " in text


def serve(connection, database):
    """Do the jobs that come, one after the other, and answer."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    races = Races()
    with connection, connection.makefile("rw") as stream:
        while line := stream.readline():
            job = json.loads(line)
            say(stream, {"pid": os.getpid()})
            races.count = 0
            answer = work(job, database)
            say(stream, {**answer, "races": races.count})
            gc.enable()  # a second job: this one may live for long


def work(job, database):
    """Do one job; return its answer, without the races."""
    who = JOBS[job["do"]].__module__
    is_person = who in [part.__name__ for part in PEOPLE]
    complaints = Complaints(OF_PEOPLE if is_person else ())
    logging.getLogger().addHandler(complaints)
    answer = {"counted": killer.arm(job.get("kill"))}
    registry = Registry(database)
    try:
        registry.check_signaling()
        answer["value"] = JOBS[job["do"]](registry, **job["with"])
    except Exception:
        answer["failure"] = traceback.format_exc()[-6000:]
    finally:
        logging.getLogger().removeHandler(complaints)
    forget(registry)
    return {**answer, "complaints": complaints.texts}


def forget(registry):
    """Leave the next job of this process what it would find in a new one."""
    from odoo.addons.amazon_connector.amazon_api import forget_tokens

    forget_tokens()
    registry.cache_invalidated.clear()  # nobody else holds what came after the fork


def say(stream, message):
    stream.write(json.dumps(message, default=str) + "\n")
    stream.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
