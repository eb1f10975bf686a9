"""Tokens of Login with Amazon (LWA).

Source: Amazon's "Connect to the Selling Partner API": a form is posted to
``/auth/o2/token`` with ``grant_type=refresh_token``; the access token that comes back
lives an hour. Access tokens are shared by all threads of the process and never stored.

The refresh token of a seller comes from Seller Central by hand, or from the code of
the consent page by `exchange_code` (Amazon's "Website Authorization Workflow").
"""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from urllib.parse import urlencode

import requests

from .answers import Answer, object_in, read_answer, stated_error
from .errors import ConfigError, SpApiError, Throttled, Unavailable
from .marketplaces import endpoints
from .operations import Operation
from .throttle import utcnow
from .wire import CallRecord, Wire

GET_TOKEN = Operation("token", method="POST", key="access_token", kind=str)
GET_CONSENT = Operation("token", method="POST", key="refresh_token", kind=str)

# A token is given up this long before it expires, so that no call starts with one
# that dies on the way.
_MARGIN = timedelta(seconds=60)
_USUAL_LIFETIME = 3600
_LWA_BUSY_SECONDS = 60.0


@dataclass(frozen=True)
class Credentials:
    """Keys of the application and the seller's consent; blanks around are dropped.

    :raise ConfigError: reason ``credentials`` when one of them is empty
    """

    client_id: str = field(repr=False)
    client_secret: str = field(repr=False)
    refresh_token: str = field(repr=False)

    def __post_init__(self):
        for name in ("client_id", "client_secret", "refresh_token"):
            value = (getattr(self, name) or "").strip()
            if not value:
                label = name.replace("_", " ")
                raise ConfigError(f"The {label} is empty.", reason="credentials")
            object.__setattr__(self, name, value)


@dataclass(frozen=True)
class AccessToken:
    """``is_fresh``: it was fetched just now, not taken from the cache."""

    value: str = field(repr=False)
    fetched_at: datetime
    expires_at: datetime
    is_fresh: bool = False

    def is_valid(self, now: datetime) -> bool:
        return self.fetched_at <= now < self.expires_at


class _Slot:
    """Place of one seller's token; the lock lets one thread at a time fetch it."""

    def __init__(self):
        self.lock = threading.Lock()
        self.token: AccessToken | None = None


_slots: dict[str, _Slot] = {}
_slots_lock = threading.Lock()


def _slot_of(key: str) -> _Slot:
    with _slots_lock:
        return _slots.setdefault(key, _Slot())


def forget_tokens() -> None:
    """Empty the cache of the process."""
    with _slots_lock:
        _slots.clear()


class TokenSource:
    """Gives the access tokens of one seller.

    :param wire: carries the bytes
    :param str token_url: LWA's address
    :param clock: function that returns the current aware UTC datetime
    """

    def __init__(
        self,
        wire: Wire,
        token_url: str,
        credentials: Credentials,
        clock: Callable[[], datetime] = utcnow,
    ):
        self._wire = wire
        self._url = token_url
        self._credentials = credentials
        self._clock = clock
        self._key = _key_of(token_url, credentials)

    def get(self) -> AccessToken:
        """A token that is valid now.

        :raise ConfigError: reason ``credentials`` or ``consent``
        :raise Unavailable: LWA can not be reached or gives no sensible answer
        :raise Throttled: LWA asks to slow down
        """
        slot = _slot_of(self._key)
        with slot.lock:
            token = slot.token
            if token and token.is_valid(self._clock()):
                return replace(token, is_fresh=False)
            slot.token = None
            slot.token = self._fetch()
            return slot.token

    def drop(self, token: AccessToken) -> None:
        """Forget a token Amazon no longer accepts, unless it was replaced already."""
        slot = _slot_of(self._key)
        with slot.lock:
            if slot.token and slot.token.value == token.value:
                slot.token = None

    def _fetch(self) -> AccessToken:
        now = self._clock()
        form = {
            "grant_type": "refresh_token",
            "refresh_token": self._credentials.refresh_token,
            "client_id": self._credentials.client_id,
            "client_secret": self._credentials.client_secret,
        }
        return _ask(self._wire, self._url, form, lambda answer: _token_in(answer, now))


