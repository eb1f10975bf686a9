"""Processes: run, start, stop, recognise, and keep out of each other's way."""

import contextlib
import fcntl
import os
import signal
import socket
import subprocess
import threading

from .console import say


def run(*command, **options):
    """Run a command to its end; return the `CompletedProcess` with its output as text.

    Nothing is raised for an exit code: the caller knows what a failure means.
    """
    options.setdefault("stdin", subprocess.DEVNULL if "input" not in options else None)
    if options["stdin"] is None:
        del options["stdin"]
    options.setdefault("stdout", subprocess.PIPE)
    options.setdefault("stderr", subprocess.PIPE)
    return subprocess.run(
        [str(part) for part in command],
        text=True,
        errors="replace",
        check=False,
        **options,
    )


def start(*command, **options):
    """Start a command in a process group of its own and return the `Popen`.

    Ctrl-C in the terminal reaches only us; we stop what we started, in the right order.
    """
    options.setdefault("stdin", subprocess.DEVNULL)
    return subprocess.Popen(
        [str(part) for part in command], start_new_session=True, **options
    )


def stop(process, patience=15):
    """Stop a started process with its group; one that does not react is killed."""
    for signum in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is not None:
            break
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signum)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience)
    # whatever the process itself left behind (a browser, say)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


@contextlib.contextmanager
def time_limit(process, seconds):
    """End the process when it takes longer; yield an event that tells if it was so."""
    over = threading.Event()

    def end():
        over.set()
        stop(process, patience=5)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield over
    finally:
        timer.cancel()


def birth(pid):
    """Return what distinguishes a process from a later one with its number, None if it
    ended.
    """
    try:
        with open(f"/proc/{pid}/stat") as stat:
            fields = stat.read().rpartition(")")[2].split()
        return None if fields[0] == "Z" else fields[19]
    except OSError:
        if os.path.isdir("/proc/self"):
            return None
    return run("ps", "-o", "lstart=", "-p", pid).stdout.strip() or None


def free_port(wanted=0):
    """Return the wanted port of the loopback address, or another if it is taken.

    Two who ask at the same moment for the same port may both get it as free.
    """
    for port in (wanted, 0):
        with contextlib.closing(socket.socket()) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return probe.getsockname()[1]
    raise OSError("no free port")


@contextlib.contextmanager
def lock(path, waiting_for, shared=False):
    """Hold a lock file; when somebody else holds it, say once what we wait for."""
    kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
    with open(path, "w") as handle:
        try:
            fcntl.flock(handle, kind | fcntl.LOCK_NB)
        except OSError:
            say(f"waiting for {waiting_for}")
            fcntl.flock(handle, kind)
        yield handle


def last_holder(handle):
    """Make a shared lock exclusive if nobody else holds it; return whether so."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
