"""Stock out, read from the top down: cron -> account -> look -> messages.

A look finds the offers whose stock may have changed, computes what can be bought of
them, and writes down what Amazon does not know yet: one message per marketplace and
SKU. The sending of messages (see amazon_account_submissions) makes one feed of them.
"""

import logging
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from odoo import _, api, fields, models

from .queue_step import TimeBudget, get_cron_seconds

_logger = logging.getLogger(__name__)

BUTTON_SECONDS = 15
# A transaction writes its beginning as the time of a change, and may commit much later.
OVERLAP = timedelta(minutes=15)
# Once a day everything is computed and sent again: whatever went unseen is mended.
REFRESH_AFTER = timedelta(hours=24)
# Orders could not be read: quantities wait, for they might promise what is sold.
ORDERS_WAIT = timedelta(minutes=5)


@dataclass(frozen=True)
class Look:
    """How a look goes about it.

    everything: all offers are computed, and what Amazon refused is sent again;
    refresh: also what Amazon has already; guarded: many falls at once are held back.
    """

    everything: bool = False
    refresh: bool = False
    guarded: bool = True


@dataclass(frozen=True)
class Seen:
    """What a look saw when it computed: SKU -> mark of all that changed since."""

    since: datetime
    marks: dict

    def find_news(self, marks):
        """:param dict marks: what is seen now
        :return list: SKUs of which that is something else; an empty mark tells nothing
        """
        skus = {*self.marks, *marks}
        return sorted(
            sku
            for sku in skus
            if not marks.get(sku) or marks[sku] != self.marks.get(sku)
        )


