"""The transactions of a seller, page by page (Finances API 2024-06-19)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from .errors import Throttled
from .finances import TransactionsPage, parse_transactions
from .operations import LIST_TRANSACTIONS
from .paging import not_asked_for
from .transport import Transport
from .writer import iso

# Amazon answers a longer window with an empty list, without an error.
LONGEST_WINDOW = timedelta(days=180)
_LONGEST_WAIT = 10.0


class FinanceCalls:
    """Part of `SellingPartner`."""

    _transport: Transport

    def list_refunds(
        self,
        posted_after: datetime,
        posted_before: datetime,
        wait: Callable[[float], object] | None = None,
    ) -> Iterator[TransactionsPage]:
        """Pages of ``listTransactions`` (0.5/s, burst 10): refunds and shipments.

        :param datetime posted_after: aware
        :param datetime posted_before: aware, at least two minutes ago
        :param wait: function that lets some seconds pass before the next page; what it
            raises ends the download. None: do not wait
        :raise ValueError: Amazon would answer such a window with nothing
        :raise SpApiError: see `errors`
        """
        if posted_before - posted_after > LONGEST_WINDOW:
            raise ValueError("180 days of transactions at most.")
        asked = {"postedAfter": iso(posted_after), "postedBefore": iso(posted_before)}
        seen: set[str] = set()
        while True:
            try:
                answer = self._transport.call(
                    LIST_TRANSACTIONS, "/finances/2024-06-19/transactions", asked
                )
            except Throttled as throttled:
                seconds = throttled.retry_after or 0.0
                if wait is None or not 0 < seconds <= _LONGEST_WAIT:
                    raise
                wait(seconds)
                continue
            page = parse_transactions(answer)
            yield page
            if page.next_token is None:
                return
            if page.next_token in seen:
                raise not_asked_for("The pages run in circles.", LIST_TRANSACTIONS)
            seen.add(page.next_token)
            asked = {**asked, "nextToken": page.next_token}
