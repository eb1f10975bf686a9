"""Recognize this machine itself."""

import ipaddress


def is_loopback(host):
    """Tell whether `host` (name or address) is this machine itself."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
