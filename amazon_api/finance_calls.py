"""The transactions of a seller, page by page (Finances API 2024-06-19)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from .finances import TransactionsPage, parse_transactions
from .operations import LIST_TRANSACTIONS
from .paging import not_asked_for
from .transport import Transport
from .writer import iso

# A longer window is answered with nothing, without a word.
LONGEST_WINDOW = timedelta(days=180)


class FinanceCalls:
    """Part of `SellingPartner`."""

    _transport: Transport

    def list_refunds(
        self, posted_after: datetime, posted_before: datetime
    ) -> Iterator[TransactionsPage]:
        """Pages of ``listTransactions`` (0.5/s, burst 10), refunds alone.

        :param datetime posted_after: aware
        :param datetime posted_before: aware, at least two minutes ago
        :raise ValueError: Amazon would answer such a window with nothing
        :raise SpApiError: see `errors`
        """
        if posted_before - posted_after > LONGEST_WINDOW:
            raise ValueError("180 days of transactions at most.")
        asked = {"postedAfter": iso(posted_after), "postedBefore": iso(posted_before)}
        seen: set[str] = set()
        while True:
            page = parse_transactions(
                self._transport.call(
                    LIST_TRANSACTIONS, "/finances/2024-06-19/transactions", asked
                )
            )
            yield page
            if page.next_token is None:
                return
            if page.next_token in seen:
                raise not_asked_for("The pages run in circles.", LIST_TRANSACTIONS)
            seen.add(page.next_token)
            asked = {**asked, "nextToken": page.next_token}
