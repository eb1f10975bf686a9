"""Messages about quantities: one row per marketplace and SKU, for ever (features J1,
J4); for what is urgent a second one, which goes by itself (feature J7).

There may be 25,000 of them, and each scan goes through all. So they are read and
written by statements of SQL: the table is this addon's own, technical, and nothing in
Odoo depends on these rows but what is cleared from the cache below.
"""

from collections import Counter
from typing import NamedTuple

from odoo import _, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...amazon_api import quantity_feed
from ..outbox.amazon_submission import UNDER_WAY
from .amazon_account import Scan
from .amazon_offer import STOCK_KINDS

# More of them are faster by feed: Amazon takes five a second.
MOST_URGENT = 500
# What Amazon does not know; few of many, and an index of their own leads to them.
UNKNOWN_TO_AMAZON = """
    SELECT id FROM amazon_offer
     WHERE account_id = %(account)s AND stock_quantity IS NOT NULL
       AND (sent_at IS NULL OR stock_quantity <> sent_quantity)
     UNION
    SELECT offer_id FROM amazon_submission
     WHERE account_id = %(account)s AND kind = 'stock'
       AND state IN ('todo', 'held', 'failed')"""
ALL_OFFERS = """
    SELECT id FROM amazon_offer
     WHERE account_id = %(account)s AND stock_quantity IS NOT NULL"""
# The feed's message of this offer was let go, and waits or was refused: the guard, or a
# person, saw a quantity of it. What was accepted has its own moment (sent_at), unless
# the offer has stopped since: then it begins anew.
HAS_PASSED = """
    row.state IN ('todo', 'sending', 'submitted', 'unknown', 'failed')"""
# Sold out, or about to be, or back again. What Amazon changed by itself (forgotten) is
# sent at once when it is zero; so is what sells out before Amazon has accepted a
# quantity.
IS_URGENT = f"""
    %(is_fast)s AND (
           offer.sent_at IS NOT NULL AND (
               offer.stock_quantity < offer.sent_quantity
               AND offer.stock_quantity <= %(limit)s
            OR offer.stock_quantity > 0 AND offer.sent_quantity = 0)
        OR offer.sent_at IS NULL AND offer.forgotten_at IS NOT NULL
           AND offer.stock_quantity <= %(limit)s
        OR offer.sent_at IS NULL AND {HAS_PASSED}
           AND offer.stock_quantity < row.quantity
           AND offer.stock_quantity <= %(limit)s)"""
# It sells, nothing was ever sent of it, and the first message would end that.
WOULD_END = f"""
    %(guarded)s AND offer.sent_at IS NULL AND offer.forgotten_at IS NULL
    AND ({HAS_PASSED}) IS NOT TRUE
    AND offer.stock_quantity = 0
    AND (offer.listed_quantity > 0
         OR offer.listed_quantity IS NULL AND offer.listing_status = 'active')"""
# Zero once more, as Amazon raised its quantity by itself: nothing that sells by Odoo's
# count ends, and nobody has to see it again.
IS_RESTATED = """
    offer.stock_quantity = 0 AND offer.sent_at IS NULL AND offer.sent_quantity = 0
    AND offer.sent_since IS NOT NULL AND offer.forgotten_at IS NOT NULL"""
# What is to be sent to Amazon, with the rows that say it or said something before; they
# are selected one by one (OFFSET 0), however many PostgreSQL expects. What a person
# released is not held back again, unless it has become less since.
CHANGES = f"""
    SELECT offer.id AS offer_id, offer.account_id, offer.company_id,
           offer.marketplace_id, offer.stock_quantity AS quantity,
           marketplace.api_ref || '/' || offer.sku AS name,
           CASE WHEN row.is_confirmed AND row.state = 'todo'
                 AND offer.stock_quantity >= row.quantity OR {IS_RESTATED} THEN NULL
                ELSE coalesce(guard.reason,
                              CASE WHEN {WOULD_END} THEN %(first)s END) END AS reason,
           ({IS_RESTATED}) IS TRUE AS is_restated, ({IS_URGENT}) IS TRUE AS is_urgent,
           offer.stock_quantity = 0
           OR offer.sent_at < %(read_until)s AND offer.sent_quantity = 0 AS is_safe,
           coalesce(row.state, '') AS state, row.quantity AS row_quantity,
           row.body IS NOT NULL AS is_dry, coalesce(now.state, '') AS now_state,
           now.quantity AS now_quantity,
           offer.sent_at IS NULL OR offer.stock_quantity <> offer.sent_quantity
           AS is_news
      FROM (%(candidates)s) AS candidate
CROSS JOIN LATERAL (
           SELECT * FROM amazon_offer WHERE id = candidate.id OFFSET 0) AS offer
      JOIN amazon_marketplace AS marketplace ON marketplace.id = offer.marketplace_id
 LEFT JOIN unnest(%(shops)s::int[], %(reasons)s::text[])
           AS guard(marketplace_id, reason)
        ON guard.marketplace_id = offer.marketplace_id
 LEFT JOIN LATERAL (
           SELECT * FROM amazon_submission
            WHERE account_id = offer.account_id
              AND dedup_key = 'stock/' || marketplace.api_ref || '/' || offer.sku
           OFFSET 0) AS row ON TRUE
 LEFT JOIN LATERAL (
           SELECT * FROM amazon_submission
            WHERE account_id = offer.account_id
              AND dedup_key = 'stock_now/' || marketplace.api_ref || '/' || offer.sku
           OFFSET 0) AS now ON TRUE
     WHERE offer.account_id = %(account)s AND offer.stock_quantity IS NOT NULL
       AND offer.amazon_channel = 'fbm' AND offer.sync_stock"""