class AmazonAccount(models.Model):
    _inherit = "amazon.account"

    last_stock_run = fields.Datetime("Last look", readonly=True, copy=False)
    stock_turn_at = fields.Datetime(readonly=True, copy=False)  # as orders_turn_at
    # Changes up to this moment are computed; empty: everything is computed anew.
    stock_read_until = fields.Datetime(readonly=True, copy=False)
    last_full_stock_run = fields.Datetime(
        "Last sent in full", readonly=True, copy=False
    )

    # === ACTION METHODS === #

    def action_sync_stock(self):
        """Look at the stock of all offers now and send what Amazon does not know.

        :return dict: client action, a notification with the counts
        """
        return self._look_and_send(Look(everything=True))

    def _look_and_send(self, look):
        self._check_may_use()
        self = self.sudo()._in_company()
        self._check_linked()
        budget = TimeBudget(BUTTON_SECONDS)
        tally = self._sync_stock(budget, look)
        if tally["todo"]:
            tally += self._send_submissions(budget)
        troubles = ("off", "waiting", "guarded", "failed", "postponed")
        kind = "warning" if any(tally[name] for name in troubles) else "success"
        return self._notify(self._describe_stock(tally), kind)

    def _describe_stock(self, tally):
        """:param Counter tally: see _sync_stock
        :return str: the counts in words"""
        if tally["off"]:
            return _(
                "This account sends no stock: tick «Send stock to Amazon» on the page "
                "Stock first."
            )
        if not tally["offers"]:
            return _(
                "No offer takes part: it has to be FBM, to have a product that is "
                "stored, and to be ticked «Send stock»."
            )
        if tally["waiting"]:
            return _(
                "Orders are read first, for they take from the stock, and not all of "
                "them could be read. The quantities follow by themselves. %s",
                self.connection_message or "",
            ).strip()
        return " ".join(self._describe_messages(tally)) or _(
            "Amazon knows the stock of all offers."
        )

    def _describe_messages(self, tally):
        """:return list: of sentences: what goes, and what does not"""
        rows = self.env["amazon.submission"]._count_stock_rows(self)
        parts = []
        if self.dry_run and rows["held"] and not tally["guarded"]:
            parts.append(
                _(
                    "Dry run, nothing was sent: %s quantities are shown under "
                    "«Messages to Amazon».",
                    rows["held"],
                )
            )
        elif rows["open"]:
            parts.append(_("Quantities on their way to Amazon: %s.", rows["open"]))
        if tally["guarded"]:
            parts.append(_("Held back: %s", self.stock_guard_message))
        if rows["failed"]:
            parts.append(_("Refused: %s, see the offers.", rows["failed"]))
        if tally["postponed"] and self.connection_message:
            parts.append(self.connection_message)
        return parts

    # === BUSINESS METHODS === #

    @api.model
    def _cron_sync_stock(self):
        """Send the changed stock of all accounts, the longest waiting account first."""
        budget = TimeBudget(get_cron_seconds())
        accounts = self.sudo().search(
            [("is_linked", "=", True), ("sync_stock", "=", True)],
            order="stock_turn_at NULLS FIRST, id",
        )
        turns = {account.id: account.stock_turn_at for account in accounts}

        def sync(account):
            step = account._take_turn
            if account._run_step(step, "stock_turn_at", turns[account.id]):
                account._sync_stock(budget, account._get_due_look())

        trigger = self._trigger_stock_cron
        self._for_each_account(accounts, sync, _logger, trigger, budget)

    def _get_due_look(self):
        """:return Look: at what changed; once a day at everything, to send it again"""
        last = self.last_full_stock_run
        is_due = not last or last <= fields.Datetime.now() - REFRESH_AFTER
        return Look(everything=is_due, refresh=is_due)

    def _sync_stock(self, budget, look):
        """Write down what Amazon has to be told. Never raises because of Amazon.

        :param TimeBudget budget: no call begins after its end
        :param Look look:
        :return Counter: offers: that take part, todo: messages that go, held: by the
            guard or the dry run; off, waiting, guarded: why nothing goes
        """
        self.ensure_one()
        tally = Counter()
        if not self.sync_stock:
            tally["off"] = 1
            return tally
        seen = self._run_step(self._compute_stock, look.everything)
        if self._has_unsent(look) and not self._read_orders_first(budget):
            tally.update(waiting=1, offers=1)
            return tally
        self._run_step(self._note_stock, look, tally, seen)
        _logger.info("account %s: stock %s", self.id, dict(tally))
        return tally

    def _compute_stock(self, everything=False):
        """Compute what can be bought of each offer whose stock may have changed.

        :param bool everything: of all offers
        :return Seen: to know later whether that still holds
        """
        until = self.env.cr.now().replace(microsecond=0)
        since = (self.stock_read_until or until) - OVERLAP
        marks = self._find_changed_skus(since)
        if everything or not self.stock_read_until:
            self._store_quantities(None)
        elif marks:
            self._store_quantities(list(marks))
        self.stock_read_until = until
        return Seen(since, marks)

    def _compute_news(self, seen):
        """Compute what the orders, or people, took since ``seen``: mostly nothing,
        which one query tells."""
        if not self.stock_read_until:  # another setting of the account
            self._compute_stock()
            return
        skus = seen.find_news(self._find_changed_skus(seen.since))
        if skus:
            self._store_quantities(skus)

    def _has_unsent(self, look):
        """:return bool: whether Amazon would be told anything"""
        reasons = self._find_falls() if look.guarded else {}
        return self.env["amazon.submission"]._count_unsent(self, look, reasons) > 0

    def _read_orders_first(self, budget):
        """Amazon takes off by itself what it sold; so must Odoo, before it states a
        quantity.

        :return bool: whether all orders of this moment are noted
        """
        orders = self._sync_orders(budget)
        if not (orders["trouble"] or orders["left"] or orders["busy"]):
            return True
        self._run_step(self._wait_for_orders)
        return False

    def _wait_for_orders(self):
        until = fields.Datetime.now() + ORDERS_WAIT
        self.env["amazon.submission"]._delay_quantities(self, until)
        self._trigger_stock_cron(until)

    def _note_stock(self, look, tally, seen):
        """Write down the messages, from what is in stock now.

        :param Counter tally: gets the counts
        :param Seen seen: of `_compute_stock`
        """
        self._compute_news(seen)
        tally.clear()
        rows = self.env["amazon.submission"]
        rows._withdraw_settled(self)
        falls = self._find_falls(tally)
        reasons = falls if look.guarded else {}
        tally.update(rows._note_quantities(self, look, reasons))
        self._note_guard(reasons)
        tally["guarded"] = len(reasons)
        values = {"last_stock_run": fields.Datetime.now()}
        if look.refresh:
            values["last_full_stock_run"] = values["last_stock_run"]
        self.write(values)
        if tally["todo"]:
            rows._trigger_cron()

    def _withdraw_stock(self):
        """The account sends no stock any more: nothing that waits may leave."""
        self.env["amazon.submission"].search(
            [("account_id", "in", self.ids), ("kind", "=", "stock")]
        )._withdraw()
        self._note_guard({})

    @api.model
    def _trigger_stock_cron(self, at=None):
        """:param datetime at: UTC; None: as soon as possible"""
        self._wake_cron("sync_stock", at)
