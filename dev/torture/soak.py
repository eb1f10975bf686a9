"""`python3 -m dev soak`: servers work for a long time, with all that can happen."""

import os
import random
import re
import signal
import time
from pathlib import Path

from .. import odoo_source
from ..console import DevError, human_size, say
from ..paths import checkout_folder
from ..process import free_port, lock, start, stop
from ..workbench import opened, setting_up
from . import books, stage
from .play import Amazon, Failure, Play, Totals
from .schedule import VERBS, Schedule, draw_step

#: seconds between two things that happen
PACE = 0.7
#: seconds between two measurements of the memory
LOOKS = 10
#: the part of the time after which everything has been loaded once
WARM = 0.25
#: what the server may grow by from then on
GROWTH = 0.1
#: pieces of each product: nothing runs short
STOCK = 100_000
#: seconds between two deaths of the second server, by SIGKILL
DEATHS = 180
ERROR = re.compile(r"^\S+ \S+ \d+ (?:ERROR|CRITICAL) ")


def soak(options):
    """Let two servers work for so many minutes; return the exit code.

    :raise DevError: the processes can not be had, or a server ends by itself.
    """
    with setting_up():
        (source,), _missing = odoo_source.choose(options.series)
    with (
        lock(
            checkout_folder() / f"torture-{source.series}.lock",
            "a torture of this checkout",
        ),
        opened(source, "torture") as bench,
    ):
        name = stage.database(bench)
        seed = options.seed or str(random.randrange(10**6))
        say(f"soak on {source} for {options.minutes:g} minutes, seed {seed}")
        with stage.Nursery(bench, name, is_heard=True) as nursery, Amazon() as amazon:
            days = Schedule(f"soak {seed}", 100, STOCK, ())
            run = Soak(Play(nursery, amazon, Totals(), days), bench, name)
            wrong = run.go(options.minutes * 60)
    for text in wrong:
        print(text)
    print(run.summary(len(wrong)), f"seed {seed}", sep="; ", flush=True)
    return 1 if wrong else 0


class Soak:
    """Two servers with their crons, beside them people, other workers and SIGKILL.

    The first one's memory is watched; the second one is killed now and then.
    """

    def __init__(self, play, bench, database):
        self.play = play
        self.logs = [bench.folder / f"soak-{name}.log" for name in ("one", "two")]
        play.met = True  # people pack while the servers work
        self.memory = []
        self.wrong = []
        self._rng = random.Random(play.schedule.seed)
        self._bench, self._database = bench, database

    def go(self, seconds):
        """Let everything happen for so long; return what is wrong at the end."""
        self.play.nursery.do("hurry")
        self._deadlocks = self.play.nursery.do("deadlocks")
        totals = self.play.totals
        totals.began = time.monotonic()
        for log in self.logs:
            log.write_bytes(b"")
        servers = [self._start_server(log) for log in self.logs]
        try:
            self._live(servers, seconds)
        finally:
            for server in servers:
                stop(server)
        totals.ended = time.monotonic()
        self._settle()
        self.wrong += self._complaints()
        self.wrong += self._growth()
        return self.wrong

    def _start_server(self, log):
        options = (
            f"--http-port={free_port(8069)}",
            f"--db-filter=^{self._database}$",
            "--max-cron-threads=1",
        )
        command = self._bench.odoo(self._database, *options)
        with open(log, "a") as stream:
            streams = {"stdout": stream, "stderr": stream}
            return start(*command, env=self._bench.environ, cwd="/", **streams)

    def _live(self, servers, seconds):
        """Let things happen, kill servers and measure until the time is over.

        :param list servers: the first lives, the second is replaced when it dies
        """
        began = looked = died = time.monotonic()
        while time.monotonic() - began < seconds:
            for server, log in zip(servers, self.logs, strict=True):
                if server.poll() is not None:
                    raise DevError("a server ended by itself", f"log: {log}")
            self._happen()
            if time.monotonic() - died >= DEATHS:
                died += DEATHS
                servers[1] = self._replace(servers[1])
            if time.monotonic() - looked >= LOOKS:
                looked += LOOKS
                self._look(servers[0].pid, looked - began)
            time.sleep(PACE * self._rng.random())

    def _replace(self, server):
        """Kill a server as the kernel does, and start another; return that."""
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()
        self.play.totals.kills += 1
        return self._start_server(self.logs[1])

    def _happen(self):
        """Let one thing happen; time passes by itself here."""
        play = self.play
        verb = self._rng.choices(list(VERBS), list(VERBS.values()))[0]
        step = draw_step(self._rng, verb)
        step.words.pop("is_due", None)
        try:
            play.play(step)
        except Failure as failure:
            self.wrong.append(f"{step}: {failure}")
        del play.events[:-300]
        if self._rng.random() < 0.05:  # somebody gives the consent anew
            play.simulator.heal()

    def _look(self, pid, after):
        """Note how much memory the server holds."""
        status = Path(f"/proc/{pid}/status").read_text()
        size = int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) * 1024
        self.memory.append((after, size))
        if len(self.memory) % 30 == 0:
            say(self.summary(len(self.wrong)))

    def _settle(self):
        try:
            self.play.settle()
        except Failure as failure:
            self.wrong.append(str(failure))
        found = books.compare(self.play.world, self.play.books())
        self.wrong += found
        self.play.count()
        self.play.totals.deadlocks = self.play.nursery.do("deadlocks") - self._deadlocks

    def _complaints(self):
        """Return the errors in the servers' logs."""
        lines = [
            line
            for log in self.logs
            for line in log.read_text(errors="replace").splitlines()
        ]
        self.play.totals.races += sum("lost a race" in line for line in lines)
        return [line for line in lines if ERROR.match(line)]

    def _growth(self):
        """Return a complaint when the server holds more and more memory."""
        warm = self._warm()
        if not warm or warm[-1] <= warm[0] * (1 + GROWTH):
            return []
        first, last = human_size(warm[0]), human_size(warm[-1])
        return [f"the server's memory grew from {first} to {last}"]

    def _warm(self):
        """Return the sizes since everything was loaded once, smoothed."""
        sizes = [size for _after, size in self.memory]
        sizes = sizes[int(len(sizes) * WARM) :]
        return [sorted(sizes[at : at + 5])[2] for at in range(len(sizes) - 4)]

    def summary(self, wrong):
        """Return the numbers in one line."""
        totals, warm = self.play.totals, self._warm()
        minutes = ((totals.ended or time.monotonic()) - totals.began) / 60
        memory = "no memory sampled"
        if warm:
            first, most, last = (human_size(n) for n in (warm[0], max(warm), warm[-1]))
            memory = f"memory {first} when warm, at most {most}, at the end {last}"
        return f"soak: {minutes:.0f} minutes, {wrong} wrong, {totals}; {memory}"
