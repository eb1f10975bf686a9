"""The one place where bytes leave and come in: a ``requests.Session``.

No redirects, no retries, no password file; a body counts only when its length and its
compression prove that it is complete.
"""

from __future__ import annotations

import contextlib
import logging
import ssl
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy

import requests
from urllib3 import exceptions as urllib3_errors

from .answers import Answer
from .deadline import limited
from .errors import SpApiError
from .throttle import read_rate

_logger = logging.getLogger(__name__)

# Seconds to connect, and to wait for the next byte.
TIMEOUT = (5, 30)
USER_AGENT = "amazon_connector/17.0 (Language=Python)"
# Beats what the environment says, see ``Session.merge_environment_settings``.
_NO_PROXIES = {"http": None, "https": None, "all": None}
_LARGEST_BODY = 64 * 1024 * 1024
_PIECE = 64 * 1024


@dataclass(frozen=True)
class CallRecord:
    """One call, as the ``on_call`` hook gets it; holds nothing secret or personal.

    ``status`` is None without an answer, ``rate_limit`` the stated rate in calls per
    second, ``error`` the class name of the error or None for a success,
    ``amazon_time`` the time at Amazon (header ``Date``), aware.
    """

    operation: str
    method: str
    status: int | None
    duration_ms: int
    request_id: str | None
    rate_limit: float | None
    error: str | None
    amazon_time: datetime | None = None


class Wire:
    """Carries bytes, and reports each call to the log and the hook.

    :param session: a ``requests.Session``; an own one when None
    :param bool local: the server is on this machine: proxies are not for it
    :param on_call: function that is given a `CallRecord` after each call
    """

    def __init__(
        self,
        session: requests.Session | None = None,
        *,
        local: bool = False,
        on_call: Callable[[CallRecord], None] | None = None,
    ):
        self._session = session or _new_session()
        self._owns_session = session is None
        self._local = local
        self._on_call = on_call

    def close(self) -> None:
        if self._owns_session:
            self._session.close()

    def send(
        self, method: str, url: str, headers: dict, body: bytes | None = None
    ) -> Answer:
        """Send and wait, at most 5 seconds to connect and 30 between two bytes, and
        two minutes for the whole answer.

        :return: an `Answer`, also when nothing or only a part came back
        """
        started = time.monotonic()
        with _quiet_libraries():
            status, answer_headers, content, lost, sent = self._exchange(
                method, url, headers, body
            )
        duration_ms = int((time.monotonic() - started) * 1000)
        return Answer(status, answer_headers, content, lost, sent, duration_ms)

    def _exchange(self, method, url, headers, body):
        try:
            response = self._session.request(
                method,
                url,
                headers={
                    "User-Agent": USER_AGENT,
                    "Accept": "application/json",
                    "Accept-Encoding": "gzip",
                    **headers,
                },
                data=body,
                auth=_no_auth,
                timeout=TIMEOUT[1],
                allow_redirects=False,
                stream=True,
                proxies=dict(_NO_PROXIES) if self._local else None,
            )
        except (urllib3_errors.HTTPError, OSError) as failure:
            return None, {}, b"", _lost_by(failure), _may_have_arrived(failure)
        try:
            with limited(response):
                content = _whole_body(response)
        except _BROKEN_BODY as failure:
            return response.status_code, response.headers, b"", _cut(failure), True
        finally:
            response.close()
        return response.status_code, response.headers, content, None, True

    def report(
        self, operation: str, method: str, answer: Answer, error: SpApiError | None
    ) -> None:
        """Report a call to the log and the hook; a failure of the hook has no effect on
        it.
        """
        record = CallRecord(
            operation,
            method,
            answer.status,
            answer.duration_ms,
            answer.request_id,
            read_rate(answer.headers.get("x-amzn-RateLimit-Limit")),
            type(error).__name__ if error else None,
            read_date(answer.headers.get("Date")),
        )
        _logger.info(
            "%s %s: status %s in %s ms, request %s, %s",
            record.method,
            record.operation,
            record.status,
            record.duration_ms,
            record.request_id,
            record.error or "ok",
        )
        if self._on_call:
            try:
                self._on_call(record)
            except Exception as failure:
                _logger.warning("The hook on calls failed: %s", type(failure).__name__)


