"""Harmless read calls that show what the application may do for a seller.

None of them changes anything, and their results are discarded.
Source: the roles named in Amazon's API models; "Selling Partner API Roles".
"""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import quote

from .errors import NotFound
from .operations import GET_LISTINGS_ITEM, LIST_TRANSACTIONS
from .transport import Transport
from .writer import iso, reference

_NO_SUCH_SKU = "amazon-connector-connection-test"
_SPAN = timedelta(hours=1)


class AccessCalls:
    """Part of `SellingPartner`. Each method returns None when the call is allowed.

    :raise ConfigError: reason ``role`` when it is not
    :raise SpApiError: whatever else went wrong, see `errors`; proves nothing about
        roles
    """

    _transport: Transport

    def try_listings(self, seller_id: str, marketplace_id: str) -> None:
        """``getListingsItem`` of a SKU that need not exist (Listings Items API
        2021-08-01, 5/s, burst 10).

        :param str seller_id: the seller's number at Amazon (merchant token)
        :raise ValueError: this can not be a seller's number
        """
        seller = quote(reference(seller_id, "The seller"), safe="")
        path = f"/listings/2021-08-01/items/{seller}/{_NO_SUCH_SKU}"
        try:
            self._transport.call(
                GET_LISTINGS_ITEM, path, {"marketplaceIds": marketplace_id}
            )
        except NotFound:
            return

    def try_finances(self, now: datetime) -> None:
        """``listTransactions`` of a short while (Finances API 2024-06-19, 0.5/s,
        burst 10).

        :param datetime now: aware
        """
        asked = {
            "postedAfter": iso(now - 2 * _SPAN),
            "postedBefore": iso(now - _SPAN),
        }
        self._transport.call(
            LIST_TRANSACTIONS, "/finances/2024-06-19/transactions", asked
        )
