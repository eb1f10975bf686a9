"""Which stock an account offers at Amazon, and how it is counted (feature J2).

Stock out, read from the top down: cron -> account -> scan -> messages.

A scan finds the offers whose stock may have changed, computes what can be bought of
them, and writes down what Amazon does not know yet: one message per marketplace and
SKU. The sending of messages (see `models/outbox`) makes one feed of them.

Which offers changed: found by one statement (feature J1).
"""

import logging
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from odoo import _, api, fields, models
from odoo.tools import SQL

from .. import kits
from ..account.queue_step import TimeBudget, get_cron_seconds

_logger = logging.getLogger(__name__)
BUTTON_SECONDS = 15
# A transaction writes its beginning as the time of a change, and may commit much later.
OVERLAP = timedelta(minutes=15)
# After a full computation, only what was going on at that moment is new.
BEGUN_BEFORE = timedelta(seconds=5)
# Once a day everything is computed and sent again: whatever went unseen is corrected.
REFRESH_AFTER = timedelta(hours=24)
# Orders could not be read: quantities wait, for they might offer what is sold.
ORDERS_WAIT = timedelta(minutes=5)
# A move that is done got its date then; the others are few: both have an index, the
# time of the last change has none. What changed is selected first, so that all else is
# read for a few offers only. Every join uses an index: PostgreSQL can not know how much
# has changed, and a wrong guess would compare each with each. For the same reason the
# last change of an offer is asked for first, which an index answers. What changes of a
# product's own, its offers note (`_touch_offers_of`).
CHANGED = """
    WITH stock AS (
      SELECT product_id, md5(string_agg(change, ',' ORDER BY change)) AS mark
        FROM (SELECT product_id, concat_ws(' ', 'quant', id, location_id, quantity,
                                           reserved_quantity, write_date) AS change
                FROM stock_quant
               WHERE write_date >= %(since)s %(expiring)s
               UNION ALL
              SELECT product_id, concat_ws(' ', 'move', id, state, product_qty,
                                           write_date)
                FROM stock_move
               WHERE (state IN ('waiting', 'confirmed', 'assigned',
                                'partially_available', 'draft', 'cancel')
                      OR date >= %(since)s)
                 AND write_date >= %(since)s) AS changes
    GROUP BY product_id),
    goods AS (
      SELECT product_id FROM stock
       UNION
      SELECT unnest(%(kits)s::int[])),
    own AS (
      SELECT max(write_date) AS write_date
        FROM amazon_account_marketplace
       WHERE account_id = %(account)s),
    concerned AS (
      SELECT offer.id
        FROM goods
        JOIN amazon_offer AS offer ON offer.product_id = goods.product_id
       WHERE offer.account_id = %(account)s
       UNION
      SELECT id FROM amazon_offer
       WHERE account_id = %(account)s AND write_date >= %(since)s
         AND %(since)s <= (SELECT max(write_date) FROM amazon_offer
                            WHERE account_id = %(account)s)
       UNION
      SELECT offer.id FROM own
        JOIN amazon_offer AS offer ON offer.account_id = %(account)s
       WHERE own.write_date >= %(since)s),
    fact AS (
      SELECT product_id, NULL::int AS id, NULL::varchar AS sku, NULL::text AS own, mark
        FROM stock
       UNION ALL
      SELECT offer.product_id, offer.id, offer.sku, offer.own, NULL
        FROM concerned
       CROSS JOIN LATERAL (
             SELECT offer.id, offer.sku, offer.product_id,
                    concat_ws(' ', offer.id, offer.product_id, offer.sync_stock,
                              offer.quantity_factor, offer.stock_buffer,
                              offer.stock_cap, offer.write_date,
                              template.write_date) AS own
               FROM amazon_offer AS offer
               JOIN product_product AS product ON product.id = offer.product_id
               JOIN product_template AS template
                 ON template.id = product.product_tmpl_id
              WHERE offer.id = concerned.id
             OFFSET 0) AS offer),
    marked AS (
      SELECT id, sku, product_id, own, max(mark) OVER (PARTITION BY product_id) AS mark
        FROM fact)
    SELECT marked.sku,
           CASE WHEN NOT bool_or(marked.product_id = ANY(%(kits)s::int[]))
                THEN md5(string_agg(concat_ws(' ', marked.own, own.write_date,
                                              marked.mark), ',' ORDER BY marked.id)) END
      FROM marked
CROSS JOIN own
     WHERE marked.id IS NOT NULL
  GROUP BY marked.sku"""

