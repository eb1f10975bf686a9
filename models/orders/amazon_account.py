"""Orders in, read from the top down: cron -> account -> page -> batch of orders.

Each sync fetches what changed since the cursor (``last_orders_sync``). Each page is
noted as rows of ``amazon.order`` and committed, then its orders become sale orders in
batches; only when the last page is noted the cursor moves to the moment up to which
Amazon says it has answered.

Scheduling: many accounts, few workers, and a quota for each account.

The names of imported sale orders (feature D16).
"""

import logging
from collections import Counter
from datetime import timedelta
from functools import partial

from dateutil.relativedelta import relativedelta

from odoo import _, api, fields, models

from ...amazon_api import Rejected, Retryable, SpApiError, Throttled
from ...tools.amazon_time import aware_utc, naive_seconds, naive_utc
from ..account.queue_step import BUSY_WAIT, TimeBudget, get_cron_seconds

_logger = logging.getLogger(__name__)
BUTTON_SECONDS = 8
# Amazon answers only what is older than two minutes (operation searchOrders).
READ_LAG = timedelta(minutes=2)
# Changes that Amazon noted late, just before the last bound, come with this overlap.
OVERLAP = timedelta(minutes=2)
# Orders per page, the most that Amazon gives.
PAGE_SIZE = 100
# A page token lives 24 hours; an older one is not even tried.
TOKEN_LIFE = timedelta(hours=23)


