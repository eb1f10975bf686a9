"""Products for SKUs that had none, read from the top down: cron -> account -> order
(feature C5).

When a SKU gets its product, its past orders still have *Amazon Sale*. One query says of
each of their lines whether it can get the product, and if not, why; each order is then
changed in a step of its own. What can not be changed stays as it is and is listed.
"""

import logging
from collections import Counter
from datetime import timedelta

from psycopg2 import OperationalError

from odoo import _, api, fields, models
from odoo.tools import plaintext2html

from ...tools.personal_words import describe_for_log
from ..account.queue_step import (
    BUSY_WAIT,
    REFUSALS,
    TimeBudget,
    get_cron_seconds,
)

_logger = logging.getLogger(__name__)
# New products come in: unknown SKUs are searched for again.
LOOK_AGAIN = timedelta(hours=20)
# More of them would not be read.
MOST_NAMED = 10
# A line is the connector's as long as nobody gave it another product by hand. Outcomes:
# “change”, else the reason for which it stays as it is.
PAST_LINES = """
    SELECT line.id, line.order_id, sale.name,
           CASE WHEN sale.amazon_is_history THEN 'history'
                WHEN sale.locked THEN 'locked'
                WHEN EXISTS (
                     SELECT 1
                       FROM sale_order_line AS other
                       JOIN sale_order_line_invoice_rel AS link
                         ON link.order_line_id = other.id
                       JOIN account_move_line AS item ON item.id = link.invoice_line_id
                      WHERE other.order_id = sale.id
                        AND item.parent_state <> 'cancel') THEN 'invoiced'
                WHEN moved.is_done AND NOT (
                     sale.amazon_channel = 'fba' AND NOT moved.is_picked_up
                     AND line.product_id = %(stand_in)s) THEN 'delivered'
                WHEN moved.is_packed THEN 'packed'
                WHEN line.discount <> 0
                     OR line.product_id = %(stand_in)s
                        AND line.product_uom_qty <> line.amazon_quantity
                     OR abs(line.price_total - line.amazon_amount)
                        > currency.rounding * (1 + abs(line.product_uom_qty))
                     THEN 'by_hand'
                ELSE 'change' END AS outcome
      FROM amazon_offer AS offer
      JOIN sale_order_line AS line ON line.amazon_offer_id = offer.id
      JOIN sale_order AS sale ON sale.id = line.order_id
      JOIN res_currency AS currency ON currency.id = sale.currency_id
 LEFT JOIN LATERAL (
           SELECT bool_or(move.state = 'done') AS is_done,
                  bool_or(move.state <> 'done' AND move.picked) AS is_packed,
                  bool_or(move.picking_id IS NOT NULL) AS is_picked_up
             FROM stock_move AS move
            WHERE move.sale_line_id = line.id AND move.state <> 'cancel') AS moved
        ON true
     WHERE offer.product_id IS NOT NULL AND line.product_id <> offer.product_id
       AND line.amazon_kind = 'product' AND sale.state <> 'cancel'
       AND (line.product_id = %(stand_in)s
            OR line.product_id = line.amazon_product_id)
       AND offer.apply_at IS NOT NULL
"""


