"""One seller in one region: the calls the addon makes, with typed answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

import requests

from . import library
from .access_calls import AccessCalls
from .auth import Credentials, TokenSource
from .errors import Rejected, SpApiError
from .feed_calls import FeedCalls
from .finance_calls import FinanceCalls
from .inventory_calls import InventoryCalls
from .listing_calls import ListingCalls
from .marketplaces import endpoints
from .operations import (
    CONFIRM_SHIPMENT,
    GET_ORDER,
    GET_PARTICIPATIONS,
    SEARCH_ORDERS,
)
from .order_parser import is_order_id, parse_order, parse_page
from .orders import ORDER_DATA, Order, OrdersPage, UnreadableOrder
from .paging import not_asked_for
from .report_calls import ReportCalls
from .sellers import Participation, parse_participations
from .shipping import Shipment, shipment_body
from .storage import Storage
from .throttle import BucketStore, MemoryStore, Throttle, utcnow
from .transport import Transport
from .wire import CallRecord, Wire
from .writer import iso

_MOST_MARKETPLACES = 50
_LARGEST_PAGE = 100


class SellingPartner(
    FeedCalls, ReportCalls, InventoryCalls, ListingCalls, FinanceCalls, AccessCalls
):
    """Amazon's Selling Partner API for one seller.

    Cheap to build, nothing is sent before the first call. Build one per job and close
    it (it is a context manager), so that connections are reused and given back.

    :param Credentials credentials: keys and the seller's consent
    :param str region: ``na``, ``eu`` or ``fe``
    :param str environment: ``production``, ``sandbox`` or ``simulator``
    :param simulator_url: loopback URL, only for ``simulator``
    :param store: `BucketStore` that keeps the quotas between jobs; in memory when None
    :param clock: function that returns the current aware UTC datetime
    :param session: ``requests.Session`` to use; an own one when None
    :param on_call: function that is given a `CallRecord` after each call
    :raise ConfigError: reason ``address`` or ``region``, see `endpoints`
    """

    def __init__(
        self,
        credentials: Credentials,
        region: str,
        environment: str,
        simulator_url: str | None = None,
        store: BucketStore | None = None,
        clock: Callable[[], datetime] = utcnow,
        session: requests.Session | None = None,
        on_call: Callable[[CallRecord], None] | None = None,
    ):
        urls = endpoints(region, environment, simulator_url)
        local = environment == "simulator"
        #: where the quotas are kept; it knows what is left
        self.store = MemoryStore() if store is None else store
        self._wire = Wire(session, local=local, on_call=on_call)
        self._storage = Storage(self._wire, local=local)
        self._transport = Transport(
            self._wire,
            urls.api,
            TokenSource(self._wire, urls.token_url, credentials, clock),
            Throttle(self.store, clock),
            clock,
        )

    def __enter__(self) -> SellingPartner:
        return self

    def __exit__(self, kind=None, *_failure) -> None:
        self.close()
        # After any other failure nothing more is written.
        if kind is None or issubclass(kind, SpApiError):
            self._transport.close()

    def close(self) -> None:
        """Give the connections back."""
        self._wire.close()

    def get_marketplace_participations(self) -> tuple[Participation, ...]:
        """Where the seller sells (Sellers API, 0.016/s, burst 15).

        :raise SpApiError: see `errors`
        """
        api = library.sellers(self._transport, GET_PARTICIPATIONS)
        return parse_participations(api.get_marketplace_participation())

    def search_orders(
        self,
        marketplace_ids: Iterable[str],
        *,
        last_updated_after: datetime | None = None,
        last_updated_before: datetime | None = None,
        created_after: datetime | None = None,
        created_before: datetime | None = None,
        included_data: Iterable[str] = ORDER_DATA,
        max_results_per_page: int = _LARGEST_PAGE,
        fulfilled_by: Iterable[str] | None = None,
        statuses: Iterable[str] | None = None,
        pagination_token: str | None = None,
    ) -> OrdersPage:
        """One page of orders (Orders API v2026-01-01, 0.0056/s, burst 20).

        For the next page call again with the same arguments and the page's
        ``next_token``, which Amazon accepts for 24 hours.

        :param marketplace_ids: 1 to 50 marketplaces, all of them in one call
        :param last_updated_after: or ``created_after``, exactly one of the two; aware.
            The ``…_before`` of the same family is optional and at least two minutes ago
        :param included_data: datasets, they decide which blocks are filled
        :param int max_results_per_page: 1 to 100
        :param fulfilled_by: any of ``MERCHANT``, ``AMAZON``
        :param statuses: fulfillment statuses
        :raise ValueError: for arguments Amazon would refuse
        :raise SpApiError: see `errors`
        """
        marketplaces = tuple(marketplace_ids)
        if not 1 <= len(marketplaces) <= _MOST_MARKETPLACES:
            raise ValueError("1 to 50 marketplaces can be searched in one call.")
        if not 1 <= max_results_per_page <= _LARGEST_PAGE:
            raise ValueError("A page holds 1 to 100 orders.")
        window = _window(
            last_updated_after, last_updated_before, created_after, created_before
        )
        api = library.orders(self._transport, SEARCH_ORDERS)
        payload = api.search_orders(
            **window,
            marketplaceIds=_csv(marketplaces),
            fulfillmentStatuses=_csv(statuses),
            fulfilledBy=_csv(fulfilled_by),
            includedData=_csv(included_data),
            maxResultsPerPage=str(max_results_per_page),
            paginationToken=pagination_token,
        )
        page = parse_page(payload)
        if page.next_token and page.next_token == pagination_token:
            raise not_asked_for("The page names itself as the next one.", SEARCH_ORDERS)
        return page

    def get_order(
        self, order_id: str, included_data: Iterable[str] = ORDER_DATA
    ) -> Order | UnreadableOrder:
        """One order (Orders API v2026-01-01, 0.5/s, burst 30).

        :param str order_id: Amazon's number of the order
        :raise Rejected: before any call, when this can not be an order number
        :raise NotFound: Amazon does not know it for this seller and region
        :raise SpApiError: see `errors`
        """
        if not is_order_id(order_id):
            raise Rejected("This is no Amazon order number.", operation=GET_ORDER.name)
        api = library.orders(self._transport, GET_ORDER)
        payload = api.get_order(order_id, includedData=_csv(included_data))
        if payload["order"].get("orderId") != order_id:
            raise not_asked_for("Amazon sent another order.", GET_ORDER)
        return parse_order(payload["order"])

    def confirm_shipment(self, shipment: Shipment) -> None:
        """Confirm one package to Amazon (Orders API v0, 2/s, burst 10).

        The same package reference again edits the package, it never adds one.

        :raise ValueError: before any call, for what Amazon would refuse
        :raise Rejected: Amazon refused it; the message says why
        :raise OutcomeUnknown: ask `get_order`, then see `find_package`
        :raise SpApiError: see `errors`
        """
        body = shipment_body(shipment)
        api = library.orders_v0(self._transport, CONFIRM_SHIPMENT)
        api.confirm_shipment(shipment.order_id, **body)


def _window(updated_after, updated_before, created_after, created_before) -> dict:
    """The time parameters; Amazon takes one family of them, with its lower bound."""
    if (updated_after is None) == (created_after is None):
        raise ValueError("Give exactly one of last_updated_after and created_after.")
    if updated_after is None:
        family, after, before, other = (
            ("createdAfter", "createdBefore"),
            created_after,
            created_before,
            updated_before,
        )
    else:
        family, after, before, other = (
            ("lastUpdatedAfter", "lastUpdatedBefore"),
            updated_after,
            updated_before,
            created_before,
        )
    if other is not None:
        raise ValueError("Times of creation and of update can not be mixed.")
    return {family[0]: iso(after), family[1]: iso(before) if before else None}


def _csv(values: Iterable[str] | None) -> str | None:
    """Arrays go comma-joined: the model states no format, Swagger's default is csv."""
    return ",".join(values or ()) or None
