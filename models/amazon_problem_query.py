"""Where the problems are read from: one SELECT for each place that keeps troubles."""

from odoo import api, fields, models

from .amazon_problem import SLOTS

# What an archived account left open can not be tried again: it makes no call. What
# concerns the books stays in the list.
CONNECTIONS = f"""
    SELECT account.id::bigint * {SLOTS} AS id, 'connection' AS kind,
           account.id AS account_id, account.company_id, account.name AS document,
           account.connection_message AS message,
           account.connection_error_since AS since,
           NULL::integer AS amazon_order_id, NULL::integer AS submission_id,
           NULL::integer AS sale_order_id
      FROM amazon_account account
     WHERE account.active AND account.connection_state = 'error'"""

# The dead-man check has raised its alarm.
SILENCES = f"""
    SELECT account.id::bigint * {SLOTS} + 8, 'no_sync', account.id,
           account.company_id, account.name, account.connection_message,
           account.sync_alarm_at, NULL, NULL, NULL
      FROM amazon_account account
     WHERE account.active AND account.sync_alarm_at IS NOT NULL"""

ORDERS = f"""
    SELECT noted.id::bigint * {SLOTS} + 1, 'order', noted.account_id,
           noted.company_id, noted.amazon_order_ref, noted.error_message,
           coalesce(noted.remote_updated_at, noted.create_date),
           noted.id, NULL, noted.sale_order_id
      FROM amazon_order noted
      JOIN amazon_account account ON account.id = noted.account_id
     WHERE account.active AND noted.state = 'failed'"""

SUBMISSIONS = f"""
    SELECT owed.id::bigint * {SLOTS} + 2, owed.kind, owed.account_id,
           owed.company_id,
           coalesce(picking.name, sale.name,
                    regexp_replace(owed.dedup_key, '^stock/[^/]*/', '')),
           owed.error_message, coalesce(owed.done_at, owed.create_date),
           NULL, owed.id, owed.sale_order_id
      FROM amazon_submission owed
      JOIN amazon_account account ON account.id = owed.account_id
      LEFT JOIN stock_picking picking ON picking.id = owed.picking_id
      LEFT JOIN sale_order sale ON sale.id = owed.sale_order_id
     WHERE account.active AND owed.state = 'failed'"""

# All that an account holds back is one decision. In a dry run it is as wanted.
HELD = f"""
    SELECT account.id::bigint * {SLOTS} + 3, 'held', account.id,
           account.company_id, account.name, NULL, min(owed.create_date),
           NULL, NULL, NULL
      FROM amazon_submission owed
      JOIN amazon_account account ON account.id = owed.account_id
     WHERE account.active AND owed.state = 'held' AND owed.kind <> 'stock'
       AND account.dry_run IS NOT TRUE
     GROUP BY account.id"""

# The guard of the stock says why; its quantities are one decision, too.
HELD_STOCK = f"""
    SELECT account.id::bigint * {SLOTS} + 9, 'held_stock', account.id,
           account.company_id, account.name, account.stock_guard_message,
           account.last_stock_run, NULL, NULL, NULL
      FROM amazon_account account
     WHERE account.active AND account.stock_guard_message <> ''
       AND account.dry_run IS NOT TRUE"""

# The conditions are those of sale.order._has_amazon_problem.
SALE_ORDERS = f"""
    SELECT sale.id::bigint * {SLOTS} + trouble.slot, trouble.kind,
           sale.amazon_account_id, sale.company_id, sale.name, trouble.message,
           sale.amazon_problem_since, NULL, NULL, sale.id
      FROM sale_order sale
     CROSS JOIN LATERAL (VALUES
           (4, 'cancel_request', NULL, sale.amazon_cancel_requested),
           (5, 'review', sale.amazon_review, sale.amazon_review <> ''),
           (6, 'total', NULL,
            sale.amazon_total_difference <> 0 AND sale.state <> 'cancel'),
           (7, 'fba_stock', sale.amazon_stock_message,
            sale.amazon_stock_message <> '' AND sale.state = 'sale')
           ) AS trouble (slot, kind, message, is_there)
     WHERE sale.amazon_problem_since IS NOT NULL AND trouble.is_there"""


class AmazonProblem(models.Model):
    _inherit = "amazon.problem"

    @property
    def _table_query(self):
        return "\n    UNION ALL\n".join(self._get_sources())

    def _get_sources(self):
        """Extension hook.

        :return list: of SQL; each gives the columns of the first one
        """
        messages = [SUBMISSIONS, HELD, HELD_STOCK]
        return [CONNECTIONS, SILENCES, ORDERS, *messages, SALE_ORDERS]


class AmazonAccount(models.Model):
    _inherit = "amazon.account"

    connection_error_since = fields.Datetime(
        compute="_compute_connection_error_since", store=True, copy=False
    )

    @api.depends("connection_state")
    def _compute_connection_error_since(self):
        now = fields.Datetime.now()
        for account in self:
            account.connection_error_since = (
                (account.connection_error_since or now)
                if account.connection_state == "error"
                else False
            )