def exchange_code(
    credentials: tuple[str, str],
    code: str,
    redirect_uri: str,
    *,
    region: str,
    environment: str,
    simulator_url: str | None = None,
    clock: Callable[[], datetime] = utcnow,
    session: requests.Session | None = None,
    on_call: Callable[[CallRecord], None] | None = None,
) -> str:
    """Exchange the code of the consent page for the seller's refresh token, once.

    Source: Amazon's "Website Authorization Workflow"; a code lives five minutes.

    :param credentials: client id and client secret of the registered application
    :param str code: ``spapi_oauth_code`` of the way back from the consent page
    :param str redirect_uri: the very one that the consent page was given
    :param str region: and ``environment``, ``simulator_url``: see `endpoints`
    :return: the refresh token
    :raise ConfigError: reason ``credentials``, or ``consent`` when the code was used
        already, is too old or is another application's
    :raise SpApiError: as for any sign-in; the code may be used up then
    """
    keys = Credentials(*credentials, code)
    url = endpoints(region, environment, simulator_url).token_url
    form = {
        "grant_type": "authorization_code",
        "code": keys.refresh_token,
        "redirect_uri": redirect_uri,
        "client_id": keys.client_id,
        "client_secret": keys.client_secret,
    }
    wire = Wire(session, local=environment == "simulator", on_call=on_call)
    try:
        return _ask(wire, url, form, lambda answer: _consent_in(answer, clock()))
    finally:
        wire.close()


def _ask(wire: Wire, url: str, form: dict, read: Callable):
    """Post a form to the sign-in service.

    :param read: function that is given the `Answer` and returns the result
    """
    headers = {"Content-Type": "application/x-www-form-urlencoded;charset=UTF-8"}
    answer = wire.send("POST", url, headers, urlencode(form).encode())
    error = None
    try:
        return read(answer)
    except SpApiError as failure:
        error = failure
        raise
    finally:
        wire.report(GET_TOKEN.name, "POST", answer, error)


def _key_of(token_url: str, credentials: Credentials) -> str:
    """Key of the cache; any changed part is another token, so that a rotated secret is
    noticed at once.
    """
    parts = (
        token_url,
        credentials.client_id,
        credentials.client_secret,
        credentials.refresh_token,
    )
    sizes = ",".join(str(len(part)) for part in parts)
    return hashlib.sha256("\0".join((sizes, *parts)).encode()).hexdigest()


def _token_in(answer: Answer, now: datetime) -> AccessToken:
    """LWA's answer to a token.

    Its error codes are those of OAuth 2.0 (RFC 6749, 5.2): ``invalid_grant`` concerns
    the seller's consent, all the others the application's keys.
    """
    value, payload = _granted(GET_TOKEN, answer, now)
    lifetime = timedelta(seconds=_lifetime(payload.get("expires_in")))
    return AccessToken(value, now, now + lifetime - _MARGIN, is_fresh=True)


def _consent_in(answer: Answer, now: datetime) -> str:
    """LWA's answer to a refresh token; the access token beside it is not kept."""
    return _granted(GET_CONSENT, answer, now)[0]


def _granted(operation: Operation, answer: Answer, now: datetime) -> tuple[str, dict]:
    """The token that was asked for, and the whole answer."""
    payload = object_in(answer)
    if answer.status == 429:
        raise _busy(answer, now)
    if payload is not None and answer.status in (400, 401, 402, 403):
        raise _refused(answer, payload)
    payload = read_answer(operation, answer)
    value = payload[operation.key]
    if not re.fullmatch(r"[\x21-\x7e]+", value):
        raise Unavailable(
            "Amazon's sign-in service gave no usable token.",
            reason="answer",
            operation=operation.name,
            status=answer.status,
        )
    return value, payload


def _lifetime(stated: object) -> int:
    """Seconds; an hour when not stated, at most a day."""
    if isinstance(stated, str) and stated.isascii() and stated.isdecimal():
        stated = int(stated[:9])
    if not isinstance(stated, int) or isinstance(stated, bool):
        return _USUAL_LIFETIME
    return min(max(stated, 0), 86_400)


def _busy(answer: Answer, now: datetime) -> Throttled:
    wait = answer.retry_after or _LWA_BUSY_SECONDS
    return Throttled(
        "Amazon's sign-in service asks to slow down.",
        retry_after=wait,
        retry_at=now + timedelta(seconds=wait),
        operation=GET_TOKEN.name,
        status=answer.status,
    )


def _refused(answer: Answer, payload: dict) -> ConfigError:
    code, _message = stated_error(payload)
    consent = code == "invalid_grant"
    return ConfigError(
        "The seller's authorisation was revoked or has expired."
        if consent
        else "Amazon does not accept the client id or the client secret.",
        reason="consent" if consent else "credentials",
        operation=GET_TOKEN.name,
        status=answer.status,
        code=code,
        request_id=answer.request_id,
    )
