"""Noted orders that are missing, doubled, or not whole.

* Orders that were placed and shipped while Odoo was away (feature D20): after an
  outage, a restored backup or an emergency in Seller Central, Amazon shows orders that
  are shipped when Odoo first sees them. Nothing is to be delivered any more, but the
  sale is missing in the ledger and the goods are still in the stock. All of an account
  are one problem, and a person decides. Nothing is reported to Amazon.
* One order number belongs to one account of the whole database (A13): two accounts that
  read the same seller would import each order twice. What another account has is put
  before a person; where that account is archived and the seller is linked anew, its
  orders are taken over.
* Answers of Amazon that are not whole (D18): an order without items is not imported
  empty, and an order that is known is not emptied by an answer that lacks what it had
  before. Amazon is asked again, in the end a person.
"""

from datetime import timedelta

from odoo import _, fields, models
from odoo.exceptions import UserError

from ...amazon_api import SpApiError
from ...tools.amazon_time import aware_utc
from ..account.queue_step import TimeBudget
from ..orders.amazon_order import RETRY_AFTER

IMPORT_SECONDS = 12
# So long Amazon may answer incompletely before a person is called.
INCOMPLETE_FOR = timedelta(hours=6)


class AmazonOrder(models.Model):
    _inherit = "amazon.order"

    # empty -[first seen as shipped]-> open;
    # open -[a person decides]-> stock, none, out
    shipped_without = fields.Selection(
        [
            ("open", "To decide"),
            ("stock", "Import with stock"),
            ("none", "Import without stock"),
            ("out", "Left out"),
        ],
        "Shipped without Odoo",
        readonly=True,
        index="btree_not_null",
        help="The goods had left when Odoo first saw the order.",
    )

    def _find_elsewhere(self):
        """Find out which of these orders other accounts have: one statement. Of two
        accounts that noted an order and did not import it, the first one has it; an
        archived one never will.

        :return dict: row -> (amazon.account, bool whether it imported the order)
        """
        rows = self.filtered(lambda row: not row.sale_order_id)
        if not rows:
            return {}
        self.env["amazon.account"].flush_model(["active"])
        self.env["amazon.order"].flush_model(["amazon_order_ref", "sale_order_id"])
        self.env["sale.order"].flush_model(["amazon_order_ref", "amazon_account_id"])
        self.env.cr.execute(
            """
            SELECT mine.id, other.account_id, other.sale_order_id IS NOT NULL
              FROM amazon_order mine
              JOIN amazon_order other
                ON other.amazon_order_ref = mine.amazon_order_ref
               AND other.account_id <> mine.account_id
              JOIN amazon_account account ON account.id = other.account_id
             WHERE mine.id IN %(ids)s
               AND (
                   other.sale_order_id IS NOT NULL
                   OR account.active AND other.id < mine.id)
             UNION
            SELECT mine.id, sale.amazon_account_id, true
              FROM amazon_order mine
              JOIN sale_order sale ON sale.amazon_order_ref = mine.amazon_order_ref
               AND sale.amazon_account_id <> mine.account_id
             WHERE mine.id IN %(ids)s
             ORDER BY 3, 2""",
            {"ids": tuple(rows.ids)},
        )
        return {
            self.browse(row_id): (self.env["amazon.account"].browse(account_id), known)
            for row_id, account_id, known in self.env.cr.fetchall()
        }

    def _take_over_predecessors(self, account):
        """Move orders from archived accounts of the same seller to this account.

        :param account: one amazon.account, in an environment of its company
        :return dict: row -> amazon.account that is another one and has it
        """
        elsewhere = self._find_elsewhere()
        others = {
            row: (other.sudo(), known) for row, (other, known) in elsewhere.items()
        }
        predecessors = account.sudo().union(
            *(o for o, known in others.values() if known and account._succeeds(o))
        )
        for predecessor in predecessors - account:
            account._take_over_orders(predecessor)
        return {
            row: other
            for row, (other, _known) in others.items()
            if not account._succeeds(other)
        }

    def _leave_to_others(self):
        """Keep nothing aside for orders that another account has, and ask nothing about
        their shipment: all of that is the other account's."""
        if held := self.filtered("held_until"):
            held._release()
        self.filtered(lambda row: row.shipped_without == "open").shipped_without = False

    def _set_known_elsewhere(self, other):
        """Put an order that another account has before a person.

        :param other: amazon.account with sudo, of whatever company
        """
        words = {"account": other.name, "company": other.company_id.name}
        if other.active:
            message = _(
                "The account “%(account)s” of %(company)s has this order already: two "
                "accounts read the same seller. It is not imported a second time. "
                "Archive one of the two accounts.",
                **words,
            )
        else:
            message = _(
                "The archived account “%(account)s” of %(company)s has this order "
                "already, so it is not imported a second time. Deliver it there, and "
                "confirm the shipment in Seller Central: an archived account reports "
                "nothing to Amazon.",
                **words,
            )
        self._set_failed("config", message)

    def _await_items(self):
        """Wait for the items of an order that Amazon lists without any; in time a
        person is called, for nobody ships an order without items.

        :return str: the outcome
        """
        since, is_for_long = self._since_when_incomplete()
        if is_for_long:
            self._set_failed(
                "config",
                _(
                    "Amazon still lists no items of this order. Look it up in Seller "
                    "Central: ship it there if it has to leave today. Odoo goes on "
                    "asking every hour."
                ),
            )
            return "failed"
        self._set_aside(
            "waiting",
            _(
                "Amazon lists no items of this order yet. Odoo asks again every hour "
                "and imports it when it is complete."
            ),
        )
        self.write(
            {
                "incomplete_since": since,
                "next_try_at": fields.Datetime.now() + RETRY_AFTER,
            }
        )
        return "waiting"

    def _set_torn_aside(self, orders):
        """Postpone orders of which an answer lacks what it had before.

        It is not complete: nothing of it is applied, and Amazon is asked again. When it
        stays like that, a person is asked.

        :param dict orders: Amazon reference -> Order
        :return: the rows that are done with for now
        """
        torn = self.browse()
        for row in self:
            gone = row.sale_order_id._amazon_find_gone(orders[row.amazon_order_ref])
            if not gone:
                continue
            torn += row
            row.incomplete_since, is_for_long = row._since_when_incomplete()
            if is_for_long:
                row.sale_order_id._amazon_ask_about_gone(gone)
                row.write({"state": "done", "error_kind": False, "next_try_at": False})
                continue
            row._postpone(
                _(
                    "Amazon's answer lacks what belongs to this order (%s). Nothing is "
                    "changed; Odoo asks again in an hour.",
                    ", ".join(gone),
                ),
                fields.Datetime.now() + RETRY_AFTER,
            )
        return torn

    def _since_when_incomplete(self):
        """Measure for how long Amazon's answers have been incomplete.

        :return tuple: datetime since when Amazon's answers lack something; whether
        that is so for hours already
        """
        now = fields.Datetime.now()
        since = self.incomplete_since or now
        return since, since <= now - INCOMPLETE_FOR

    # === ACTION METHODS === #

    def action_import_with_stock(self):
        """Import the orders, and book their goods out of the stock.

        :return dict: client action, a notification with the counts
        """
        return self._import_shipped("stock")

    def action_import_without_stock(self):
        """Import the orders; the stock was corrected already.

        :return dict: client action, a notification with the counts
        """
        return self._import_shipped("none")

    def action_leave_out(self):
        """Leave the orders out of Odoo, and out of the problems."""
        self._check_undecided()
        self.sudo().write({"shipped_without": "out"})

    # === BUSINESS METHODS === #

    def _check_undecided(self):
        """Refuse a decision on orders that do not wait for one.

        :raise UserError: some of these orders do not wait for a decision
        """
        for account in self.account_id:
            account._check_may_use()
        if not self or any(row.shipped_without != "open" for row in self):
            raise UserError(
                _("Choose orders that were shipped without Odoo and wait for you.")
            )

    def _import_shipped(self, how):
        """Ask Amazon for the orders and import them as far as the time of a button
        goes; the rest follows by the scheduled action.

        :param str how: stock or none
        :return dict: client action
        """
        self._check_undecided()
        counts = {"done": 0, "failed": 0}
        accounts = self.account_id
        for account in accounts:
            account = account.sudo()._in_company()
            account._check_linked()
            rows = self.with_env(account.env).filtered(
                lambda row, mine=account: row.account_id == mine
            )
            rows._run_step(rows._decide_shipped, how)
            for outcome, count in rows._fetch_shipped(account).items():
                counts[outcome] = counts.get(outcome, 0) + count
        text = _(
            "Imported: %(done)s. Failed: %(failed)s.",
            done=counts["done"],
            failed=counts["failed"],
        )
        if sum(counts.values()) < len(self):
            text = f"{text} {_('The rest follows by itself.')}"
        kind = "warning" if counts["failed"] else "success"
        return accounts[0]._notify(text, kind)

    def _decide_shipped(self, how):
        self.write(
            {
                "shipped_without": how,
                "state": "new",
                "error_message": False,
                "next_try_at": False,
            }
        )
        self.account_id._trigger_orders_cron()

    def _fetch_shipped(self, account):
        """Fetch and import the orders, as far as time and quota go.

        :return dict: counts of the rows by outcome; those that have to wait for
        Amazon are not counted
        """
        counts, budget = {}, TimeBudget(IMPORT_SECONDS)
        for row in self:
            if budget.is_over:
                break
            try:
                outcomes = row._fetch_and_import(account, budget)
            except SpApiError as error:
                account._note_error(error)
                break
            for outcome in ("done", "failed"):
                counts[outcome] = counts.get(outcome, 0) + outcomes[outcome]
        return counts

    def _is_shipped_without(self, order):
        """Answer whether an order was shipped without Odoo.

        :param order: Order or UnreadableOrder
        :return bool: whether it belongs to the time of Odoo, and was shipped elsewhere
        before Odoo saw it
        """
        if not (order.is_fbm and order.is_shipped) or order.is_off_amazon:
            return False
        account = self.account_id
        begin = account.go_live_date or account.orders_begin_at or account.create_date
        return bool(order.created_time and order.created_time >= aware_utc(begin))

    def _is_wanted_shipped(self):
        """Answer whether a person chose to import the shipped order.

        :return bool: whether a person wants it although it is shipped already
        """
        return self.shipped_without in ("stock", "none")

    def _note_shipped_without(self, order):
        """Put an order that is ignored before a person, once.

        :param order: Order or UnreadableOrder
        """
        if not self.shipped_without and self._is_shipped_without(order):
            self.shipped_without = "open"
        elif self.shipped_without == "open" and not order.is_shipped:
            self.shipped_without = False

    def _offer_shipped(self, orders):
        """Let a person decide on shipped orders that they asked for.

        Whatever is shipped can be imported, also from before the time of Odoo.

        :param dict orders: Amazon reference -> Order or UnreadableOrder
        """
        self.filtered(
            lambda row: (
                row.state == "ignored"
                and row.shipped_without in (False, "out")
                and orders[row.amazon_order_ref].is_fbm
                and orders[row.amazon_order_ref].is_shipped
                and not orders[row.amazon_order_ref].is_off_amazon
            )
        ).shipped_without = "open"
