"""Messages and errors of the development commands."""

import signal
import time

_started = time.monotonic()


class DevError(Exception):
    """Something is missing or went wrong, and a person can do something about it.

    :param what: one line: what is wrong.
    :param to_type: one line: what to type or to set, when there is something to do.
    """

    def __init__(self, what, to_type=""):
        super().__init__(what)
        self.what = what
        self.to_type = to_type

    def __str__(self):
        return self.what + (f"\n     {self.to_type}" if self.to_type else "")


class Unavailable(DevError):
    """An Odoo series can not be had on this machine, which is no error of anybody."""


class Stopped(BaseException):
    """A signal asked us to stop: raised so that everything is cleaned up."""

    def __init__(self, signum):
        super().__init__(signum)
        self.signum = signum


def say(message):
    """Print one line of progress with the seconds since the start."""
    print(f"[{elapsed():6.1f}s] {message}", flush=True)


def elapsed():
    """Return the seconds since the start."""
    return time.monotonic() - _started


def human_size(size):
    """Return a number of bytes as people read it: 1.9 GB, 245 MB."""
    for unit in ("bytes", "kB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"


def last_lines(path, count=5):
    """Return the last lines of a log file, or an empty string when there is none."""
    try:
        lines = path.read_text(errors="replace").splitlines()
    except OSError:
        return ""
    return "\n".join(lines[-count:])


def stop_on_signals():
    """Convert Ctrl-C, SIGTERM and a closed terminal into `Stopped`.

    Later signals do not disturb the cleaning up.
    """
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def stop(signum, _frame):
        for each in signals:
            signal.signal(each, signal.SIG_IGN)
        raise Stopped(signum)

    for each in signals:
        signal.signal(each, stop)
