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
    """One process of Odoo; it does one job, or one after the other.

    :param is_lasting: it lives until it is closed, else until its job is done
    """

    def __init__(self, address, is_lasting=False):
        self.job = None
        self._is_lasting = is_lasting
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(LONGEST_JOB)
        self._socket.connect(address)
        self._stream = self._socket.makefile("rw")

    def begin(self, what, arguments, kill=None):
        """Begin a job; return this worker, at work."""
        self.job = {"do": what, "with": arguments, "kill": kill}
        self._stream.write(json.dumps(self.job) + "\n")
        self._stream.flush()
        self.pid = json.loads(self._stream.readline())["pid"]
        return self

    def close(self):
        self._stream.close()
        self._socket.close()

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
            if not self._is_lasting:
                self.close()
        return json.loads(line) if line.endswith("\n") else None


class Nursery:
    """Starts workers on one database, each in some milliseconds.

    :param bool is_patient: they wait for Amazon as long as in real life
    :param bool is_heard: there are servers that hear at once of what they trigger
    """

    def __init__(self, bench, database, is_patient=False, is_heard=False):
        self._folder = tempfile.TemporaryDirectory(prefix="torture")
        self.address = os.path.join(self._folder.name, "socket")
        self.log = bench.folder / "nursery.log"
        words = [*["patient"] * is_patient, *["heard"] * is_heard]
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
        return Worker(self.address).begin(what, arguments, kill)

    def begin_alone(self, what, **arguments):
        """Have a worker do a job beside which nobody else is at work."""
        return self.begin(what, **arguments)

    @contextlib.contextmanager
    def lasting(self):
        """Yield this nursery with one worker for all jobs that nothing disturbs, as
        those of a server share its processes: Odoo's caches, and what PostgreSQL knows
        of the tables, need not be filled for each.
        """
        worker = Worker(self.address, is_lasting=True)
        with contextlib.closing(worker):
            yield Lasting(self, worker)

    def do(self, what, **arguments):
        """Have a worker do a job to its end and return what it returned.

        :raise DevError: it failed; this is for jobs that no torture disturbs.
        """
        answer = self.begin_alone(what, **arguments).wait()
        if answer is None or "failure" in answer:
            raise DevError(f"{what} failed:\n{answer and answer['failure']}")
        return answer["value"]


class Lasting(Nursery):
    """A nursery in which one worker does all that nothing disturbs."""

    def __init__(self, nursery, worker):
        self.address = nursery.address
        self._worker = worker

    def begin_alone(self, what, **arguments):
        """Have the one worker do a job beside which nobody else is at work."""
        return self._worker.begin(what, arguments)


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
