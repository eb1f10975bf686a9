"""Notes on running processes, by which a later `dev stop` finds those left behind."""

import contextlib
import json
import os
import signal
import time

from . import process
from .console import DevError, last_lines, say
from .paths import checkout_folder

LOGS = {"Odoo": "odoo.log", "Amazon simulator": "simulator.log"}


def note_path():
    """Return where this checkout notes what it runs."""
    return checkout_folder() / "running.json"


class Noted:
    """The processes of one `dev run`; leaving the context stops them all."""

    def __init__(self, folder=None):
        self.folder = folder
        self._processes = {}

    def __enter__(self):
        self._write()
        return self

    def __exit__(self, *_error):
        for child in reversed(list(self._processes.values())):
            process.stop(child)
        note_path().unlink(missing_ok=True)

    def add(self, name, child):
        """Note a started process, so that it is stopped at the end."""
        self._processes[name] = child
        self._write()

    def check(self):
        """Check that all are alive.

        :raise DevError: with the last words of the one that is not.
        """
        for name, child in self._processes.items():
            if child.poll() is not None:
                words = last_lines(self.folder / LOGS[name], 8)
                raise DevError(
                    f"{name} ended by itself (exit code {child.returncode}):\n{words}"
                )

    def _write(self):
        pids = {"dev": os.getpid()}
        pids.update((name, child.pid) for name, child in self._processes.items())
        notes = {name: [pid, process.birth(pid)] for name, pid in pids.items()}
        note_path().write_text(json.dumps(notes))


def stop_left_behind():
    """Stop what a `dev run` of this checkout left; return the names of what it was.

    A number that meanwhile belongs to another process is left alone.
    """
    try:
        notes = json.loads(note_path().read_text())
    except (OSError, ValueError):
        return []
    stopped = []
    # `dev` comes first: asked nicely, it stops the others itself
    for name, (pid, birth) in notes.items():
        if birth and process.birth(pid) == birth:
            stopped.append(name)
            _end(pid, birth, group=name != "dev")
    note_path().unlink(missing_ok=True)
    return stopped


def _end(pid, birth, group):
    for signum, patience in ((signal.SIGTERM, 30), (signal.SIGKILL, 5)):
        with contextlib.suppress(ProcessLookupError):
            (os.killpg if group else os.kill)(pid, signum)
        end = time.monotonic() + patience
        while time.monotonic() < end:
            if process.birth(pid) != birth:
                return
            time.sleep(0.1)
    say(f"process {pid} does not end")
