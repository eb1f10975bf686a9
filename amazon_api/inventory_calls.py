"""The calls of `SellingPartner` that have to do with stock in Amazon's warehouses."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from . import library
from .errors import Rejected, Throttled, Unavailable
from .inventory import Inventory, InventoryPage, each_once, parse_inventory_page
from .operations import GET_INVENTORY_SUMMARIES
from .paging import not_asked_for
from .transport import Transport
from .writer import iso, reference, verbatim

_logger = logging.getLogger(__name__)

_MOST_SKUS = 50
# Of the 30 seconds that a token lives.
_LONGEST_WAIT = 10.0
_MOST_WAITS = 5

Wait = Callable[[float], None]


class InventoryCalls:
    """Part of `SellingPartner`."""

    _transport: Transport

    def get_inventory_page(
        self,
        marketplace_id: str,
        *,
        changed_since: datetime | None = None,
        skus: Iterable[str] | None = None,
        next_token: str | None = None,
    ) -> InventoryPage:
        """One page of FBA stock (FBA Inventory API v1, 2/s, burst 2).

        For the next page call again with the same arguments and the page's
        ``next_token``, which Amazon accepts for 30 seconds.

        :param changed_since: aware, at most 18 months ago, not together with ``skus``;
            changes of what is inbound are not noticed
        :param skus: 1 to 50; one that holds a comma only alone
        :raise ValueError: for arguments Amazon would refuse
        :raise Rejected: also for an expired token
        :raise SpApiError: see `errors`
        """
        if changed_since and skus is not None:
            raise ValueError("Ask for changes or for SKUs, not for both.")
        place = reference(marketplace_id, "The marketplace")
        api = library.inventory(self._transport, GET_INVENTORY_SUMMARIES)
        payload = api.get_inventory_summary_marketplace(
            details="true",
            granularityType="Marketplace",
            granularityId=place,
            marketplaceIds=place,
            startDateTime=iso(changed_since) if changed_since else None,
            nextToken=next_token,
            **({} if skus is None else _asked_skus(skus)),
        )
        page = parse_inventory_page(payload, place)
        if page.next_token and page.next_token == next_token:
            raise not_asked_for(
                "The page names itself as the next one.", GET_INVENTORY_SUMMARIES
            )
        return page

    def get_inventory(
        self,
        marketplace_id: str,
        *,
        changed_since: datetime | None = None,
        skus: Iterable[str] | None = None,
        wait: Wait | None = None,
    ) -> Inventory:
        """All pages of FBA stock as `get_inventory_page`; never a part of them.

        Amazon gives two pages a second and forgets where one was after 30 seconds, so
        that the short waits in between can not be left to a later job. When a token
        expires all the same, the download starts anew, once.

        :param wait: function that lets some seconds pass, such as ``time.sleep``; None:
            do not wait
        :raise Throttled: the wait is a long one, or None was allowed
        :raise Unavailable: reason ``timeout``: a page came too late twice
        :raise SpApiError: see `errors`
        """
        wanted = None if skus is None else tuple(skus)

        def ask(token: str | None) -> InventoryPage:
            return self.get_inventory_page(
                marketplace_id,
                next_token=token,
                changed_since=changed_since,
                skus=wanted,
            )

        for _try in range(2):
            try:
                return each_once(marketplace_id, self._pages(ask, wait))
            except _TooLate:
                _logger.info("A page of FBA stock came too late, from the start again")
        raise Unavailable(
            "Amazon's pages of FBA stock could not be read in the time it allows.",
            reason="timeout",
            operation=GET_INVENTORY_SUMMARIES.name,
        )

    def _pages(self, ask, wait: Wait | None) -> Iterator[InventoryPage]:
        token, seen = None, set()
        while True:
            page = self._page(ask, token, wait)
            yield page
            token = page.next_token
            if token is None:
                return
            if token in seen:
                raise not_asked_for(
                    "The pages run in circles.", GET_INVENTORY_SUMMARIES
                )
            seen.add(token)

    def _page(self, ask, token: str | None, wait: Wait | None) -> InventoryPage:
        waits = 0
        while True:
            try:
                return ask(token)
            except Throttled as throttled:
                seconds = throttled.retry_after or 0.0
                waits += 1
                if wait is None or waits > _MOST_WAITS or seconds > _LONGEST_WAIT:
                    raise
            except Rejected:
                # The first page worked with the same parameters: it is the token.
                if token is None:
                    raise
                raise _TooLate from None
            wait(seconds)


class _TooLate(Exception):
    """A token expired before it could be used."""


def _asked_skus(skus: Iterable[str]) -> dict[str, str]:
    found = [verbatim(sku, "A SKU") for sku in skus]
    if len(found) == 1:
        return {"sellerSku": found[0]}
    if not 1 <= len(found) <= _MOST_SKUS:
        raise ValueError("1 to 50 SKUs can be asked for in one call.")
    if any("," in sku for sku in found):
        raise ValueError("A SKU with a comma can only be asked for alone.")
    return {"sellerSkus": ",".join(found)}
