"""The processes of a torture: a fork server of Odoo workers beside the simulator."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import tempfile

from .. import addon_digest
from ..console import DevError, last_lines
from ..database import Databases
from ..paths import ROOT
from ..process import start, stop

#: seconds that a job may take: a deadlock must not last for ever
LONGEST_JOB = 120
PREPARED = "torture.json"
#: what prepares a database
PREPARING = ("jobs.py", "chart.py")


class Worker:
    """One process of Odoo with one job to do."""

    def __init__(self, address, job):
        self.job = job
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(LONGEST_JOB)
        self._socket.connect(address)
        self._stream = self._socket.makefile("rw")
        self._stream.write(json.dumps(job) + "\n")
        self._stream.flush()
        self.pid = json.loads(self._stream.readline())["pid"]

    def kill(self):
        """SIGKILL, from outside."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def wait(self):
        """Return the result of the job, None when it was killed.

        :raise DevError: it takes longer than any job may.
        """
        try:
            line = self._stream.readline()
        except TimeoutError as error:
            self.kill()
            raise DevError(
                f"{self.job['do']} did not end in {LONGEST_JOB} s: it hangs"
            ) from error
        except ConnectionError:
            line = ""
        finally:
            self._stream.close()
            self._socket.close()
        return json.loads(line) if line.endswith("\n") else None


class Nursery:
    """Starts workers on one database, each in some milliseconds.

    :param bool is_patient: they wait for Amazon as long as in real life
    """

    def __init__(self, bench, database, is_patient=False):
        self._folder = tempfile.TemporaryDirectory(prefix="torture")
        self.address = os.path.join(self._folder.name, "socket")
        self.log = bench.folder / "nursery.log"
        words = ("patient",) if is_patient else ()
        self._process = self._start(bench, database, *words)

    def _start(self, bench, database, *words):
        configuration = bench.folder / "odoo.conf"
        module = (bench.python, "-m", "dev.inside.nursery")
        command = (*module, configuration, database, self.address, *words)
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        with open(self.log, "w") as log:
            return start(
                *command, cwd=ROOT, env=bench.environ_of_inside, stderr=log, **pipes
            )

    def __enter__(self):
        if self._process.stdout.readline().strip() != "ready":
            stop(self._process)
            words = last_lines(self.log, 8)
            raise DevError(f"Odoo does not come up for the torture:\n{words}")
        return self

    def __exit__(self, *_error):
        stop(self._process)
        self._folder.cleanup()

    def begin(self, what, kill=None, **arguments):
        """Have a worker do a job and return it, at work.

        :param kill: when it is to kill itself, see `killer.arm`.
        """
        return Worker(self.address, {"do": what, "with": arguments, "kill": kill})

    def do(self, what, **arguments):
        """Have a worker do a job to its end and return what it returned.

        :raise DevError: it failed; this is for jobs that no torture disturbs.
        """
        answer = self.begin(what, **arguments).wait()
        if answer is None or "failure" in answer:
            raise DevError(f"{what} failed:\n{answer and answer['failure']}")
        return answer["value"]


def database(bench, fresh=False):
    """Return the name of a database with the addon, made when it is missing or old."""
    databases = Databases(bench)
    name = databases.name("torture")
    note = bench.folder / PREPARED
    wanted = {
        "sources": addon_digest.exact(),
        "odoo": bench.source.identity,
        "jobs": "".join((ROOT / "dev/inside" / name).read_text() for name in PREPARING),
    }
    known = json.loads(note.read_text()) if note.exists() else None
    if fresh or known != wanted or not databases.exists(name):
        note.unlink(missing_ok=True)
        databases.clone_installed(name)
        with Nursery(bench, name) as nursery:
            nursery.do("prepare")
        note.write_text(json.dumps(wanted))
    return name