# Only of these something may be urgent: few of many, also when all offers are new.
MAY_BE_URGENT = """
    SELECT id FROM amazon_offer
     WHERE %(is_fast)s AND account_id = %(account)s AND stock_quantity IS NOT NULL
       AND (sent_at IS NULL OR stock_quantity <> sent_quantity)
       AND (stock_quantity <= %(limit)s OR sent_at IS NOT NULL AND sent_quantity = 0)
       AND (%(offers)s::int[] IS NULL OR id = ANY(%(offers)s))"""
CHANGES_AT_ONCE = CHANGES.replace("%(candidates)s", "%(may_be_urgent)s")
ORDINARY = f"""
    SELECT change.*, FALSE AS is_now
      FROM ({CHANGES}) AS change
     WHERE NOT is_urgent"""
URGENT = f"""
    SELECT change.*,
           reason IS NULL
           AND row_number() OVER (ORDER BY quantity, offer_id) <= %(most)s AS is_now
      FROM ({CHANGES_AT_ONCE}) AS change
     WHERE is_urgent"""
# Rows that are under way are left alone; so are those that say it already.
GOES_BY_FEED = """
    NOT is_now
    AND (%(refresh)s OR is_news OR state = 'held' AND row_quantity = quantity)
    AND state NOT IN ('sending', 'submitted', 'unknown')
    AND now_state NOT IN ('todo', 'sending', 'unknown')
    AND (row_quantity = quantity AND (
         state = 'todo' AND reason IS NULL
      OR state = 'failed' AND NOT %(again)s
      OR state = 'held' AND NOT is_dry AND reason IS NOT NULL
      OR state = 'held' AND is_dry AND %(dry_run)s)) IS NOT TRUE"""
# One writer per SKU: while a feed with it is under way only zero is sent beside it,
# and sent once more when the feed has ended. A quantity waits for the orders; zero
# waits for nobody, nor does what comes back when all orders from before are known.
GOES_AT_ONCE = """
    is_now AND (is_safe OR %(is_read)s)
    AND (state NOT IN ('sending', 'submitted', 'unknown')
         OR state IN ('submitted', 'unknown') AND quantity = 0)
    AND now_state <> 'sending'
    AND (now_quantity = quantity AND (
         now_state IN ('todo', 'unknown')
      OR now_state = 'failed' AND NOT %(again)s)) IS NOT TRUE"""
BY_FEED = f"""
    SELECT * FROM ({ORDINARY} UNION ALL {URGENT}) AS change WHERE {GOES_BY_FEED}"""
AT_ONCE = f"SELECT * FROM ({URGENT}) AS change WHERE {GOES_AT_ONCE}"
# Whether there is anything: the first one that goes is enough.
COUNT_UNSENT = f"""
    WITH urgent AS MATERIALIZED ({URGENT})
    SELECT EXISTS (SELECT 1 FROM urgent
                    WHERE reason IS NULL AND ({GOES_BY_FEED} OR {GOES_AT_ONCE}))
           OR EXISTS (SELECT 1 FROM ({ORDINARY}) AS change
                       WHERE reason IS NULL AND {GOES_BY_FEED}),
           (SELECT count(*) FROM urgent WHERE {GOES_AT_ONCE}),
           (SELECT count(*) FROM urgent WHERE is_safe AND {GOES_AT_ONCE})"""