class AmazonAccount(models.Model):
    _inherit = "amazon.account"

    match_count = fields.Integer(
        "SKUs to match", compute="_compute_match_count", compute_sudo=True
    )
    matching_progress = fields.Char(
        "Past orders", compute="_compute_matching_progress", compute_sudo=True
    )

    # === COMPUTE METHODS === #

    def _compute_match_count(self):
        counts = dict(
            self.env["amazon.match"]._read_group(
                [("account_id", "in", self.ids), ("is_ignored", "=", False)],
                ["account_id"],
                ["__count"],
            )
        )
        for account in self:
            account.match_count = counts.get(account, 0)

    @api.depends_context("lang")
    def _compute_matching_progress(self):
        waiting = self.env["amazon.offer"]._read_group(
            [("account_id", "in", self.ids), ("apply_at", "!=", False)],
            ["account_id"],
            ["id:recordset"],
        )
        offers = dict(waiting)
        for account in self:
            account.matching_progress = False
            left = account in offers and self._count_past_orders(offers[account].ids)
            if left and left["change"]:
                account.matching_progress = _(
                    "Orders that are still to get their product: %(count)s.",
                    count=left["change"],
                )

    # === ACTION METHODS === #

    def action_view_matches(self):
        """Open the account's SKUs that have no product yet."""
        action = self.env["amazon.match"].action_open()
        return {**action, "domain": [("account_id", "in", self.ids)]}

    # === BUSINESS METHODS === #

    @api.model
    def _cron_match_products(self):
        """Search the products of unknown SKUs, and put those that were found since on
        past orders. Amazon is not called."""
        budget = TimeBudget(get_cron_seconds())
        self._for_each_account(
            self.sudo().search([], order="id"),
            lambda account: account._match_products(budget),
            _logger,
            self._trigger_matching_cron,
            budget,
        )

    def _match_products(self, budget):
        """Find products for unknown SKUs, then change the past orders of matched ones.

        :param TimeBudget budget: no step begins after its end
        """
        self._run_step(self._look_for_products)
        self._apply_matches(budget)

    def _trigger_matching_cron(self, at=None):
        """Schedule the next run of the matching.

        :param datetime at: UTC; None: as soon as possible
        """
        self._wake_cron("match_products", at)

    def _look_for_products(self):
        """Search the catalogue for SKUs that were not searched for lately.

        :return int: SKUs for which a product was searched
        """
        since = fields.Datetime.now() - LOOK_AGAIN
        return self.env["amazon.match.suggestion"]._look(self, since)

    def _apply_matches(self, budget):
        """Put the products of offers on their past orders, order by order.

        :param TimeBudget budget: no order begins after its end
        """
        self.ensure_one()
        due = self.env["amazon.offer"].with_context(active_test=False)
        due = due.search([("account_id", "=", self.id), ("apply_at", "!=", False)])
        if not due:
            return
        seen = {offer.id: offer.apply_at for offer in due}
        counts, failed = Counter(), {}
        for order_id in self._find_past_orders(due.ids, "change"):
            if budget.is_over or counts["busy"]:
                counts["left"] = 1
                break
            self._try_past_order(order_id, counts, failed)
        if counts["left"] or counts["busy"]:
            wait = BUSY_WAIT if counts["busy"] else timedelta()
            self._run_step(self._trigger_matching_cron, fields.Datetime.now() + wait)
            seen = {}
        self._run_step(self._end_matching, seen, counts, failed)
        _logger.info("account %s: past orders %s", self.id, dict(counts))

    def _try_past_order(self, order_id, counts, failed):
        """Change one order; whatever goes wrong with it stops no other.

        :param Counter counts: gets changed or busy
        :param dict failed: gets id of the sale.order -> why, in words
        """
        order = self.env["sale.order"].browse(order_id)
        try:
            counts[self._run_step(order._amazon_take_products, self)] += 1
        except OperationalError:  # others were quicker each time: that passes
            self._rollback()
            counts["busy"] += 1
        except REFUSALS as error:
            failed[order_id] = self._describe(error)
        except Exception as error:
            details = describe_for_log(error)
            _logger.error("order %s does not get its product\n%s", order_id, details)
            failed[order_id] = self._describe(error)

    def _end_matching(self, seen, counts, failed):
        """Report the result. Offers that got another product meanwhile stay due.

        :param dict seen: id of amazon.offer -> its ``apply_at`` when the run began
        """
        offers = self.env["amazon.offer"].browse(seen).exists()
        done = offers.filtered(lambda offer: offer.apply_at == seen[offer.id])
        lines = []
        if counts["changed"]:
            text = _("Past orders that have their product now: %(count)s.")
            lines.append(text % {"count": counts["changed"]})
        if done:
            left = self._count_past_orders(done.ids, names=True)
            left.pop("change", None)
            lines += self._describe_left(left)
        orders = self.env["sale.order"].browse(failed)
        lines += [f"{order.name}: {failed[order.id]}" for order in orders]
        done.write({"apply_at": False})
        if lines:
            self.message_post(body=plaintext2html("\n".join(lines)))

    # === Outcomes === #

    @api.model
    def _judge_past_lines(self, condition, values):
        """Decide for lines that lack the product of their offer whether they can get
        it.

        :param str condition: SQL on offer, line and sale
        :param values: of its one parameter, “values”
        :return list: of (line's id, order's id, order's name, outcome)
        """
        self.env.flush_all()
        self.env.cr.execute(
            f"{PAST_LINES} AND {condition} ORDER BY line.order_id, line.id",
            {
                "stand_in": self.env["sale.order.line"]._amazon_product("product").id,
                "values": values,
            },
        )
        return self.env.cr.fetchall()

    @api.model
    def _find_past_orders(self, offer_ids, wanted):
        """The past orders of some offers that have one outcome.

        :return list: ids of sale.order with lines of that outcome, oldest first
        """
        lines = self._judge_past_lines("offer.id = ANY(%(values)s)", offer_ids)
        return list(
            dict.fromkeys(
                order for _l, order, _n, outcome in lines if outcome == wanted
            )
        )

    @api.model
    def _count_past_orders(self, offer_ids, names=False):
        """Group the past orders of some offers by whether they can get the product.

        :param bool names: whether the orders' names are wanted instead of counts
        :return dict: outcome -> how many orders have lines of it, or their names
        """
        lines = self._judge_past_lines("offer.id = ANY(%(values)s)", offer_ids)
        orders = {}
        for _line, _order, name, outcome in lines:
            orders.setdefault(outcome, {})[name] = True
        if names:
            return {outcome: list(found) for outcome, found in orders.items()}
        return Counter({outcome: len(found) for outcome, found in orders.items()})

    @api.model
    def _describe_left(self, found):
        """Explain which past orders keep *Amazon Sale*.

        :param dict found: outcome -> how many orders, or their names
        :return list: of str, how many orders stay as they are and why
        """
        texts = {
            "delivered": _("Already delivered, left as they are: %(count)s."),
            "invoiced": _("Already invoiced, left as they are: %(count)s."),
            "packed": _("Being packed just now, left as they are: %(count)s."),
            "locked": _("Locked, left as they are: %(count)s."),
            "by_hand": _("Changed by hand, left as they are: %(count)s."),
            "history": _("From before the go-live, left as they are: %(count)s."),
        }
        lines = []
        for outcome, text in texts.items():
            orders = found.get(outcome)
            if not orders:
                continue
            count = orders if isinstance(orders, int) else len(orders)
            names = [] if isinstance(orders, int) else orders[:MOST_NAMED]
            more = ["…"] if names and count > MOST_NAMED else []
            words = [text % {"count": count}, ", ".join(names + more)]
            lines.append(" ".join(filter(None, words)))
        return lines
