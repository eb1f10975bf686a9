"""Messages about quantities: one row per marketplace and SKU, for ever (features J1,
J4).

There may be 25,000 of them, and each look goes through all. So they are read and
written by statements of SQL: the table is this addon's own, technical, and nothing in
Odoo depends on these rows but what is cleared from the cache below.
"""

from collections import Counter

from odoo import api, fields, models

from ...amazon_api import quantity_feed
from ..outbox.amazon_submission import UNDER_WAY
from .amazon_account import Look

# What Amazon is to be told, with the row that says it or said something before. Rows
# that are under way are left alone; so are those that say it already.
UNSENT = """
    SELECT offer.id AS offer_id, offer.account_id, offer.company_id,
           offer.marketplace_id, offer.stock_quantity AS quantity,
           'stock/' || marketplace.api_ref || '/' || offer.sku AS dedup_key,
           guard.reason
      FROM amazon_offer AS offer
      JOIN amazon_marketplace AS marketplace ON marketplace.id = offer.marketplace_id
 LEFT JOIN unnest(%(guarded)s::int[], %(reasons)s::text[])
           AS guard(marketplace_id, reason)
        ON guard.marketplace_id = offer.marketplace_id
 LEFT JOIN amazon_submission AS row
        ON row.account_id = offer.account_id
       AND row.dedup_key = 'stock/' || marketplace.api_ref || '/' || offer.sku
     WHERE offer.account_id = %(account)s AND offer.stock_quantity IS NOT NULL
       AND offer.amazon_channel = 'fbm' AND offer.sync_stock
       AND (%(refresh)s OR offer.sent_at IS NULL
            OR offer.stock_quantity <> offer.sent_quantity
            OR row.state = 'held' AND row.quantity = offer.stock_quantity)
       AND coalesce(row.state, '') NOT IN ('sending', 'submitted', 'unknown')
       AND (row.quantity = offer.stock_quantity AND (
            row.state = 'todo' AND guard.reason IS NULL
         OR row.state = 'failed' AND NOT %(again)s
         OR row.state = 'held' AND row.body IS NULL AND guard.reason IS NOT NULL
         OR row.state = 'held' AND row.body IS NOT NULL AND %(dry_run)s)) IS NOT TRUE"""
# A row that goes on waiting keeps its wait and its tries; the reason of the last
# refusal stays until the verdict, so that the same refusal is not reported twice.
UPSERT = f"""
    WITH noted AS (
      INSERT INTO amazon_submission AS row (
             account_id, company_id, kind, state, dedup_key, offer_id, marketplace_id,
             quantity, error_message, attempts, silence_count, create_uid, create_date,
             write_uid, write_date)
      SELECT account_id, company_id, 'stock',
             CASE WHEN reason IS NULL THEN 'todo' ELSE 'held' END, dedup_key, offer_id,
             marketplace_id, quantity, reason, 0, 0, %(user)s, %(now)s, %(user)s,
             %(now)s
        FROM ({UNSENT}) AS unsent
    ORDER BY offer_id
 ON CONFLICT (account_id, dedup_key) DO UPDATE
         SET state = excluded.state, quantity = excluded.quantity,
             offer_id = excluded.offer_id, marketplace_id = excluded.marketplace_id,
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
             write_uid = excluded.write_uid, write_date = excluded.write_date
       WHERE row.state NOT IN ('sending', 'submitted', 'unknown')
   RETURNING row.state)
    SELECT state, count(*) FROM noted GROUP BY state"""
# What no longer takes part, or what Amazon has again as it should be.
WITHDRAW = """
    UPDATE amazon_submission AS row
       SET state = 'superseded', next_try_at = NULL, error_kind = NULL,
           error_message = NULL, body = NULL, is_reported = FALSE, done_at = %(now)s
     WHERE row.account_id = %(account)s AND row.kind = 'stock'
       AND row.state IN ('todo', 'held', 'failed')
       AND NOT EXISTS (
           SELECT 1
             FROM amazon_offer AS offer
             JOIN amazon_marketplace AS marketplace
               ON marketplace.id = offer.marketplace_id
            WHERE offer.id = row.offer_id AND offer.stock_quantity IS NOT NULL
              AND offer.amazon_channel = 'fbm' AND offer.sync_stock
              AND row.dedup_key
                  = 'stock/' || marketplace.api_ref || '/' || offer.sku
              AND (offer.sent_at IS NULL OR offer.stock_quantity <> offer.sent_quantity
                   OR offer.stock_quantity = row.quantity))"""