# A row that goes on waiting keeps its wait and its tries; the reason of the last
# refusal stays until the outcome, so that the same refusal is not reported twice. Who
# began a scan says nothing of a new row, and to check that user costs as much as the
# rest of it.
UPSERT = """
    WITH noted AS (
      INSERT INTO amazon_submission AS row (
             account_id, company_id, kind, state, dedup_key, offer_id, marketplace_id,
             quantity, error_message, is_confirmed, attempts, silence_count,
             create_date, write_date)
      SELECT account_id, company_id, %(kind)s,
             CASE WHEN reason IS NULL THEN 'todo' ELSE 'held' END,
             %(kind)s || '/' || name, offer_id, marketplace_id, quantity, reason,
             %(confirmed)s OR is_restated, 0, 0, %(now)s, %(now)s
        FROM (%(changes)s) AS unsent
    ORDER BY offer_id
 ON CONFLICT (account_id, dedup_key) DO UPDATE
         SET state = excluded.state, quantity = excluded.quantity,
             offer_id = excluded.offer_id, marketplace_id = excluded.marketplace_id,
             is_confirmed = excluded.is_confirmed
                 OR row.is_confirmed AND row.state = 'todo'
                    AND excluded.quantity >= row.quantity,
             attempts = CASE WHEN row.state = 'todo' THEN row.attempts ELSE 0 END,
             next_try_at = CASE WHEN row.state = 'todo' THEN row.next_try_at END,
             error_kind = CASE WHEN row.state = 'todo' THEN row.error_kind END,
             error_message = CASE WHEN row.state IN ('todo', 'failed')
                                  THEN coalesce(excluded.error_message,
                                                row.error_message)
                                  ELSE excluded.error_message END,
             silence_count = CASE WHEN row.state = 'todo'
                                  THEN row.silence_count ELSE 0 END,
             body = NULL, done_at = NULL,
             write_uid = %(user)s, write_date = excluded.write_date
       WHERE row.state NOT IN %(under_way)s
   RETURNING row.state, row.offer_id)"""
COUNT_NOTED = "SELECT state, count(*) FROM noted GROUP BY state"
# What goes by the fast lane does not go by feed as well.
DROP_BESIDE = """
    , beside AS (
      UPDATE amazon_submission AS row
         SET state = 'superseded', next_try_at = NULL, error_kind = NULL,
             error_message = NULL, body = NULL, is_reported = FALSE, done_at = %(now)s
       WHERE row.account_id = %(account)s AND row.kind = 'stock'
         AND row.state IN ('todo', 'held', 'failed')
         AND row.offer_id IN (SELECT offer_id FROM noted))"""
# When it was done; not in a statement of its own.
SCANNED = """
    , scanned AS (
      UPDATE amazon_account
         SET last_stock_run = %(now)s,
             last_full_stock_run = CASE WHEN %(refresh)s THEN %(now)s
                                        ELSE last_full_stock_run END
       WHERE id = %(account)s)"""
# What no longer takes part, or what Amazon has again as it should be.
WITHDRAW = """
    UPDATE amazon_submission AS row
       SET state = 'superseded', next_try_at = NULL, error_kind = NULL,
           error_message = NULL, body = NULL, is_reported = FALSE, done_at = %(now)s
     WHERE row.account_id = %(account)s AND row.kind IN ('stock', 'stock_now')
       AND row.state IN ('todo', 'held', 'failed')
       AND NOT EXISTS (
           SELECT 1
             FROM amazon_offer AS offer
             JOIN amazon_marketplace AS marketplace
               ON marketplace.id = offer.marketplace_id
            WHERE offer.id = row.offer_id AND offer.stock_quantity IS NOT NULL
              AND offer.amazon_channel = 'fbm' AND offer.sync_stock
              AND row.dedup_key
                  = row.kind || '/' || marketplace.api_ref || '/' || offer.sku
              AND (offer.stock_quantity = row.quantity
                   OR row.kind = 'stock'
                      AND (offer.sent_at IS NULL
                           OR offer.stock_quantity <> offer.sent_quantity)))"""
# A row that goes again gets the quantity of now.
STATE_PRESENT = """
    UPDATE amazon_submission AS row
       SET quantity = offer.stock_quantity,
           is_confirmed = row.is_confirmed AND offer.stock_quantity >= row.quantity
      FROM amazon_offer AS offer
     WHERE row.id = ANY(%(ids)s) AND row.kind IN ('stock', 'stock_now')
       AND row.state = 'todo' AND offer.id = row.offer_id
       AND offer.stock_quantity IS NOT NULL
       AND offer.stock_quantity IS DISTINCT FROM row.quantity"""


