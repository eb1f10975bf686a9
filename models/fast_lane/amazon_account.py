"""The fast lane of stock, read from the top down: event -> minute -> patch -> proof
(feature J7).

What is sold out, or back again, does not wait for a feed: it leaves by
patchListingsItem within a minute. Amazon's ACCEPTED is no proof: the listing is asked
afterwards, and a quantity that did not arrive is sent again.
"""

import logging
import time
from collections import Counter
from datetime import timedelta

from psycopg2 import Error as DatabaseError

from odoo import _, api, models, tools

from ...amazon_api import (
    ConfigError,
    NotFound,
    Permanent,
    Retryable,
    SpApiError,
    Throttled,
)
from ..outbox.amazon_account import SHORT_WAIT, SHORTEST_WAIT
from ..stock.amazon_account import Scan

_logger = logging.getLogger(__name__)
# Amazon needs a moment until a listing shows what it accepted.
PROOF_AFTER = timedelta(minutes=2)
# What an account sends stock at once by, all of them.
FAST_LANE = ("active", "sync_stock", "stock_now")


class AmazonAccount(models.Model):
    _inherit = "amazon.account"

    # === BUSINESS METHODS === #

    @api.model
    def _cron_send_stock_now(self):
        """Each minute, and when goods have moved: send what is sold out or back."""
        self._run_by_turns(
            "stock_turn_at",
            lambda account, budget: account._sync_stock_now(budget),
            _logger,
            self._trigger_stock_now_cron,
            [
                ("is_linked", "=", True),
                ("sync_stock", "=", True),
                ("stock_now", "=", True),
            ],
        )

    def _sync_stock_now(self, budget):
        """Scan what changed, and send what is urgent. Never raises because of Amazon
        or a row.

        :param TimeBudget budget: no call begins after its end
        :return Counter: see _send_submissions
        """
        self.ensure_one()
        counts = Counter()
        if not self._sends_at_once():
            return counts
        scan = Scan()
        if self.stock_read_until:  # else the next scan computes everything
            self._run_step(self._compute_stock)
            self._note_what_is_urgent(budget, scan)
        try:
            with self._get_partner() as partner:
                self._send_stock_now(partner, budget, counts)
        except SpApiError as error:  # no call could be made at all
            self._note_error(error)
        return counts

    def _note_what_is_urgent(self, budget, scan):
        """Write down what is sold out, and what comes back once the orders are
        known."""
        rows = self.env["amazon.submission"]
        unsent = rows._count_unsent(self, scan, {})
        if unsent.safe or rows._has_settled(self):
            self._run_step(self._note_urgent, scan)
        if unsent.at_once > unsent.safe and self._read_orders_first(budget):
            self._run_step(self._note_returning, scan)

    def _note_returning(self, scan):
        """Release what comes back, as the orders of this moment are known."""
        self._compute_stock()
        reasons = self._find_falls()
        self.env["amazon.submission"]._note_urgent(self, scan, reasons, is_read=True)

    def _sends_at_once(self):
        return bool(self.sync_stock and self.stock_now and not self.dry_run)

    @api.model
    def _trigger_stock_now_cron(self, at=None):
        """Schedule the next run of the fast lane.

        :param datetime at: UTC; None: as soon as possible
        """
        self._wake_cron("send_stock_now", at)

    # === Events === #

    @api.model
    @tools.ormcache()
    def _get_stock_companies(self):
        """Where moved goods concern the fast lane at all.

        :return frozenset: ids of companies of which an account sends stock at once;
        asked for whenever goods move, so that it is remembered
        """
        accounts = self.sudo().search(
            [("sync_stock", "=", True), ("stock_now", "=", True)]
        )
        return frozenset(accounts.company_id.ids)

    def _forget_changed_stock_companies(self, vals):
        """Forget which companies send stock at once when that is about to change: all
        that Odoo remembers is forgotten with it, so not for less."""
        is_watched = {*FAST_LANE, "company_id"} & vals.keys()
        if is_watched and any(
            account._company_of_fast_lane({}) != account._company_of_fast_lane(vals)
            for account in self
        ):
            self._forget_stock_companies()

    def _company_of_fast_lane(self, vals):
        """Return the company of which this account sends stock at once.

        :param dict vals: values that are about to be written
        :return int: id of res.company; 0: it sends nothing at once
        """
        if all(vals.get(name, self[name]) for name in FAST_LANE):
            return int(vals.get("company_id", self.company_id))
        return 0

    def _forget_stock_companies(self):
        self.env.registry.clear_cache()

    @api.model
    def _notice_moved_goods(self, moves):
        """Wake the fast lane for moved goods that are offered at Amazon, as soon as
        this transaction has ended.

        :param moves: stock.move that are done
        """
        companies = self._get_stock_companies()
        if not companies or not companies.intersection(moves.company_id.ids):
            return
        self.env["amazon.offer"].flush_model(["product_id", "sync_stock"])
        self.env.cr.execute(
            "SELECT 1 FROM amazon_offer WHERE product_id = ANY(%s) AND sync_stock"
            " AND amazon_channel = 'fbm' AND stock_quantity IS NOT NULL LIMIT 1",
            [moves.product_id.ids],
        )
        if self.env.cr.fetchone():
            self._trigger_stock_now_cron()

    # === Sending === #

    def _send_stock_now(self, partner, budget, counts):
        """State the urgent quantities, one call for each (operation
        patchListingsItem), and prove those of before (operation getListingsItem).

        :param Counter counts: gets the outcomes
        """
        if self._find_feed_gap():  # said by the feeds, which need it, too
            return
        rows = self.env["amazon.submission"]
        for state, work in (("todo", "_patch"), ("submitted", "_prove")):
            while not (counts["stopped"] or counts["left"]):
                claimed = self._run_step(rows._claim_urgent, self, state)
                if not claimed:
                    break
                for position, row in enumerate(claimed):
                    if budget.is_over or counts["stopped"]:
                        counts["left"] = 1
                        self._run_step(claimed[position:]._give_back_urgent)
                        break
                    self._try_urgent(partner, budget, row, work, counts)
        if counts["left"]:
            self._run_step(self._trigger_stock_now_cron)

    def _try_urgent(self, partner, budget, row, work, counts):
        """Work on one row; whatever goes wrong stops no other.

        :param str work: name of the method of the row
        """
        try:
            outcome = getattr(row, work)(self, partner)
        except Throttled as error:
            wait = error.retry_after or 0
            if not error.status and wait <= SHORT_WAIT and not budget.is_over:
                time.sleep(max(wait, SHORTEST_WAIT))  # our own count, no refusal
                return self._try_urgent(partner, budget, row, work, counts)
            return self._postpone_urgent(row, error, counts)
        except (Retryable, ConfigError) as error:
            return self._postpone_urgent(row, error, counts)
        except NotFound:
            text = _("Amazon does not know this SKU in the marketplace.")
            outcome = self._run_step(row._refuse_urgent, text)
        except Permanent as error:
            outcome = self._run_step(row._refuse_urgent, self._explain(error))
        except DatabaseError:
            raise  # what Amazon said could not be written down: it is stated again
        except Exception as error:
            outcome = self._fail_row(row, error)
        counts[outcome] += 1
        return None

    def _postpone_urgent(self, row, error, counts):
        state = row.state
        self._postpone_row(row, error, counts)
        if state == "submitted":  # the proof waits, the quantity does not go again
            self._run_step(row.write, {"state": "submitted"})