# Written with the quantities: one statement less for each scan.
READ_UNTIL = """
    WITH computed_until AS (
      UPDATE amazon_account SET stock_read_until = %s WHERE id = %s)"""


@dataclass(frozen=True)
class Scan:
    """How a scan goes about it.

    everything: all offers are computed, and what Amazon refused is sent again;
    refresh: also what Amazon has already; guarded: many falls at once are held back;
    offers: ids of those that it is about, None: all.
    """

    everything: bool = False
    refresh: bool = False
    guarded: bool = True
    offers: list | None = None


@dataclass(frozen=True)
class Seen:
    """What a scan saw when it computed: SKU -> mark of all that changed since."""

    since: datetime
    marks: dict

    def find_news(self, marks):
        """Compare two scans.

        :param dict marks: what is seen now
        :return list: SKUs of which that is something else; an empty mark proves nothing
        """
        skus = {*self.marks, *marks}
        return sorted(
            sku
            for sku in skus
            if not marks.get(sku) or marks[sku] != self.marks.get(sku)
        )


class AmazonAccount(models.Model):
    _inherit = "amazon.account"

    stock_location_ids = fields.Many2many(
        "stock.location",
        "amazon_account_stock_location_rel",
        string="Count the stock of",
        domain="[('usage', '=', 'internal'), ('company_id', '=', company_id),"
        " ('id', '!=', location_id)]",
        check_company=True,
        copy=False,
        help="With all that lies below them. Empty: the stock of the warehouse that "
        "ships the orders of the marketplace. What lies at Amazon (FBA) never counts.",
    )
    stock_basis = fields.Selection(
        [("free", "Free to use"), ("forecast", "Forecast")],
        "Quantity",
        required=True,
        default="free",
        help="Free to use: on hand and not reserved for other deliveries.\n"
        "Forecast: also what is on its way in, less all that has to be delivered.",
    )
    stock_now = fields.Boolean(
        "Send at once what sells out",
        default=True,
        help="What falls to zero, or comes back from zero, is sent to Amazon within a "
        "minute and by itself. Everything else goes together, by feed.",
    )
    stock_now_limit = fields.Integer(
        "At once from",
        default=0,
        help="Also what falls to this number of pieces or below is sent at once. 0: "
        "only what is sold out.",
    )
    last_stock_run = fields.Datetime("Last look", readonly=True, copy=False)
    stock_turn_at = fields.Datetime(readonly=True, copy=False)  # as orders_turn_at
    # Changes up to this moment are computed; empty: everything is computed anew.
    stock_read_until = fields.Datetime(readonly=True, copy=False)
    last_full_stock_run = fields.Datetime(
        "Last sent in full", readonly=True, copy=False
    )

    def _find_changed_skus(self, since):
        """Find what may have another quantity, by one query.

        :param datetime since: UTC
        :return dict: SKU -> mark, another one when anything changed again; empty for
            kits, whose parts are what changes; all marketplaces of a SKU are computed
            together
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                CHANGED,
                account=self.id,
                since=since,
                kits=kits.search_all(self.env).ids,
                expiring=self._get_expiring(since),
            )
        )
        return dict(self.env.cr.fetchall())

    def _get_expiring(self, since):
        """The condition for goods that a scan of changed records would miss.

        :return SQL: goods whose time ran out since then, or does before a new order
            leaves: nobody writes them
        """
        name = self._get_expiry_column()
        if not name:
            return SQL()
        return SQL("OR %s >= %s AND %s < %s", *self._between(name, since))

    def _between(self, name, since):
        column = SQL.identifier("stock_quant", name)
        return column, since, column, self._get_leaves_by()

    # === CRUD METHODS === #

    @api.model
    def _vals_for_stock_settings(self, vals):
        """Return the values that have all quantities computed anew."""
        return {"stock_read_until": False}

    def _follow_stock_settings(self, vals):
        """Withdraw what waits when no stock is sent any more, else compute it soon."""
        if "sync_stock" in vals and not vals["sync_stock"]:
            self.sudo()._withdraw_stock()
        if any(self.mapped("sync_stock")):
            self._trigger_stock_cron()

    def _follow_stock_pause(self, vals):
        """Withdraw what waits when no call is made any more: a quantity of that day
        must not leave when the account is opened, or linked, again."""
        paused = self.sudo().filtered(
            lambda account: (
                account.sync_stock and not (account.active and account.is_linked)
            )
        )
        if paused:
            paused._withdraw_stock()

    # === ACTION METHODS === #

    def action_sync_stock(self):
        """Scan the stock of all offers now and send what Amazon does not know.

        :return dict: client action, a notification with the counts
        """
        return self._scan_and_send(Scan(everything=True))

    def _scan_and_send(self, scan):
        self._check_may_use()
        self = self.sudo()._in_company()
        self._check_linked()
        budget = TimeBudget(BUTTON_SECONDS)
        counts = self._sync_stock(budget, scan)
        counts["offers"] = self._has_offers()
        if counts["todo"]:
            counts += self._send_submissions(budget)
        failures = ("off", "waiting", "guarded", "failed", "postponed")
        is_well = counts["offers"] and not any(counts[name] for name in failures)
        kind = "success" if is_well else "warning"
        return self._notify(self._describe_stock(counts), kind)

    def _describe_stock(self, counts):
        """Summarize a scan for the person who started it.

        :param Counter counts: see _sync_stock
        :return str: the counts in words
        """
        if counts["off"]:
            return _(
                "This account sends no stock: tick “Send stock to Amazon” on the page "
                "Stock first."
            )
        if not counts["offers"]:
            return _(
                "No listing takes part: it has to be FBM, to have a product that is "
                "stored, and to be ticked “Send stock”."
            )
        if counts["waiting"]:
            return _(
                "Orders are read first, for they take from the stock, and not all of "
                "them could be read. The quantities follow by themselves. %s",
                self.connection_message or "",
            ).strip()
        return " ".join(self._describe_messages(counts)) or _(
            "Amazon knows the stock of all listings."
        )

    def _describe_messages(self, counts):
        """Say what has become of the quantities, only what applies.

        :return list: of sentences: what goes, and what does not
        """
        rows = self.env["amazon.submission"]._count_stock_rows(self)
        parts = []
        if self.dry_run and rows["held"] and not counts["guarded"]:
            parts.append(
                _(
                    "Dry run, nothing was sent. Quantities shown under “Updates to "
                    "Amazon”: %s.",
                    rows["held"],
                )
            )
        elif rows["open"]:
            parts.append(_("Quantities on their way to Amazon: %s.", rows["open"]))
        if counts["guarded"]:
            parts.append(_("Held back: %s", self.stock_guard_message))
        if rows["failed"]:
            parts.append(_("Refused: %s, see the listings.", rows["failed"]))
        if counts["postponed"] and self.connection_message:
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
                account._sync_stock(budget, account._get_due_scan())

        trigger = self._trigger_stock_cron
        self._for_each_account(accounts, sync, _logger, trigger, budget)

    def _get_due_scan(self):
        """Choose how thorough the next scan is.

        :return Look: a scan of what changed; once a day of everything, to send it again
        """
        last, now = self.last_full_stock_run, fields.Datetime.now()
        is_due = not last or not now - REFRESH_AFTER < last <= now
        return Scan(everything=is_due, refresh=is_due)

    def _sync_stock(self, budget, scan):
        """Write down what has to be sent to Amazon. Never raises because of Amazon.

        :param TimeBudget budget: no call begins after its end
        :param Scan scan:
        :return Counter: todo: messages that go, held: by the guard or the dry run; off,
            waiting, guarded: why nothing goes
        """
        self.ensure_one()
        counts = Counter()
        if not self.sync_stock:
            counts["off"] = 1
            return counts
        seen = self._run_step(self._compute_stock, scan.everything)
        unsent = self.env["amazon.submission"]._count_unsent(self, scan, {})
        urgent = self._run_step(self._note_urgent, scan) if unsent.safe else 0
        reasons = self._find_reasons(scan)
        if self._is_to_send(scan, unsent, reasons):
            if not self._read_orders_first(budget):
                counts.update(waiting=1, todo=urgent)
                return counts
        self._run_step(self._note_stock, scan, counts, seen, unsent, reasons)
        counts["todo"] += urgent
        _logger.info("account %s: stock %s", self.id, dict(counts))
        return counts

    def _is_to_send(self, scan, unsent, reasons):
        """Find out whether messages remain when the guard has held back its part.

        :return bool: whether anything would be sent to Amazon
        """
        if unsent.is_any and reasons:
            unsent = self.env["amazon.submission"]._count_unsent(self, scan, reasons)
        return unsent.is_any

    def _note_urgent(self, scan):
        """Queue what is sold out without waiting until the orders are read (feature
        J7).

        :return int: how many messages go
        """
        rows = self.env["amazon.submission"]
        rows._withdraw_settled(self)
        reasons = self._find_falls() if scan.guarded else {}
        count = rows._note_urgent(self, scan, reasons)
        if count:
            self._trigger_stock_now_cron()
        return count

    def _compute_stock(self, everything=False):
        """Compute what can be bought of each offer whose stock may have changed.

        :param bool everything: of all offers
        :return Seen: to know later whether that still holds
        """
        until = self.env.cr.now().replace(microsecond=0)
        since = self.stock_read_until and self.stock_read_until - OVERLAP
        # later than now: by a clock that was ahead
        if everything or not since or since > until:
            seen, skus = Seen(until - BEGUN_BEFORE, {}), None
        else:
            seen = Seen(since, self._find_changed_skus(since))
            skus = list(seen.marks)
        if skus == []:
            self.stock_read_until = until
        else:
            self._store_quantities(skus, SQL(READ_UNTIL, until, self.id))
            self.invalidate_recordset(["stock_read_until"])
        return seen

    def _compute_news(self, seen):
        """Compute what the orders, or people, took since ``seen``: mostly nothing,
        which one query finds out.

        :return bool: whether there was anything
        """
        if not self.stock_read_until:  # another setting of the account
            self._compute_stock()
            return True
        skus = seen.find_news(self._find_changed_skus(seen.since))
        if skus:
            self._store_quantities(skus)
        return bool(skus)

    def _read_orders_first(self, budget):
        """Read the orders before a quantity is stated: Amazon takes off by itself what
        it sold, and so must Odoo.

        :return bool: whether all orders of this moment are noted
        """
        orders = self._sync_orders(budget)
        if not (orders["errors"] or orders["left"] or orders["busy"]):
            return True
        self._run_step(self._wait_for_orders)
        return False

    def _wait_for_orders(self):
        until = fields.Datetime.now() + ORDERS_WAIT
        self.env["amazon.submission"]._delay_quantities(self, until)
        self._trigger_stock_cron(until)

    def _note_stock(self, scan, counts, seen, unsent=None, reasons=None):
        """Write down the messages, from what is in stock now.

        :param Counter counts: gets the counts
        :param Seen seen: of `_compute_stock`
        :param Unsent unsent: what Amazon did not know then
        :param dict reasons: why it was held back then, see _find_falls
        """
        rows = self.env["amazon.submission"]
        if self._compute_news(seen) or unsent is None:
            unsent = rows._count_unsent(self, scan, {})
            reasons = self._find_reasons(scan)
        counts.clear()
        rows._withdraw_settled(self)
        urgent = unsent.at_once
        counts.update(rows._note_quantities(self, scan, reasons, urgent, is_scan=True))
        if not reasons and not self.dry_run:
            if counts["held"] or self.stock_guard_message:
                reasons = self._explain_held_offers()
        self._note_guard(reasons)
        counts["guarded"] = len(reasons)
        if counts["todo"]:
            rows._trigger_cron()

    def _has_offers(self):
        """Find out whether a scan has anything to do.

        :return int: 1: an offer takes part
        """
        self.env.cr.execute(
            "SELECT 1 FROM amazon_offer"
            " WHERE account_id = %s AND stock_quantity IS NOT NULL LIMIT 1",
            [self.id],
        )
        return self.env.cr.rowcount

    def _withdraw_stock(self):
        """Withdraw all that waits, as the account sends no stock any more. When it
        does again, its first quantities are checked as those of a new account."""
        self.env["amazon.submission"].search(
            [("account_id", "in", self.ids), ("kind", "in", ("stock", "stock_now"))]
        )._withdraw()
        offers = self.env["amazon.offer"].with_context(active_test=False)
        offers.search([("account_id", "in", self.ids)])._forget_accepted()
        self.stock_confirmed_at = False
        self._note_guard({})

    @api.model
    def _trigger_stock_cron(self, at=None):
        """Schedule the next scan.

        :param datetime at: UTC; None: as soon as possible
        """
        self._wake_cron("sync_stock", at)