class Unsent(NamedTuple):
    """Whether Amazon does not know any quantity; how many go at once, and of those how
    many do not wait for the orders."""

    is_any: bool
    at_once: int
    safe: int


class AmazonSubmission(models.Model):
    _inherit = "amazon.submission"

    # A person checked this quantity and released it, or it is the zero that Amazon had
    # before: the guard does not hold it back, nor count it.
    is_confirmed = fields.Boolean(readonly=True)
    product_id = fields.Many2one(related="offer_id.product_id")
    at_amazon = fields.Char(related="offer_id.at_amazon")

    # === ACTION METHODS === #

    def action_confirm_stock(self):
        """Release quantities that a person has checked; they go as they are now.

        :return dict: client action, a notification with the counts
        """
        for account in self.account_id:
            account._check_may_use()
        held = self.sudo().filtered(
            lambda row: row.state == "held" and row.kind == "stock"
        )
        if not held:
            raise UserError(_("Only quantities that are held back can be sent."))
        count = 0
        for account, rows in held.grouped("account_id").items():
            account = account._in_company()
            account.stock_confirmed_at = fields.Datetime.now()
            scan = Scan(everything=True, guarded=False, offers=rows.offer_id.ids)
            noted = account.env["amazon.submission"]._note_quantities(account, scan, {})
            count += noted["todo"]
            account._trigger_stock_cron()
        self._trigger_cron()
        return held.account_id[0]._notify(
            _("Quantities on their way to Amazon: %s.", count), "success"
        )

    def action_stop_stock(self):
        """Withdraw these rows, as their offers send no stock any more."""
        self.offer_id.action_stop_stock()

    # === BUSINESS METHODS - NOTING === #

    @api.model
    def _count_unsent(self, account, scan, reasons):
        """Find out what a scan would send, and write nothing.

        :return Unsent: what Amazon does not know and nobody holds back
        """
        parameters = self._get_stock_parameters(account, scan, reasons, is_read=True)
        return Unsent(*self._execute_stock(COUNT_UNSENT, parameters)[0])

    @api.model
    def _note_quantities(self, account, scan, reasons, has_urgent=True, is_scan=False):
        """Write down what Amazon does not know; the orders of this moment are known.

        :param account: amazon.account, its quantities are computed
        :param Scan scan: see amazon_account
        :param dict reasons: id of amazon.marketplace -> why it is held back
        :param bool has_urgent: False: nothing of it goes at once
        :param bool is_scan: of all offers, which the account notes
        :return Counter: todo, held -> the number of rows
        """
        counts = Counter()
        if has_urgent:
            counts["todo"] = self._note_urgent(account, scan, reasons, is_read=True)
        parameters = self._get_stock_parameters(account, scan, reasons)
        found = self._execute_stock(
            UPSERT + (SCANNED if is_scan else "") + COUNT_NOTED,
            {
                **parameters,
                "kind": "stock",
                "changes": SQL(BY_FEED, **parameters),
                "under_way": UNDER_WAY,
            },
        )
        if is_scan:
            account.invalidate_recordset(["last_stock_run", "last_full_stock_run"])
        counts.update(dict(found))
        return +counts

    @api.model
    def _note_urgent(self, account, scan, reasons, is_read=False):
        """Write down what does not wait for the next feed (feature J7).

        :param bool is_read: whether the orders of this moment are known
        :return int: the number of rows
        """
        parameters = self._get_stock_parameters(account, scan, reasons, is_read)
        found = self._execute_stock(
            UPSERT + DROP_BESIDE + COUNT_NOTED,
            {
                **parameters,
                "kind": "stock_now",
                "changes": SQL(AT_ONCE, **parameters),
                "under_way": ("sending",),
            },
        )
        return sum(count for _state, count in found)

    @api.model
    def _withdraw_settled(self, account):
        """Supersede what need not be sent any more."""
        self._execute_stock(
            WITHDRAW, {"account": account.id, "now": fields.Datetime.now()}
        )

    @api.model
    def _count_stock_rows(self, account):
        """Count the messages about stock, the fast lane's included.

        :return Counter: rows that are open (under way or about to), held, failed
        """
        counts = Counter()
        for state, count in self._read_group(
            [("account_id", "=", account.id), ("kind", "in", STOCK_KINDS)],
            ["state"],
            ["__count"],
        ):
            counts["open" if state in ("todo", *UNDER_WAY) else state] += count
        return counts

    @api.model
    def _delay_quantities(self, account, until):
        """Let waiting quantities wait until a moment.

        :param datetime until: UTC
        """
        self._execute_stock(
            "UPDATE amazon_submission SET next_try_at = %(until)s"
            " WHERE account_id = %(account)s AND kind = 'stock' AND state = 'todo'",
            {"account": account.id, "until": until},
        )

    def _withdraw(self):
        """Withdraw what waits; what is under way can not be stopped."""
        self.filtered(lambda row: row.state in ("todo", "held", "failed")).write(
            {
                "state": "superseded",
                "next_try_at": False,
                "error_kind": False,
                "error_message": False,
                "body": False,
                "is_reported": False,
                "done_at": fields.Datetime.now(),
            }
        )

    def _state_present_quantities(self):
        """Update rows that go again to what is true now."""
        if self:
            self._execute_stock(STATE_PRESENT, {"ids": self.ids})

    def _get_stock_parameters(self, account, scan, reasons, is_read=False):
        base = {
            "account": account.id,
            "offers": scan.offers,
            "is_fast": account._sends_at_once(),
            "limit": account.stock_now_limit,
        }
        every = ALL_OFFERS if scan.refresh else UNKNOWN_TO_AMAZON
        if scan.offers is not None:
            every = "SELECT unnest(%(offers)s::int[]) AS id"
        return {
            **base,
            "candidates": SQL(every, **base),
            "may_be_urgent": SQL(MAY_BE_URGENT, **base),
            "shops": list(reasons),
            "reasons": list(reasons.values()),
            "guarded": scan.guarded,
            "first": _(
                "It sells at Amazon, and the first quantity from Odoo would end that. "
                "Confirm it, or correct the stock."
            ),
            "refresh": scan.refresh,
            "again": scan.everything,
            "most": MOST_URGENT,
            "is_read": is_read,
            "read_until": account.last_orders_sync,
            "dry_run": account.dry_run,
            "confirmed": not scan.guarded,
            "user": self.env.uid,
            "now": fields.Datetime.now(),
        }

    def _execute_stock(self, query, parameters):
        """Run a statement past the cache, which is written before and emptied
        afterwards.

        :return list: rows that the database gives back
        """
        self.env["amazon.offer"].flush_model()
        self.flush_model()
        self.env.cr.execute(SQL(query, **parameters))
        found = self.env.cr.fetchall() if self.env.cr.description else []
        if not query.startswith("SELECT"):
            self.invalidate_model()
            self.env["amazon.offer"].invalidate_model()
        return found

    # === BUSINESS METHODS - FEEDS === #

    def _prepare_stock_feed(self, account):
        """Make one feed of all these quantities.

        :param account: amazon.account of all rows
        :return bytes: the feed that states the rows' quantities, see quantity_feed
        :raise ValueError: Amazon would refuse it
        """
        if len(self) == 1:  # one after the other, as the dry run shows them
            messages = [(self.id, self.offer_id.sku, self.quantity)]
        else:
            messages = self._execute_stock(
                "SELECT row.id, offer.sku, row.quantity"
                " FROM amazon_submission AS row"
                " JOIN amazon_offer AS offer ON offer.id = row.offer_id"
                " WHERE row.id = ANY(%(ids)s) ORDER BY row.id",
                {"ids": self.ids},
            )
        return quantity_feed(account.seller_key, messages)

    def _end_stock_feed(self, account, refused):
        """Keep what Amazon has now. ``self`` is what it accepted.

        :param account: amazon.account of the feed
        :param refused: amazon.submission that Amazon refused; a refusal that was
            reported with the same words is no news
        """
        self._execute_stock(
            """
            UPDATE amazon_offer AS offer
               SET sent_quantity = row.quantity,
                   sent_since = CASE WHEN offer.sent_at IS NOT NULL
                                      AND offer.sent_quantity = row.quantity
                                     THEN offer.sent_since ELSE row.done_at END,
                   sent_at = CASE WHEN offer.forgotten_at >= row.sent_at
                                    OR (%(is_on)s AND offer.sync_stock) IS NOT TRUE
                                  THEN NULL ELSE row.done_at END
              FROM amazon_submission AS row
             WHERE row.id = ANY(%(ids)s) AND offer.id = row.offer_id
            """,
            {"ids": self.ids, "is_on": account.sync_stock},
        )
        self._execute_stock(
            """
            UPDATE amazon_submission
               SET is_reported = state = 'failed' AND reported_message = error_message
             WHERE id = ANY(%(ids)s) AND is_reported
            """,
            {"ids": self.ids + refused.ids},
        )
        if self._count_unsent(account, Scan(), {}).is_any:
            account._trigger_stock_cron()