class AmazonAccount(models.Model):
    _inherit = "amazon.account"

    # A sync of more than one page: what the request of the next page has to repeat.
    orders_page_token = fields.Char(
        readonly=True, copy=False, groups="base.group_system"
    )
    orders_page_from = fields.Datetime(readonly=True, copy=False)
    orders_page_until = fields.Datetime(readonly=True, copy=False)
    orders_page_marketplaces = fields.Char(readonly=True, copy=False)
    orders_page_at = fields.Datetime(readonly=True, copy=False)
    # Bound of the last complete sync. Differs from the cursor when a person moved it.
    orders_read_until = fields.Datetime(readonly=True, copy=False)
    last_orders_run = fields.Datetime("Last sync", readonly=True, copy=False)
    # Also set for an account that can not be read: others must not wait for it.
    orders_turn_at = fields.Datetime(readonly=True, copy=False)
    # A sync beside the regular runs; empty: none is needed.
    orders_due_at = fields.Datetime(readonly=True, copy=False)
    order_naming = fields.Selection(
        [("sequence", "As all sales orders"), ("reference", "By Amazon's reference")],
        "Order names",
        required=True,
        default="sequence",
        help="Orders are found by Amazon's reference either way.",
    )
    order_prefix = fields.Char(
        "Prefix",
        help="Stands before Amazon's reference, for example AMZ- for "
        "AMZ-302-1234567-1234567.",
    )

    def _follow_order_cursor(self, vals):
        """Begin the sync afresh, unless the page is written, too. A manager may do so,
        but may not see the token of the page."""
        if "orders_page_token" not in vals:
            self.sudo().write({"orders_page_token": False})

    def _find_orders_turns(self):
        """Find the accounts to synchronize in this run.

        Amazon allows each account about twenty searches an hour (searchOrders), and the
        regular runs use six. Runs in between go on where a regular one ended, or are
        for an account that asked, e.g. because Amazon did not answer it: they cost the
        other accounts no call.

        :return: amazon.account, the longest waiting first
        """
        domain = [("is_linked", "=", True)]
        now, cron = fields.Datetime.now(), self._get_orders_cron()
        if cron.nextcall > now:
            interval = relativedelta(**{cron.interval_type: cron.interval_number})
            # as two clocks may differ, and one regular run is later than another
            long_ago = now - (now + interval - now) / 2
            domain += [
                "|",
                "|",
                ("orders_turn_at", "=", False),
                ("orders_turn_at", "<=", long_ago),
                ("orders_due_at", "<=", now),
            ]
        return self.sudo().search(domain, order="orders_turn_at NULLS FIRST, id")

    def _take_orders_turn(self, before):
        """Claim the next sync of the account's orders for this worker.

        :param datetime before: the account's last sync, when the run began
        :return bool: False: another worker was quicker
        """
        if not self._take_turn("orders_turn_at", before):
            return False
        self.orders_due_at = False
        return True

    def _take_turn(self, name, before):
        """Claim the account for this worker: several of them go through the accounts.

        :param str name: of the field that says when the account was last claimed
        :param datetime before: its value when the run began
        :return bool: False: another worker was quicker
        """
        if self[name] != before:
            return False
        self[name] = fields.Datetime.now()
        return True

    def _trigger_orders_cron(self, at=None):
        """Schedule a run of the cron, in which these accounts are due, if any.

        :param datetime at: UTC; None: as soon as possible
        """
        self._ask_for_orders_turn(at or fields.Datetime.now())
        self._wake_cron("sync_orders", at)

    def _ask_for_orders_turn(self, at):
        """Schedule a sync of these accounts beside the regular runs.

        :param datetime at: UTC; an earlier one stays
        """
        self.sudo().filtered(
            lambda account: not account.orders_due_at or account.orders_due_at > at
        ).orders_due_at = at

    def _get_orders_cron(self):
        return self.env.ref("amazon_connector.ir_cron_sync_orders").sudo()

    def _name_orders(self, orders):
        """Name sale orders by Amazon's reference, where the account wants that.

        :param list orders: of Order
        :return list: names; empty when Odoo's numbering gives them
        """
        if self.order_naming != "reference":
            return []
        return [(self.order_prefix or "") + order.order_id for order in orders]

    # === ACTION METHODS === #

    def action_sync_orders(self):
        """Read the first page of changed orders now and leave the rest to the cron.

        :return dict: client action, a notification with the counts
        """
        self._check_may_use()
        self = self.sudo()._in_company()
        self._check_linked()
        budget = TimeBudget(BUTTON_SECONDS)
        counts = self._sync_orders(budget, max_pages=1)
        if counts["errors"]:
            return self._notify(self.connection_message, "danger")
        if self.recovery_ids.filtered("only_to_ship"):
            counts += self._continue_recoveries(budget, only_to_ship=True)
        return self._notify(
            self._describe_counts(counts), "warning" if counts["failed"] else "success"
        )

    def _describe_counts(self, counts):
        """Put the counts of a sync into words.

        :param Counter counts: see _sync_orders
        :return str: the counts in words
        """
        if counts["too_early"]:
            return _("Nothing to read yet: Amazon shows changes after two minutes.")
        parts = [
            text % counts[key]
            for key, text in [
                ("done", _("Imported: %s.")),
                ("updated", _("Updated: %s.")),
                ("waiting", _("Waiting at Amazon: %s.")),
                ("ignored", _("Not for Odoo: %s.")),
                ("failed", _("Failed: %s, see the problems.")),
            ]
            if counts[key]
        ]
        if counts["left"] or counts["busy"]:
            parts.append(_("The rest follows by itself."))
        return " ".join(parts) or _("No order has changed at Amazon.")

    # === BUSINESS METHODS === #

    @api.model
    def _cron_sync_orders(self):
        """Read the orders of all accounts, the longest waiting account first."""
        budget = TimeBudget(get_cron_seconds())
        self._run_step(self._forget_future_waits)
        accounts = self._find_orders_turns()
        turns = {account.id: account.orders_turn_at for account in accounts}

        def sync(account):
            if account._run_step(account._take_orders_turn, turns[account.id]):
                counts = account._sync_orders(budget)
                account._continue_recoveries(budget)
                if not counts["errors"]:
                    account._count_open_orders_again()

        trigger = self._trigger_orders_cron
        self._for_each_account(accounts, sync, _logger, trigger, budget)
        self.env["amazon.history"]._continue_all(budget)

    def _sync_orders(self, budget, max_pages=None):
        """Read what changed and import it. Never raises because of Amazon or a row.

        :param TimeBudget budget: no step begins after its end
        :param int max_pages: read at most so many pages
        :return Counter: how many orders are done, updated, waiting, ignored, failed;
            left, busy: whether work is left, errors: whether Amazon could not be read,
            too_early: whether there was nothing to ask yet
        """
        self.ensure_one()
        counts = Counter()
        steps = [
            partial(self._read_orders, budget, max_pages, counts),
            partial(self._import_leftovers, budget, counts),
        ]
        for step in steps:
            try:
                step()
            except Throttled as error:  # each operation has a quota of its own
                self._note_orders_error(error, counts)
            except SpApiError as error:
                self._note_orders_error(error, counts)
                break
        if counts["left"]:
            self._run_step(self._trigger_orders_cron)
        elif counts["busy"]:
            soon = fields.Datetime.now() + BUSY_WAIT
            self._run_step(self._trigger_orders_cron, soon)
        _logger.info("account %s: orders %s", self.id, dict(counts))
        return counts

    def _read_orders(self, budget, max_pages, counts):
        """Go through the pages that Amazon has for us.

        :raise SpApiError: a page did not come whole; the cursor stands still
        """
        request = self._next_orders_request()
        if not request:
            self._explain_too_early(counts)
            return
        pages = 0
        with self._get_partner() as partner:
            while request:
                if budget.is_over or pages == max_pages:
                    counts["left"] = 1
                    return
                page = self._fetch_orders_page(partner, request)
                rows = self._run_step(self._note_orders_page, request, page)
                orders = {order.order_id: order for order in page.orders}
                counts.update(rows._import(self, orders, budget))
                pages += 1
                request = self._next_orders_request() if page.next_token else None

    def _explain_too_early(self, counts):
        """Deal with a cursor so young that Amazon can not answer yet. Where it lies in
        the future, either the cursor or our clock is wrong: an answer of Amazon
        decides.

        :raise SpApiError: Amazon can not be asked
        """
        counts["too_early"] = 1
        if not self._is_cursor_ahead():
            return
        with self._get_partner() as partner:
            self._ask_participations(partner)
        if self._is_cursor_ahead():
            counts["errors"] = 1
            self._run_step(self._note_cursor_ahead)
        else:
            counts["left"] = 1

    def _next_orders_request(self):
        """Prepare the next request: the next page of an unfinished sync, else a new
        one.

        :return dict|None: parameters of SellingPartner.search_orders; None when
            Amazon could not yet answer anything
        """
        now = self._get_amazon_now()
        if self.orders_page_token and self.orders_page_at > now - TOKEN_LIFE:
            return {
                "marketplace_ids": self.orders_page_marketplaces.split(","),
                "last_updated_after": aware_utc(self.orders_page_from),
                "pagination_token": self.orders_page_token,
                "max_results_per_page": PAGE_SIZE,
            }
        marketplaces = self.active_marketplace_ids or self.base_marketplace_id
        start = self.last_orders_sync
        if start == self.orders_read_until:
            start -= OVERLAP
        if start > now - READ_LAG:
            return None
        return {
            "marketplace_ids": sorted(marketplaces.mapped("api_ref")),
            "last_updated_after": aware_utc(start),
            "max_results_per_page": PAGE_SIZE,
        }

    def _fetch_orders_page(self, partner, request):
        """Fetch a page (operation searchOrders); drop a page token that Amazon refuses.

        :return OrdersPage:
        :raise SpApiError: no whole page came
        """
        try:
            return partner.search_orders(**request)
        except Rejected:
            if "pagination_token" in request:
                self._run_step(self.write, {"orders_page_token": False})
            raise

    def _note_orders_page(self, request, page):
        """Note all orders of a page, and where the next sync begins.

        :param dict request: as sent
        :param OrdersPage page:
        :return: the amazon.order rows that are new or changed
        """
        rows = self.env["amazon.order"]._note(self, page.orders)
        is_continued = "pagination_token" in request
        bound = page.last_updated_before or aware_utc(self._get_amazon_now() - READ_LAG)
        until = naive_seconds(bound)
        if is_continued:  # what changes between two pages belongs to the next sync
            until = min(until, self.orders_page_until)
        values = {
            "last_orders_run": fields.Datetime.now(),
            "orders_page_token": page.next_token or False,
        }
        if page.next_token:
            values["orders_page_until"] = until
            if not is_continued:
                values.update(
                    orders_page_at=fields.Datetime.now(),
                    orders_page_from=naive_utc(request["last_updated_after"]),
                    orders_page_marketplaces=",".join(request["marketplace_ids"]),
                )
        else:
            values.update(last_orders_sync=until, orders_read_until=until)
        self.write(values)
        if not page.next_token:
            self._read_new_marketplaces(request)
        self._note_connected()
        if self.sync_alarm_at:
            self._end_sync_alarm()
        return rows

    def _import_leftovers(self, budget, counts):
        """Import rows whose page is no longer at hand, one by one (operation getOrder).

        :raise SpApiError: the next one must wait; those before are imported
        """
        self._run_step(self.env["amazon.order"]._reopen_corrected, self)
        rows = self.env["amazon.order"]._get_due(self)
        for row in rows:
            if budget.is_over or counts["left"] or counts["busy"]:
                counts["left"] = 1
                return
            counts.update(row._fetch_and_import(self, budget))

    def _note_orders_error(self, error, counts):
        """Say on the account what stopped the sync and when it goes on."""
        counts["errors"] = 1
        self._note_error(error)
        if isinstance(error, Retryable):
            wait = timedelta(seconds=error.retry_after or 60)
            self._run_step(self._trigger_orders_cron, fields.Datetime.now() + wait)
