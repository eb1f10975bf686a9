"""A window of time whose orders are fetched once more, page by page."""

import logging
from collections import Counter
from datetime import timedelta

from odoo import _, fields, models

from ...amazon_api import Rejected
from ...tools.amazon_time import aware_utc
from ...tools.history_slice import length_after_loss, next_length
from ...tools.reader_time import describe_moment
from ..orders import amazon_account as orders_in

_logger = logging.getLogger(__name__)
OUTCOMES = ("done", "waiting", "ignored", "failed")
# Parameters of SellingPartner.search_orders: what is still to ship, and by whom.
TO_SHIP = {
    "statuses": ("UNSHIPPED", "PARTIALLY_SHIPPED"),
    "fulfilled_by": ("MERCHANT",),
}


class AmazonRecovery(models.Model):
    """A window of time whose orders are fetched once more, beside the normal sync.

    It has a bookmark of its own and never moves the account's cursor. The record is
    deleted when the window is read to its end.

    It is asked for at once, for that costs the fewest calls. Where it has more pages
    than can be read while a page token lives (a day, some 30,000 orders), it goes on in
    slices: those that were read to their end are never read again.
    """

    _name = "amazon.recovery"
    _description = "Amazon: orders read once more"
    _inherit = ["amazon.queue.step", "amazon.own.fields"]
    _order = "id"
    _rec_name = "date_from"

    account_id = fields.Many2one(
        "amazon.account", required=True, index=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one(related="account_id.company_id")
    date_from = fields.Datetime("Created from", required=True, readonly=True)
    date_to = fields.Datetime("Created until", required=True, readonly=True)
    marketplaces = fields.Char(required=True, readonly=True)
    only_to_ship = fields.Boolean(
        "Only what is still to ship", readonly=True, help="Of the orders to be shipped."
    )
    # The bookmark: where the slice begins, how long it is (0: all that is left), what
    # was found in it, and its page.
    cursor = fields.Datetime("Read until", readonly=True)
    slice_days = fields.Float("Days at once", digits=(16, 6), readonly=True)
    slice_pages = fields.Integer("Pages of these days", readonly=True)
    slice_found = fields.Integer("Found in these days", readonly=True)
    page_token = fields.Char(readonly=True, groups="base.group_system")
    page_at = fields.Datetime(readonly=True)
    is_read = fields.Boolean("Read to its end", readonly=True)
    next_try_at = fields.Datetime("Next try", readonly=True)
    found_count = fields.Integer("Found", readonly=True)
    done_count = fields.Integer("Imported", readonly=True)
    waiting_count = fields.Integer("Waiting at Amazon", readonly=True)
    ignored_count = fields.Integer("Not for Odoo", readonly=True)
    failed_count = fields.Integer("Failed", readonly=True)

    # === PAGES === #

    def _read_on(self, account, budget):
        """Read on from the bookmark: each page is noted, committed and imported.

        :param account: one amazon.account, in an environment of its company
        :param TimeBudget budget: no page begins after its end
        :yield: Amazon's references of a page, and which of them were not in Odoo
        :raise SpApiError: a page did not come whole; the bookmark stands still
        """
        self.ensure_one()
        with account._get_partner() as partner:
            while not self.is_read and not budget.is_over:
                page = self._fetch_page(partner)
                rows = self._run_step(
                    self.env["amazon.order"]._note_again, account, page.orders
                )
                missing = rows.filtered(lambda row: not row.sale_order_id)
                orders = {order.order_id: order for order in page.orders}
                counts = rows._import(account, orders, budget)
                if counts["left"] or counts["busy"]:
                    self._run_step(account._trigger_orders_cron)
                self._run_step(self._end_page, page, counts)
                yield list(orders), missing

    def _fetch_page(self, partner):
        """Fetch a page (operation searchOrders). When Amazon no longer takes the
        bookmark, a shorter slice begins: what is known by then costs nothing but the
        call.

        :return OrdersPage:
        """
        oldest = fields.Datetime.now() - orders_in.TOKEN_LIFE
        if self.page_token and self.page_at > oldest:
            try:
                return partner.search_orders(
                    pagination_token=self.page_token, **self._prepare_request()
                )
            except Rejected as error:
                _logger.info("recovery %s begins again: %s", self.id, error)
        if self.page_token:
            self._run_step(self._begin_slice_again)
        return partner.search_orders(**self._prepare_request())

    def _begin_slice_again(self):
        """Begin a shorter slice: the page token expired before this one was read."""
        length = self._slice_end() - self._slice_start()
        self.write(
            {
                "page_token": False,
                "slice_days": length_after_loss(length) / timedelta(days=1),
                "slice_pages": 0,
                "slice_found": 0,
                "found_count": self.found_count - self.slice_found,
            }
        )

    def _slice_start(self):
        """Return where the current slice begins.

        :return datetime: naive UTC
        """
        return self.cursor or self.date_from

    def _slice_end(self):
        """Return where the current slice ends.

        :return datetime: naive UTC; both ends of a slice belong to it
        """
        if not self.slice_days:
            return self.date_to
        end = self._slice_start() + timedelta(days=self.slice_days)
        return min(end.replace(microsecond=0), self.date_to)

    def _prepare_request(self):
        """Prepare the search for the next page.

        :return dict: parameters of SellingPartner.search_orders, equal for all
        pages of a slice
        """
        return {
            "marketplace_ids": self.marketplaces.split(","),
            "created_after": aware_utc(self._slice_start()),
            "created_before": aware_utc(self._slice_end()),
            "max_results_per_page": orders_in.PAGE_SIZE,
            **(TO_SHIP if self.only_to_ship else {}),
        }

    def _end_page(self, page, counts):
        """Move the bookmark and count."""
        outcomes = Counter(counts)
        if not self.page_token:
            self.page_at = fields.Datetime.now()
        found = len(page.orders)
        self.write(
            {
                "page_token": page.next_token or False,
                "slice_pages": self.slice_pages + 1,
                "slice_found": self.slice_found + found,
                "found_count": self.found_count + found,
                **{
                    f"{outcome}_count": self[f"{outcome}_count"] + outcomes[outcome]
                    for outcome in OUTCOMES
                },
            }
        )
        if not page.next_token:
            self._end_slice()

    def _count_outcomes(self):
        """Return the counts that were kept with each page.

        :return Counter: what has become of the orders so far
        """
        return Counter({name: self[f"{name}_count"] for name in OUTCOMES})

    def _end_slice(self):
        """Begin the next slice where the finished one ended."""
        end = self._slice_end()
        length = timedelta(days=self.slice_days)
        self.write(
            {
                "cursor": end,
                "slice_days": next_length(length, self.slice_pages) / timedelta(days=1),
                "slice_pages": 0,
                "slice_found": 0,
                "is_read": end >= self.date_to,
            }
        )

    def _describe_progress(self):
        """Describe the progress for the account's form.

        :return str: in words
        """
        texts = {
            "start": self._local(self.date_from),
            "end": self._local(self.date_to),
            "count": self.found_count,
        }
        if self.only_to_ship:
            return _(
                "What is still to ship of the orders since %(start)s is being read: "
                "%(count)s so far.",
                **texts,
            )
        return _(
            "Orders created between %(start)s and %(end)s are being read once more: "
            "%(count)s so far.",
            **texts,
        )

    # === THE END === #

    def _finish(self, message=None):
        """Leave a note on the account and delete the recovery.

        :param str message: why it ends early
        """
        result = message or self._describe_counts()
        texts = {
            "start": self._local(self.date_from),
            "end": self._local(self.date_to),
            "result": result,
        }
        if self.only_to_ship:
            body = _(
                "What is still to ship of the orders since %(start)s was read. "
                "%(result)s",
                **texts,
            )
        else:
            body = _(
                "Orders created between %(start)s and %(end)s were read once more. "
                "%(result)s",
                **texts,
            )
        self.account_id.message_post(body=body)
        self.unlink()

    def _describe_counts(self):
        """Describe what has become of the orders.

        :return str: the counts in words
        """
        parts = [
            text % count
            for text, count in [
                (_("Found: %s."), self.found_count),
                (_("Imported: %s."), self.done_count),
                (_("Waiting at Amazon: %s."), self.waiting_count),
                (_("Not for Odoo: %s."), self.ignored_count),
                (_("Failed: %s, see the problems."), self.failed_count),
            ]
            if count
        ]
        return " ".join(parts) or _("Amazon has no orders of that time.")

    def _local(self, moment):
        """Write a moment in the time zone of the responsible.

        :return str: as the account's responsible reads it
        """
        reader = self.account_id.user_id or self.env.user
        return describe_moment(self.with_context(tz=reader.tz).env, moment, True)
