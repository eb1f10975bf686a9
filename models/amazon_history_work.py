"""The reading of history, from the top down: cron -> back-fill -> page -> import.

It comes after the normal reading of all accounts and leaves it a reserve of calls. A
page is noted and the bookmark moved in one step; then its orders become sale orders in
batches, as those of the normal reading do. What is noted and not imported when the
server stops is due, and the next run of the cron imports it.
"""

import logging
from datetime import timedelta

from odoo import _, api, fields, models

from ..amazon_api import ConfigError, Rejected, Retryable, SpApiError
from . import amazon_account_orders as orders_in
from .amazon_history_slice import SHORTEST, length_after_loss, next_length
from .amazon_rate_limit import RateLimitStore
from .amazon_time import aware_utc, naive_utc
from .queue_step import BUSY_WAIT

_logger = logging.getLogger(__name__)

# Calls that are left for the normal reading and for people.
RESERVE = 5
RETRY_WAIT = timedelta(minutes=5)
CONFIG_WAIT = timedelta(hours=1)


class AmazonHistory(models.Model):
    _inherit = "amazon.history"

    @api.model
    def _continue_all(self, budget):
        """Read on, the longest waiting back-fill first.

        :param TimeBudget budget: no page begins after its end
        """
        due = self.sudo().search(
            [
                ("state", "=", "running"),
                ("account_id.is_linked", "=", True),
                ("account_id.active", "=", True),
                "|",
                ("next_try_at", "=", False),
                ("next_try_at", "<=", fields.Datetime.now()),
            ],
            order="next_try_at NULLS FIRST, id",
        )
        for history in due:
            account = history.account_id._in_company()
            history = history.with_env(account.env)
            trigger = account._trigger_orders_cron
            try:
                history._work(account, budget)
            except Exception as error:  # one account must not stop the others
                history._rollback()
                history._note_stopped(_logger, account, error, trigger)
                history._run_step(history._wait, RETRY_WAIT, history._describe(error))

    def _work(self, account, budget):
        """Read on from the bookmark, as far as time and Amazon's quota go. Never raises
        because of Amazon.

        :param account: one amazon.account, in an environment of its company
        :param TimeBudget budget: no page begins after its end
        """
        try:
            with account._get_partner() as partner:
                while not self._is_at_rest(account):
                    if budget.is_over:
                        self._run_step(account._trigger_orders_cron)
                        return
                    self._read_page(account, partner, budget)
        except Retryable as error:
            wait = timedelta(seconds=error.retry_after or 0) or RETRY_WAIT
            self._run_step(self._wait, wait, account._explain(error))
        except ConfigError as error:
            self._run_step(self._wait, CONFIG_WAIT, account._explain(error))
        except SpApiError as error:
            _logger.warning("history %s: %s", self.id, error)
            message = account._explain(error)
            self._run_step(self.write, {"state": "failed", "message": message})

    def _is_at_rest(self, account):
        """:return bool: whether no page is to be read now, for whatever reason"""
        self.invalidate_recordset()  # a person may have stopped it since
        if self.state != "running":
            return True
        if self.cursor >= self.date_to:
            if self.new_count:  # to be imported first, by the next run
                self._run_step(self._wait, BUSY_WAIT, False)
            else:
                self._run_step(self._finish)
            return True
        if wait := self._wait_for_reserve(account):
            text = _("Amazon allows few calls; the current orders go first.")
            self._run_step(self._wait, wait, text)
            return True
        return False

    def _wait_for_reserve(self, account):
        """:return timedelta|None: until a call is left beyond the reserve"""
        now = aware_utc(fields.Datetime.now())
        bucket = RateLimitStore(account).load_or_full("searchOrders")
        missing = RESERVE + 1 - bucket.refilled(now).tokens
        wait = timedelta(seconds=max(missing, 0) / bucket.rate)
        if not bucket.is_allowed(now):
            wait = max(wait, bucket.next_allowed_at - now)
        return wait or None

    def _wait(self, wait, message):
        """:param timedelta wait: until the next try
        :param str message: why, for people; False: not worth a word"""
        until = fields.Datetime.now() + wait
        self.write({"next_try_at": until, "message": message})
        self.account_id._trigger_orders_cron(until)

    # === PAGES === #

    def _read_page(self, account, partner, budget):
        """Read, note and import one page.

        :raise SpApiError: no whole page came; the bookmark stands still
        """
        request = self._prepare_request()
        try:
            page = partner.search_orders(**request)
        except Rejected:
            is_shortest = timedelta(days=self.slice_days) <= SHORTEST
            if "pagination_token" not in request or is_shortest:
                raise
            self._run_step(self._begin_slice_again)
            return
        rows = self._run_step(self._note_page, account, request, page)
        orders = {order.order_id: order for order in page.orders}
        tally = rows._import(account, orders, budget)
        if tally["left"] or tally["busy"]:
            self._run_step(account._trigger_orders_cron)

    def _prepare_request(self):
        """:return dict: parameters of SellingPartner.search_orders, equal for all
        pages of a slice"""
        oldest = fields.Datetime.now() - orders_in.TOKEN_LIFE
        if self.page_token and self.page_at < oldest:
            self._run_step(self._begin_slice_again)
        token = {"pagination_token": self.page_token} if self.page_token else {}
        return {
            "marketplace_ids": self.marketplaces.split(","),
            "created_after": aware_utc(self.cursor),
            "created_before": aware_utc(self._slice_end()),
            "max_results_per_page": orders_in.PAGE_SIZE,
            **token,
        }

    def _slice_end(self):
        """:return datetime: naive UTC; both ends of a slice belong to it"""
        end = self.cursor + timedelta(days=self.slice_days)
        return min(end.replace(microsecond=0), self.date_to)

    def _begin_slice_again(self):
        """The page token is dead: so long a slice is not read while one lives."""
        length = length_after_loss(timedelta(days=self.slice_days))
        self.write(
            {
                "page_token": False,
                "slice_pages": 0,
                "slice_days": length / timedelta(days=1),
            }
        )

    def _note_page(self, account, request, page):
        """Note the orders of a page and move the bookmark.

        :return: the amazon.order rows that are due for import
        """
        rows = self.env["amazon.order"]._note_history(self, account, page.orders)
        values = {
            "call_count": self.call_count + 1,
            "run_calls": self.run_calls + 1,
            "slice_pages": self.slice_pages + 1,
            "page_token": page.next_token or False,
            "next_try_at": False,
            "message": False,
        }
        if not page.next_token:
            length = timedelta(days=self.slice_days)
            length = next_length(length, self.slice_pages + 1)
            values.update(
                cursor=naive_utc(request["created_before"]),
                slice_pages=0,
                slice_days=length / timedelta(days=1),
            )
        elif "pagination_token" not in request:
            values["page_at"] = fields.Datetime.now()
        self.write(values)
        return rows

    def _finish(self):
        """All is read and imported: leave a note on the account."""
        self.write(
            {
                "state": "done",
                "finished_at": fields.Datetime.now(),
                "next_try_at": False,
                "message": False,
            }
        )
        self.account_id.message_post(
            body=_(
                "The orders from before the go-live are in Odoo. Found: %(found)s. "
                "Imported: %(done)s. Not for Odoo: %(ignored)s. Failed: %(failed)s.",
                found=self.found_count,
                done=self.done_count,
                ignored=self.ignored_count,
                failed=self.failed_count,
            )
        )
