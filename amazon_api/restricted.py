"""Tokens for what shows personal data: one for each document, never stored.

Source: Amazon's Tokens API 2021-03-01; "Get authorization to access restricted report
types". The token is used instead of the seller's own for the very path it was made for.
"""

from __future__ import annotations

from .auth import AccessToken
from .operations import CREATE_RESTRICTED_TOKEN
from .throttle import utcnow
from .transport import Transport
from .writer import json_bytes

_PATH = "/tokens/2021-03-01/restrictedDataToken"


class RestrictedTokens:
    """Gives the tokens of one path, as `TokenSource` gives those of a seller.

    :param transport: asks Amazon for them
    :param str path: the path that is called with them, with ``GET``
    """

    def __init__(self, transport: Transport, path: str):
        self._transport = transport
        self._path = path
        self._token: AccessToken | None = None
        self._count = 0

    def get(self) -> AccessToken:
        """The token; one that was refused is replaced once.

        :raise ConfigError: reason ``role``: the app may not see such data
        :raise SpApiError: see `errors`
        """
        if self._token is None:
            resource = {"method": "GET", "path": self._path}
            answer = self._transport.call(
                CREATE_RESTRICTED_TOKEN,
                _PATH,
                body=json_bytes({"restrictedResources": [resource]}),
            )
            now = utcnow()
            value = answer[CREATE_RESTRICTED_TOKEN.key or ""]
            self._token = AccessToken(value, now, now, is_fresh=self._count > 0)
            self._count += 1
        return self._token

    def drop(self, token: AccessToken) -> None:
        """Forget a token that Amazon did not accept."""
        if self._token and self._token.value == token.value:
            self._token = None