def read_date(stated: str | None) -> datetime | None:
    """Read a ``Date`` header; None for anything that is not one."""
    try:
        moment = parsedate_to_datetime(stated or "")
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo else None


class _ConnectSooner(requests.adapters.HTTPAdapter):
    """An adapter with a shorter timeout for the connection than for the answer.

    The session itself is given one figure, because Odoo's tests compare it as a number.
    """

    def send(self, request, timeout=None, **kwargs):
        return super().send(request, timeout=(TIMEOUT[0], timeout), **kwargs)


def _new_session() -> requests.Session:
    session = requests.Session()
    for scheme in ("http://", "https://"):
        session.mount(scheme, _ConnectSooner())
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return session


def _no_auth(request):
    """Keeps ``requests`` from sending a password of ``~/.netrc``."""
    return request


class NotWhole(Exception):
    """The body is not as long as announced, too long, or its compression is broken."""


_BROKEN_BODY = (NotWhole, urllib3_errors.HTTPError, OSError)


def _whole_body(response: requests.Response) -> bytes:
    """The body with its length and its compression checked.

    Old versions of urllib3 do not compare the length, and none of them notices a
    gzip stream that ends too early.
    """
    if response.raw is None:
        return response.content
    content = _capped_body(response.raw)
    announced = response.headers.get("Content-Length")
    if announced is not None and "Transfer-Encoding" not in response.headers:
        if not announced.isdecimal() or int(announced) != len(content):
            raise NotWhole
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding in ("", "identity") or not content:
        return content
    if encoding in ("gzip", "x-gzip"):
        return unzipped(content)
    raise NotWhole


def _capped_body(raw) -> bytes:
    pieces, size = [], 0
    for piece in raw.stream(_PIECE, decode_content=False):
        size += len(piece)
        if size > _LARGEST_BODY:
            raise NotWhole
        pieces.append(piece)
    return b"".join(pieces)


def unzipped(content: bytes) -> bytes:
    """Undo gzip.

    :raise NotWhole: it is cut off, broken or larger than anything we expect
    """
    decoder = zlib.decompressobj(wbits=31)
    try:
        plain = decoder.decompress(content, _LARGEST_BODY)
    except zlib.error:
        raise NotWhole from None
    if not decoder.eof or decoder.unused_data:
        raise NotWhole
    return plain


def _cut(failure: Exception) -> str:
    timeouts = (requests.Timeout, urllib3_errors.TimeoutError, TimeoutError)
    return "timeout" if isinstance(failure, timeouts) else "answer"


def _lost_by(failure: Exception) -> str:
    if isinstance(failure, requests.Timeout):
        return "timeout"
    broken = (requests.exceptions.ChunkedEncodingError, requests.exceptions.InvalidURL)
    return "answer" if isinstance(failure, broken) else "network"


def _may_have_arrived(failure: Exception) -> bool:
    """False only when the connection was certainly never established.

    A ``ProxyError`` proves nothing: urllib3 1.26 raises it for a lost answer, too.
    """
    never = (
        requests.ConnectTimeout,
        requests.exceptions.InvalidURL,
        requests.exceptions.InvalidHeader,
        urllib3_errors.NewConnectionError,
        urllib3_errors.ConnectTimeoutError,
        ssl.SSLCertVerificationError,
    )
    return not any(isinstance(cause, never) for cause in _causes(failure))


def _causes(failure: BaseException) -> Iterator[BaseException]:
    """The failure and what it wraps; not its context, which may be the caller's."""
    waiting, seen = [failure], set()
    while waiting:
        cause = waiting.pop()
        if id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        wrapped = [*cause.args, getattr(cause, "reason", None), cause.__cause__]
        waiting += [inner for inner in wrapped if isinstance(inner, BaseException)]


_in_call = threading.local()


class _NotDuringCall(logging.Filter):
    """Silences urllib3 during a call: it logs whole URLs, and a query string may hold
    what no log must show.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        return not getattr(_in_call, "active", False)


@contextlib.contextmanager
def _quiet_libraries():
    _in_call.active = True
    try:
        yield
    finally:
        _in_call.active = False


for _name in ("connectionpool", "connection", "response", "util.retry"):
    logging.getLogger(f"urllib3.{_name}").addFilter(_NotDuringCall())
