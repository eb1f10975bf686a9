"""A time limit for answers that come byte by byte.

The timeouts of a connection are between two bytes: a body that drips could hold a
worker for hours.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from collections.abc import Iterator

import requests

# Seconds for the whole body of an answer; the largest take a few.
LONGEST_BODY = 120


class TooSlow(TimeoutError):
    """The body did not come to its end in time."""


@contextlib.contextmanager
def limited(response: requests.Response) -> Iterator[None]:
    """Let the body be read, but not for longer than `LONGEST_BODY`.

    :raise TooSlow: the connection was cut meanwhile
    """
    over = threading.Event()
    timer = threading.Timer(LONGEST_BODY, _cut, (response, over))
    timer.daemon = True
    timer.start()
    try:
        yield
    except Exception:
        if over.is_set():
            raise TooSlow from None
        raise
    finally:
        timer.cancel()


def _cut(response: requests.Response, over: threading.Event) -> None:
    """Shut the connection down, so that whoever waits for the next byte wakes up."""
    over.set()
    with contextlib.suppress(OSError, ValueError):
        with socket.socket(fileno=os.dup(response.raw.fileno())) as twin:
            twin.shutdown(socket.SHUT_RDWR)