class AmazonSubmission(models.Model):
    _inherit = "amazon.submission"

    # === BUSINESS METHODS - NOTING === #

    @api.model
    def _count_unsent(self, account, look, reasons):
        """:return int: quantities that Amazon does not know and nobody holds back"""
        return self._execute_stock(
            f"SELECT count(*) FROM ({UNSENT}) AS unsent WHERE reason IS NULL",
            self._get_stock_parameters(account, look, reasons),
        )[0][0]

    @api.model
    def _note_quantities(self, account, look, reasons):
        """Write down what Amazon does not know.

        :param account: amazon.account, its quantities are computed
        :param Look look: see amazon_account_stock
        :param dict reasons: id of amazon.marketplace -> why it is held back
        :return dict: todo, held -> the number of rows
        """
        parameters = self._get_stock_parameters(account, look, reasons)
        return dict(self._execute_stock(UPSERT, parameters))

    @api.model
    def _withdraw_settled(self, account):
        """What need not be said any more is superseded."""
        self._execute_stock(
            WITHDRAW, {"account": account.id, "now": fields.Datetime.now()}
        )

    @api.model
    def _count_stock_rows(self, account):
        """:return Counter: rows that are open (under way or about to), held, failed"""
        counts = Counter()
        for state, count in self._read_group(
            [("account_id", "=", account.id), ("kind", "=", "stock")],
            ["state"],
            ["__count"],
        ):
            counts["open" if state in ("todo", *UNDER_WAY) else state] += count
        return counts

    @api.model
    def _delay_quantities(self, account, until):
        """:param datetime until: UTC"""
        self._execute_stock(
            "UPDATE amazon_submission SET next_try_at = %(until)s"
            " WHERE account_id = %(account)s AND kind = 'stock' AND state = 'todo'",
            {"account": account.id, "until": until},
        )

    def _withdraw(self):
        """What waits is not said any more; what is under way can not be held up."""
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

    def _get_stock_parameters(self, account, look, reasons):
        return {
            "account": account.id,
            "guarded": list(reasons),
            "reasons": list(reasons.values()),
            "refresh": look.refresh,
            "again": look.everything,
            "dry_run": account.dry_run,
            "user": self.env.uid,
            "now": fields.Datetime.now(),
        }

    def _execute_stock(self, query, parameters):
        """:return list: rows that the database gives back"""
        self.env["amazon.offer"].flush_model()
        self.flush_model()
        self.env.cr.execute(query, parameters)
        found = self.env.cr.fetchall() if self.env.cr.description else []
        if not query.startswith("SELECT"):
            self.invalidate_model()
            self.env["amazon.offer"].invalidate_model()
        return found

    # === BUSINESS METHODS - FEEDS === #

    def _prepare_stock_feed(self, account):
        """:param account: amazon.account of all rows
        :return bytes: the feed that states the rows' quantities, see quantity_feed
        :raise ValueError: Amazon would refuse it"""
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
                   sent_at = CASE WHEN offer.forgotten_at >= row.sent_at
                                  THEN NULL ELSE row.done_at END
              FROM amazon_submission AS row
             WHERE row.id = ANY(%(ids)s) AND offer.id = row.offer_id
            """,
            {"ids": self.ids},
        )
        self._execute_stock(
            """
            UPDATE amazon_submission
               SET is_reported = state = 'failed' AND reported_message = error_message
             WHERE id = ANY(%(ids)s) AND is_reported
            """,
            {"ids": self.ids + refused.ids},
        )
        if self._count_unsent(account, Look(), {}):
            account._trigger_stock_cron()
