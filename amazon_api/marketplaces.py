"""Regions of the Selling Partner API and the addresses of their servers.

Source: Amazon's "SP-API Endpoints" and "Connect to the SP-API".
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from .errors import ConfigError

REGIONS = ("na", "eu", "fe")
ENVIRONMENTS = ("production", "sandbox", "simulator")

TOKEN_PATH = "/auth/o2/token"
TOKEN_URL = "https://api.amazon.com" + TOKEN_PATH

_API = {
    "production": "https://sellingpartnerapi-{}.amazon.com",
    "sandbox": "https://sandbox.sellingpartnerapi-{}.amazon.com",
}

# Nothing but scheme, host and port. User names, paths, queries, backslashes and
# control characters are the tricks by which an address reads as local and is not.
_PLAIN_URL = re.compile(
    r"https?://(?P<host>localhost|[0-9.]+|\[[0-9a-f:]+\])(?::[0-9]{1,5})?/?",
    re.ASCII | re.IGNORECASE,
)


@dataclass(frozen=True)
class Endpoints:
    """Where the calls of one account go; both are URLs, ``api`` without final slash."""

    api: str
    token_url: str


def is_loopback(url: object) -> bool:
    """Tell whether a URL surely names a server on this very machine.

    :param url: anything; only ``http(s)://host[:port]`` with the host ``localhost``,
        an address of 127.0.0.0/8 or ``[::1]`` passes
    """
    if not isinstance(url, str) or not (match := _PLAIN_URL.fullmatch(url)):
        return False
    try:
        port = urlsplit(url).port
    except ValueError:
        return False
    if port is not None and not 0 < port < 65536:
        return False
    host = match["host"].strip("[]").lower()
    if host == "localhost":
        return True
    try:
        return _is_loopback_address(ipaddress.ip_address(host))
    except ValueError:
        return False


def _is_loopback_address(address) -> bool:
    if address.version == 4:
        return address.is_loopback
    return address == ipaddress.IPv6Address("::1")


def endpoints(
    region: str, environment: str, simulator_url: str | None = None
) -> Endpoints:
    """Find the servers of an account.

    :param str region: ``na``, ``eu`` or ``fe``
    :param str environment: ``production``, ``sandbox`` or ``simulator``
    :param simulator_url: loopback URL, serves both the token path and the API
    :raise ConfigError: reason ``region`` for an unknown region, ``address`` for an
        unknown environment or a simulator that is not on this machine
    """
    if environment not in ENVIRONMENTS:
        raise ConfigError("The environment is unknown.", reason="address")
    if region not in REGIONS:
        raise ConfigError("The region is unknown.", reason="region")
    if environment != "simulator":
        return Endpoints(_API[environment].format(region), TOKEN_URL)
    if simulator_url is None or not is_loopback(simulator_url):
        raise ConfigError(
            "The simulator may only run on this machine: its address must start with "
            "http://localhost, http://127.0.0.1 or http://[::1].",
            reason="address",
        )
    base = simulator_url.rstrip("/")
    return Endpoints(base, base + TOKEN_PATH)
