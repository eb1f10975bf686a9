"""python-amazon-sp-api's endpoint classes, carried by our transport.

The library knows paths, methods and parameter names. Its own transport, sign-in,
token cache and configuration are left out: their constructors are never run, so that
neither an environment variable nor a file can point a call at another seller, and no
marketplace is slipped into a query.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import os
import threading

from .operations import Operation
from .transport import Transport
from .writer import json_bytes

_SELLERS = "sp_api.api.sellers.sellers.Sellers"
_ORDERS = "sp_api.api.orders.orders_2026_01_01.OrdersV20260101"
_ORDERS_V0 = "sp_api.api.orders.orders_v0.OrdersV0"
_FEEDS = "sp_api.api.feeds.feeds_2021_06_30.FeedsV20210630"
_REPORTS = "sp_api.api.reports.reports.Reports"
_INVENTORY = "sp_api.api.inventories.inventories.Inventories"

# The library reads these while it is imported and fails on values it does not know.
_READ_AT_IMPORT = (
    "AWS_ENV",
    "SP_API_DEFAULT_MARKETPLACE",
    "SP_API_AUTH_CACHE_SIZE",
    "SP_API_AUTH_CACHE_TTL",
)
_import_lock = threading.Lock()


class _Carried:
    """Mixin before an endpoint class: its requests go through our transport."""

    # Some methods read it before they see that a marketplace was given.
    marketplace_id = None

    def __init__(self, transport: Transport, operation: Operation):
        self._carrier = transport
        self._operation = operation

    def _request(self, path, *, data=None, params=None, **_library_options) -> dict:
        """Called by the endpoint methods of the library with what they would send.

        Some of them leave their own ``method`` and ``path`` among it.
        """
        writes = self._operation.method != "GET"
        content, nothing = (data, params) if writes else (params, data)
        content = dict(content or {})
        method = content.pop("method", self._operation.method)
        content.pop("path", None)
        if method != self._operation.method or nothing:
            raise TypeError(f"{self._operation.name} is not made like this any more")
        if writes:
            return self._carrier.call(self._operation, path, body=json_bytes(content))
        return self._carrier.call(self._operation, path, content)

    def _not_ours(self, *_args, **_kwargs):
        raise TypeError("python-amazon-sp-api's own transport and sign-in are not used")

    headers = auth = grantless_auth = property(_not_ours)
    _request_grantless_operation = close = _not_ours


def sellers(transport: Transport, operation: Operation):
    """The endpoints of the Sellers API for one call of an operation."""
    return _carried_class(_SELLERS)(transport, operation)


def orders(transport: Transport, operation: Operation):
    """The endpoints of the Orders API v2026-01-01 for one call of an operation."""
    return _carried_class(_ORDERS)(transport, operation)


def orders_v0(transport: Transport, operation: Operation):
    """The endpoints of the Orders API v0 for one call of an operation."""
    return _carried_class(_ORDERS_V0)(transport, operation)


def feeds(transport: Transport, operation: Operation):
    """The endpoints of the Feeds API 2021-06-30 for one call of an operation.

    Not for documents that hold something: the library would carry them by itself.
    """
    return _carried_class(_FEEDS)(transport, operation)


def reports(transport: Transport, operation: Operation):
    """The endpoints of the Reports API 2021-06-30 for one call of an operation.

    Not for documents: the library would carry them by itself.
    """
    return _carried_class(_REPORTS)(transport, operation)


def inventory(transport: Transport, operation: Operation):
    """The endpoints of the FBA Inventory API v1 for one call of an operation."""
    return _carried_class(_INVENTORY)(transport, operation)


@functools.cache
def _carried_class(dotted_name: str) -> type:
    """Imported at the first call: the library takes a tenth of a second to load."""
    module_name, class_name = dotted_name.rsplit(".", 1)
    with _import_lock, _without_environment():
        endpoint_class = getattr(importlib.import_module(module_name), class_name)
    return type(f"Carried{class_name}", (_Carried, endpoint_class), {})


@contextlib.contextmanager
def _without_environment():
    hidden = {name: os.environ.pop(name, None) for name in _READ_AT_IMPORT}
    try:
        yield
    finally:
        os.environ.update({name: value for name, value in hidden.items() if value})
