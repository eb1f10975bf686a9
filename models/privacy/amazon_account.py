"""Erasure of buyers, read from the top down: cron -> account -> batch of orders
(feature P2); and what becomes of them when an account closes (feature A8).
"""

import logging
from collections import Counter
from datetime import datetime, timedelta

from psycopg2 import OperationalError

from odoo import _, api, fields, models
from odoo.tools import split_every

from ...tools.personal_words import describe_for_log
from ..account.queue_step import TimeBudget, get_cron_seconds

_logger = logging.getLogger(__name__)
BATCH_SIZE = 50
# Nobody needs the address any more: cancelled before anything left, or all has left
# (or returned), or Amazon says that somebody else has shipped it. Of what Amazon ships
# (FBA) the goods leave Odoo's stock with the date of the order.
DUE_ORDERS = """
    SELECT sale.id
      FROM sale_order AS sale
      LEFT JOIN LATERAL (
           SELECT max(move.date) FILTER (WHERE move.state = 'done') AS left_at,
                  bool_or(move.state NOT IN ('done', 'cancel')) AS is_open
             FROM stock_move AS move
             JOIN sale_order_line AS line ON line.id = move.sale_line_id
            WHERE line.order_id = sale.id) AS goods ON TRUE
     WHERE sale.amazon_account_id = %(account)s
       AND sale.amazon_order_ref IS NOT NULL
       AND sale.amazon_erased_at IS NULL
       AND (sale.state = 'cancel' AND goods.left_at IS NULL
            OR (goods.is_open IS NOT TRUE OR sale.amazon_status = 'SHIPPED'
                                          OR sale.state = 'cancel')
           AND CASE sale.amazon_channel
               WHEN 'fba' THEN coalesce(sale.amazon_deliver_by, sale.date_order)
               ELSE coalesce(goods.left_at, sale.amazon_deliver_by, sale.date_order)
               END < %(until)s)
     ORDER BY sale.id"""


class AmazonAccount(models.Model):
    _inherit = "amazon.account"
    _sql_constraints = [
        (
            "positive_erase_after_days",
            "CHECK(erase_after_days > 0)",
            "Buyers can be erased after one day at the soonest.",
        ),
    ]

    erase_after_days = fields.Integer(
        "Erase buyers after",
        default=30,
        required=True,
        help="So many days after the goods have left (FBA: after the promised "
        "delivery) Odoo erases name, address, phone, mail and gift message of the "
        "buyer. Amazon allows 30 days after the delivery at most; an invoice keeps its "
        "address.",
    )
    erase_all = fields.Boolean(
        "Erase all buyers",
        readonly=True,
        copy=False,
        help="The account is closed: buyers are erased as soon as nothing is to be "
        "delivered to them.",
    )
    erasure_count = fields.Integer(
        "Erased buyers", compute="_compute_erasure_count", compute_sudo=True
    )

    # === COMPUTE METHODS === #

    def _compute_erasure_count(self):
        groups = self.env["amazon.erasure"]._read_group(
            [("account_id", "in", self.ids)], ["account_id"], ["__count"]
        )
        counts = {account.id: count for account, count in groups}
        for account in self:
            account.erasure_count = counts.get(account.id, 0)

    # === CRUD METHODS === #

    @api.model
    def _vals_for_reopening(self, vals):
        """Return that the buyers of an account that is opened again are kept."""
        return {"erase_all": False} if vals.get("active") else {}

    # === ACTION METHODS === #

    def action_archive(self):
        """Archive; of a single account, then offer to erase its buyers.

        :return dict|None: action of the offer
        """
        result = super().action_archive()
        if len(self) == 1 and self._count_buyers():
            return self.action_erase_buyers()
        return result

    def action_erase_buyers(self):
        """Open the question whether all buyers of the account shall be erased."""
        self.ensure_one()
        return {
            "name": _("Erase buyers' data"),
            "type": "ir.actions.act_window",
            "res_model": "amazon.erase.buyers",
            "views": [(False, "form")],  # “Archive” takes the action as it is
            "target": "new",
            "context": {"default_account_id": self.id},
        }

    def action_view_erasures(self):
        """Open the proofs."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "amazon_connector.amazon_erasure_action"
        )
        return {**action, "domain": [("account_id", "=", self.id)]}

    # === BUSINESS METHODS === #

    def _count_buyers(self):
        """Count the buyers who are still to be erased.

        :return int: orders whose buyer is not erased yet
        """
        return (
            self.env["sale.order"]
            .sudo()
            .search_count(
                [
                    ("amazon_account_id", "in", self.ids),
                    ("amazon_order_ref", "!=", False),
                    ("amazon_erased_at", "=", False),
                ]
            )
        )

    @api.model
    def _cron_erase_buyers(self):
        """Erase the buyers of all accounts whose time is over, archived ones, too."""
        budget = TimeBudget(get_cron_seconds())
        for account in self.sudo().with_context(active_test=False).search([]):
            account = account._in_company()
            outcomes = account._erase_due(budget)
            account._erase_invoice_files(budget)
            if outcomes["left"] or outcomes["busy"]:
                self._trigger_erase_cron()
                break

    @api.model
    def _trigger_erase_cron(self):
        self._wake_cron("erase_buyers")

    def _erase_due(self, budget):
        """Erase whom it is time for. Never raises because of an order.

        :param TimeBudget budget: no batch begins after its end
        :return Counter: orders erased and failed; busy: others were at work, left:
            some were not reached
        """
        self.ensure_one()
        outcomes = Counter()
        reason = "account" if self.erase_all else "age"
        for batch in split_every(BATCH_SIZE, self._find_due_buyers()):
            if budget.is_over:
                outcomes["left"] = 1
                break
            orders = self.env["sale.order"].browse(batch)
            outcomes.update(self._erase_batch(orders, reason))
        if outcomes:
            _logger.info("account %s: buyers %s", self.id, dict(outcomes))
        return outcomes

    def _find_due_buyers(self):
        """Find the orders whose term is over: one statement.

        :return list: ids of the orders whose buyer is to be erased
        """
        until = fields.Datetime.now() - timedelta(days=self.erase_after_days)
        if self.erase_all:
            until = datetime.max.replace(microsecond=0)
        self.env.flush_all()
        self.env.cr.execute(DUE_ORDERS, {"account": self.id, "until": until})
        return [order_id for (order_id,) in self.env.cr.fetchall()]

    def _erase_batch(self, orders, reason):
        """Erase a batch; when it fails, find the culprit by halving.

        :return Counter: see _erase_due
        """
        try:
            self._run_step(orders._amazon_erase, reason)
            return Counter(erased=len(orders))
        except OperationalError:  # others were quicker each time: that passes
            self._rollback()
            return Counter(busy=1)
        except Exception as error:
            if len(orders) == 1:
                return self._note_not_erased(orders, error)
        half = len(orders) // 2
        outcomes = self._erase_batch(orders[:half], reason)
        outcomes.update(self._erase_batch(orders[half:], reason))
        return outcomes

    def _note_not_erased(self, order, error):
        """Put an order before a person; it is tried again with each run."""
        words = order._amazon_words(order._amazon_buyers())
        details = describe_for_log(error, words)
        _logger.error("buyer of order %s is not erased\n%s", order.id, details)
        text = _(
            "The buyer's data could not be erased: %s Mend the cause; Odoo tries again "
            "every day.",
            words.redact(self._describe(error)),
        )
        self._run_step(order._amazon_ask_person, text)
        return Counter(failed=1)
