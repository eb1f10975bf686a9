"""From a noted row to a sale order: batch -> outcome per row -> sale orders.

The status of an order at Amazon, in the user's language.
"""

import logging
from collections import Counter
from datetime import timedelta

from psycopg2 import OperationalError

from odoo import _, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import split_every

from ...amazon_api import NotFound, Permanent, Retryable, SpApiError, UnreadableOrder
from ...tools.amazon_time import aware_utc, naive_seconds, naive_utc
from ...tools.personal_words import describe_for_log, words_of_order
from ..account.queue_step import TimeBudget

_logger = logging.getLogger(__name__)
# How soon a row is tried again by itself that failed for want of a setting.
RETRY_AFTER = timedelta(hours=1)
BATCH_SIZE = 50
RETRY_SECONDS = 30
# Key space of the advisory locks that make one writer of a company's stock.
STOCK_LOCK = 0x414D5A4E
# How orders are imported, in the context of an import: as usual.
HOW = {"amazon_history": False, "amazon_shipped_without": False}


def _iso(order):
    """Write the moment of an order's last change, to compare it as text.

    :return str: the moment of the last change, to the millisecond; sortable
    """
    if not order.last_updated_time:
        return ""
    return naive_utc(order.last_updated_time).isoformat(timespec="milliseconds") + "Z"


class AmazonOrder(models.Model):
    """The orders that Amazon listed, one row each: inbox and binding in one.

    Holds the reference and never the payload: Amazon keeps the archive, and no
    personal data rests in a queue.
    """

    _name = "amazon.order"
    _description = "Amazon Order"
    _inherit = ["amazon.queue.step", "amazon.own.fields"]
    _order = "remote_updated_at desc, id desc"
    _rec_name = "amazon_order_ref"
    _sql_constraints = [
        (
            "unique_order_ref",
            "UNIQUE(account_id, amazon_order_ref)",
            "Each Amazon order is noted once per account.",
        ),
    ]

    account_id = fields.Many2one(
        "amazon.account", required=True, index=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one(
        related="account_id.company_id", store=True, index=True
    )
    amazon_order_ref = fields.Char(
        "Amazon reference", required=True, index=True, readonly=True
    )
    marketplace_id = fields.Many2one(
        "amazon.marketplace", ondelete="restrict", readonly=True
    )
    amazon_channel = fields.Selection(
        [("fba", "FBA"), ("fbm", "FBM")],
        "Channel",
        readonly=True,
        help="FBA: Amazon ships. FBM: you ship.",
    )
    amazon_status = fields.Char("Amazon's status", readonly=True)
    remote_updated_at = fields.Datetime("Changed at Amazon", readonly=True)
    # The same moment with its milliseconds: two changes may share a second.
    remote_updated_iso = fields.Char(readonly=True)
    # new -[imported]-> done; new -[PENDING at Amazon, or without items]-> waiting;
    # new -[not for Odoo]-> ignored; new -[can not be imported]-> failed;
    # failed -[retry, or a setting was corrected]-> new; waiting -[next try]-> new;
    # ignored -[a person wants it after all]-> new;
    # done, waiting, ignored, failed -[newer change]-> new
    state = fields.Selection(
        [
            ("new", "To import"),
            ("waiting", "Waiting at Amazon"),
            ("done", "Imported"),
            ("ignored", "Not for Odoo"),
            ("failed", "Failed"),
        ],
        default="new",
        required=True,
        index=True,
        readonly=True,
    )
    error_kind = fields.Selection(
        [
            ("retryable", "Passing"),
            ("config", "Settings"),
            ("permanent", "Order"),
            ("internal", "Unexpected"),
        ],
        "Kind of problem",
        readonly=True,
    )
    error_message = fields.Text("Reason", readonly=True)
    next_try_at = fields.Datetime("Next try", readonly=True)
    # What Amazon took off its quantities for the order: SKU -> pieces, 0 when it gave
    # all of them back.
    open_units = fields.Json("Open pieces", readonly=True)
    # Amazon's answers lack what belongs to the order: it is asked for again.
    incomplete_since = fields.Datetime("Incomplete since", readonly=True)
    sale_order_id = fields.Many2one(
        "sale.order", index="btree_not_null", ondelete="set null", readonly=True
    )
    # Written with the sale order, when no other account was found to have the order: of
    # two transactions that do not see each other the database refuses the second one,
    # which begins again and finds the first (see the index in `overview`).
    is_imported_once = fields.Boolean(readonly=True)
    amazon_status_text = fields.Char(
        "Status at Amazon", compute="_compute_amazon_status_text"
    )

    def _import(self, account, orders, budget):
        """Import rows whose orders are at hand, in batches.

        :param account: one amazon.account, in an environment of its company
        :param dict orders: Amazon reference -> Order or UnreadableOrder
        :param TimeBudget budget: no batch begins after its end
        :return Counter: rows by outcome; left: whether some were not reached
        """
        counts = Counter()
        for batch in split_every(BATCH_SIZE, self.ids):
            if budget.is_over:
                counts["left"] = 1
                break
            counts.update(self.browse(batch)._import_batch(account, orders))
        return counts

    def _import_batch(self, account, orders):
        """Import a batch; when it fails unexpectedly, find the culprit by halving.

        :return Counter: rows by outcome
        """
        try:
            return self._run_step(self._import_rows, account, orders)
        except OperationalError:  # others were quicker each time: that passes
            _logger.info("%s order rows lost every race, they stay due", len(self))
            self._rollback()
            return Counter(busy=1)
        except Exception as error:
            if len(self) == 1:
                words = words_of_order(orders[self.amazon_order_ref])
                details = describe_for_log(error, words)
                _logger.error("order row %s can not be imported\n%s", self.id, details)
                message = words.redact(self._describe(error))
                self._run_step(self._set_failed, "internal", message)
                return Counter(failed=1)
        half = len(self) // 2
        counts = self[:half]._import_batch(account, orders)
        counts.update(self[half:]._import_batch(account, orders))
        return counts

    def _import_rows(self, account, orders):
        """Decide on each row and import what can be imported.

        :return Counter: rows by outcome
        """
        if not self._lock_stock(account.company_id):
            return Counter(busy=1)  # they stay due
        # The row says how it is imported, not the call of whoever pressed a button.
        self = self.with_context(**HOW)
        due = self._lock_due()
        elsewhere = due._take_over_predecessors(account)
        importable, counts = due._judge_all(orders)
        others = due.filtered(lambda row: row in elsewhere)
        others._leave_to_others()
        twins = importable & others
        for row in twins:
            row._set_known_elsewhere(elsewhere[row])
        counts["failed"] += len(twins)
        importable -= twins
        pending = (due - others)._settle_holds(account, orders)
        known = importable.filtered("sale_order_id")
        new = importable - known
        torn = known._set_torn_aside(orders)
        known -= torn
        counts["waiting"] += len(torn)
        if known:
            self.env["sale.order"]._amazon_update(
                account,
                {row.sale_order_id: orders[row.amazon_order_ref] for row in known},
            )
            known._write_done()
            counts["updated"] += len(known)
        if new:
            new._set_done(new._import_new(account, orders))
            counts["done"] += len(new)
        pending._hold(account, orders)
        return counts

    def _import_new(self, account, orders):
        """Import rows that have no sale order yet (extension hook).

        What held stock is imported first, and right after it freed its stock: so it
        gets its own units also where others wait for the same goods.

        :return dict: Amazon reference -> sale.order
        """
        history = self.filtered(
            lambda row: row._is_of_history(orders[row.amazon_order_ref])
        )
        shipped = (self - history).filtered(lambda row: row._is_wanted_shipped())
        held = (self - history - shipped).filtered("held_until")
        if held:
            held._drop_holds()
        sale_orders = {
            **held._create_sale_orders(account, orders),
            **(self - history - shipped - held)._create_sale_orders(account, orders),
            **history._create_sale_orders(account, orders, is_history=True),
        }
        for how, rows in shipped.grouped("shipped_without").items():
            importer = rows.with_context(amazon_shipped_without=how)
            sale_orders.update(importer._create_sale_orders(account, orders))
        account._note_recipients(
            [orders[row.amazon_order_ref] for row in self - history - shipped]
        )
        return sale_orders

    def _create_sale_orders(self, account, orders, is_history=False):
        """Create sale orders of the rows; without rows nothing is done.

        :return dict: Amazon reference -> sale.order
        """
        if not self:
            return {}
        mine = [orders[row.amazon_order_ref] for row in self]
        if is_history:
            return self.env["sale.order"]._amazon_import_history(account, mine)
        return self.env["sale.order"]._amazon_import(account, mine)

    def _lock_stock(self, company):
        """Let only one worker at a time write orders of a company.

        Parallel writers on the same products would undo each other's reservations. The
        lock sequence is counted: whoever began before the last writer had ended does
        not see the quants that one created, and would write a second one beside each of
        them. PostgreSQL refuses them the count, and they have to begin again.

        :return bool: whether the lock was got; it ends with the transaction
        :raise SerializationFailure: the view of the database is older than the last
            writer's work; `_run_step` and Odoo's requests begin again then
        """
        self.env.cr.execute(
            "SELECT pg_try_advisory_xact_lock(%s, %s)", [STOCK_LOCK, company.id]
        )
        if not self.env.cr.fetchone()[0]:
            return False
        self.env.cr.execute(
            "INSERT INTO amazon_stock_turn AS mine (company_id, turn) VALUES (%s, 1)"
            " ON CONFLICT (company_id) DO UPDATE SET turn = mine.turn + 1",
            [company.id],
        )
        return True

    def _lock_due(self):
        """Lock the rows for this worker, and skip those that it can not have.

        :return: those rows that still are to import and that nobody else works on
        """
        self.flush_recordset(["state"])
        self.env.cr.execute(
            "SELECT id FROM amazon_order WHERE id IN %s AND state = 'new'"
            " ORDER BY id FOR UPDATE SKIP LOCKED",
            [tuple(self.ids)],
        )
        return self.browse(row_id for (row_id,) in self.env.cr.fetchall())

    @api.depends("amazon_status")
    @api.depends_context("lang")
    def _compute_amazon_status_text(self):
        words = self._get_amazon_status_words()
        for order in self:
            order.amazon_status_text = words.get(
                order.amazon_status, order.amazon_status
            )

    @api.model
    def _get_amazon_status_words(self):
        """Translate Amazon's words for the status of an order.

        :return dict: Amazon's word -> ours; Amazon may have others, which are shown
        as they are
        """
        return {
            "PENDING_AVAILABILITY": _("Pre-order"),
            "PENDING": _("Payment pending"),
            "UNSHIPPED": _("Unshipped"),
            "PARTIALLY_SHIPPED": _("Partly shipped"),
            "SHIPPED": _("Shipped"),
            "CANCELLED": _("Cancelled"),
            "UNFULFILLABLE": _("Can not be shipped"),
        }

    # === ACTION METHODS === #

    def action_retry(self):
        """Try again to import the selected failed orders.

        :return dict: client action, a notification with the counts
        """
        rows = self.filtered(lambda row: row.state == "failed")
        if not rows:
            raise UserError(_("Only failed orders can be tried again."))
        accounts = rows.account_id
        for account in accounts:
            account._check_may_use()
        counts = {"done": 0, "failed": 0}
        for account in accounts.sudo():
            account = account._in_company()
            mine = rows.sudo().filtered(lambda row, a=account: row.account_id == a)
            result = mine.with_env(account.env)._retry(account)
            for key in counts:
                counts[key] += result[key]
        return accounts[0]._notify(
            _("Imported: %(done)s. Failed again: %(failed)s.", **counts),
            "warning" if counts["failed"] else "success",
        )

    def action_view_sale_order(self):
        """Open the sale order."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "sale.order",
            "res_id": self.sale_order_id.id,
            "view_mode": "form",
        }

    # === BUSINESS METHODS - NOTING === #

    @api.model
    def _note(self, account, orders):
        """Note the orders of a page: one search, one create, one write per changed row.

        :param account: one amazon.account
        :param orders: iterable of Order and UnreadableOrder
        :return: the rows that are new or changed; they are due for import
        """
        newest = {}
        for order in orders:  # an order may stand on two pages, or twice on one
            known = newest.get(order.order_id)
            if not known or _iso(order) > _iso(known):
                newest[order.order_id] = order
        rows = self.search_fetch(
            [("account_id", "=", account.id), ("amazon_order_ref", "in", list(newest))],
            ["amazon_order_ref", "remote_updated_iso", "open_units"],
        )
        marketplaces = self.env["amazon.marketplace"]._by_api_ref(
            {order.marketplace_id for order in newest.values() if order.marketplace_id}
        )
        changed, noted = self.browse(), []
        for row in rows:
            order = newest.pop(row.amazon_order_ref)
            if _iso(order) > (row.remote_updated_iso or ""):
                noted.append((order, row.open_units))
                row.write(self._prepare_noted_vals(order, marketplaces))
                changed += row
        created = self.create(
            [
                {
                    "account_id": account.id,
                    "amazon_order_ref": order.order_id,
                    **self._prepare_noted_vals(order, marketplaces),
                }
                for order in newest.values()
            ]
        )
        noted += [(order, None) for order in newest.values()]
        self._restate_given_back(account, noted)
        return changed + created

    @api.model
    def _prepare_noted_vals(self, order, marketplaces):
        """Prepare the values of a row that is due for import.

        :param dict marketplaces: Amazon's identifier -> amazon.marketplace
        """
        vals = {
            "state": "new",
            "error_kind": False,
            "error_message": False,
            "next_try_at": False,
            "marketplace_id": False,
        }
        if order.marketplace_id in marketplaces:
            vals["marketplace_id"] = marketplaces[order.marketplace_id].id
        if order.last_updated_time:
            vals["remote_updated_at"] = naive_seconds(order.last_updated_time)
            vals["remote_updated_iso"] = _iso(order)
        if not isinstance(order, UnreadableOrder):
            vals["amazon_channel"] = "fba" if order.is_fba else "fbm"
            vals["amazon_status"] = order.status
        units = self._count_units(order)
        if units is not None:
            vals["open_units"] = units
        return vals

    @api.model
    def _count_units(self, order):
        """Count how many pieces Amazon takes off what it lists, for one order.

        :param order: Order or UnreadableOrder
        :return dict|None: SKU -> pieces, 0 when all of them are cancelled; None: Amazon
            does not say it
        """
        units, items = Counter(), getattr(order, "items", ())
        if not items and not order.is_cancelled:
            return None
        for item in items if order.is_fbm else ():
            if item.sku:
                units[item.sku] += 0 if order.is_cancelled else item.quantity
        return dict(units)

    @api.model
    def _reopen_corrected(self, account):
        """Import again from time to time what a person, or Amazon, may have corrected.

        These are rows that failed for want of a setting, those for whose items Odoo
        waits, and pending orders whose goods got a product since.
        """
        self.search(
            [
                ("account_id", "=", account.id),
                "|",
                ("state", "=", "waiting"),
                "&",
                ("state", "=", "failed"),
                ("error_kind", "=", "config"),
                ("next_try_at", "<=", fields.Datetime.now()),
            ]
        ).write({"state": "new", "next_try_at": False})
        self._reopen_unmapped(account)

    @api.model
    def _get_due(self, account):
        """Find the rows that are to be imported now.

        :return: rows of the account that wait for their import, the oldest first and
        history last
        """
        return self.search(
            [
                ("account_id", "=", account.id),
                ("state", "=", "new"),
                "|",
                ("next_try_at", "=", False),
                ("next_try_at", "<=", fields.Datetime.now()),
            ],
            order="is_history NULLS FIRST, remote_updated_at, id",
        )

    # === BUSINESS METHODS - OUTCOMES === #

    def _set_done(self, sale_orders):
        """Settle imported rows with two statements, without computing fields of the
        orders.

        :param dict sale_orders: Amazon reference -> sale.order
        """
        self._write_done()
        self.flush_recordset()
        self.env.cr.execute(
            "UPDATE amazon_order SET sale_order_id = made.id, is_imported_once = true"
            " FROM unnest(%s::int[], %s::int[]) AS made(row_id, id)"
            " WHERE amazon_order.id = made.row_id",
            [self.ids, [sale_orders[row.amazon_order_ref].id for row in self]],
        )
        self.invalidate_recordset(["sale_order_id", "is_imported_once"])

    def _write_done(self):
        self.write(
            {
                "state": "done",
                "error_kind": False,
                "error_message": False,
                "next_try_at": False,
                "incomplete_since": False,
            }
        )

    def _set_failed(self, kind, message):
        """Settle rows that can not be imported; those that miss a setting are tried
        again.

        :param str kind: config, permanent or internal
        :param str message: cause and remedy, for a shop manager
        """
        again = fields.Datetime.now() + RETRY_AFTER if kind == "config" else False
        self.write(
            {
                "state": "failed",
                "error_kind": kind,
                "error_message": message,
                "next_try_at": again,
            }
        )

    def _set_aside(self, state, message):
        """Settle rows that are not to be imported, or not yet.

        :param str state: waiting or ignored
        :param str message: why
        """
        self.write(
            {
                "state": state,
                "error_kind": False,
                "error_message": message,
                "next_try_at": False,
                "incomplete_since": False,
            }
        )

    def _postpone(self, message, until):
        """Keep the row due for later, because of a passing error.

        :param datetime until: UTC
        """
        self.write(
            {
                "error_kind": "retryable",
                "error_message": message,
                "next_try_at": until,
            }
        )

    # === DECISIONS === #

    def _judge_all(self, orders):
        """Separate the rows to import from those that wait, fail or are ignored.

        :return tuple: the rows to import; Counter of the others by outcome
        """
        importable, counts = self.browse(), Counter()
        currencies = self._known_currencies()
        for row in self:
            outcome = row._judge(orders[row.amazon_order_ref], currencies)
            if outcome:
                counts[outcome] += 1
            else:
                importable += row
        return importable, counts

    def _judge(self, order, currencies):
        """Decide on a row; write the outcome down unless it is to be imported.

        :param order: Order or UnreadableOrder
        :param set currencies: codes known to Odoo
        :return str|None: the outcome (waiting, ignored, failed), None: to import
        """
        # Relevance before errors: what does not belong into Odoo, or has to wait, is no
        # problem, whatever else is wrong with it.
        if reason := self._reason_to_ignore(order):
            self._set_aside("ignored", reason)
            self._note_shipped_without(order)
            return "ignored"
        if reason := self._reason_to_wait(order):
            self._set_aside("waiting", reason)
            return "waiting"
        if problem := self._find_problem(order, currencies):
            self._set_failed(*problem)
            return "failed"
        if not self.sale_order_id and not order.items:
            return self._await_items()
        return None

    def _find_problem(self, order, currencies):
        """Find what keeps an order out that should come in.

        :return tuple|None: kind and message of what a person has to correct
        """
        if isinstance(order, UnreadableOrder):
            return "permanent", _(
                "Amazon's data of this order can not be read (%(where)s: %(problem)s). "
                "Enter the order by hand, or retry later: Amazon may correct it.",
                where=order.where,
                problem=order.problem,
            )
        if not self.marketplace_id:
            return "config", _(
                "The marketplace %(marketplace)s is not known in Odoo. Add it under "
                "Amazon > Configuration > Marketplaces, then retry.",
                marketplace=order.marketplace_id or _("(none)"),
            )
        if not order.is_fba and not order.is_fbm:
            return "permanent", _(
                "Amazon does not say who ships this order. Look it up in Seller "
                "Central, then retry."
            )
        if self.sale_order_id:
            return None
        # An order without any amount is worth nothing, in whatever currency.
        currency = order.currency or self.marketplace_id.currency_id.name
        if not currency:
            return "config", _(
                "Amazon states no amounts of this order, and %(marketplace)s has no "
                "currency. Enter it under Amazon > Configuration > Marketplaces, then "
                "retry.",
                marketplace=self.marketplace_id.name,
            )
        if currency not in currencies:
            return "config", _(
                "The currency %(currency)s is not known in Odoo. Create it under "
                "Accounting > Configuration > Currencies, then retry.",
                currency=currency,
            )
        return None

    def _known_currencies(self):
        """Read the currencies once for a batch.

        :return set: codes of all currencies, those in use or not
        """
        currencies = self.env["res.currency"].with_context(active_test=False)
        return set(currencies.search([]).mapped("name"))

    def _reason_to_ignore(self, order):
        """Find out why an order does not belong into Odoo.

        :return str|None: in words
        """
        if self.sale_order_id:
            return None
        if order.is_off_amazon:
            return _("Not sold on Amazon: only Amazon's warehouse ships it.")
        if order.is_cancelled:
            return _("Cancelled at Amazon before it came to Odoo.")
        if self._is_of_history(order):
            return self._reason_to_ignore_history(order)
        if order.is_shipped and not order.is_fba and not self._is_wanted_shipped():
            return _("Already shipped when Odoo first saw it: nothing to deliver.")
        go_live = aware_utc(self.account_id.go_live_date)
        if go_live and order.created_time and order.created_time < go_live:
            return _(
                "Ordered before the go-live of the account. If Odoo shall deliver it "
                "after all, set the go-live on the account back and press “Recover "
                "Orders” there."
            )
        return None

    def _reason_to_wait(self, order):
        """Find out why an order can not be imported yet.

        :return str|None: what has to happen at Amazon first; history is over
        """
        if self.sale_order_id or self._is_of_history(order):
            return None
        if order.is_pending:
            return _("The payment is not settled yet. Amazon tells when it is.")
        if order.is_shipped and (order.is_fba or self._is_wanted_shipped()):
            return None
        is_to_ship = order.is_unshipped or order.is_partially_shipped
        if order.is_fba and is_to_ship:
            return _("Amazon ships it; Odoo books it when it is shipped.")
        if not order.is_fba and not order.is_fbm:
            return None  # a problem: nobody knows who ships it
        if not is_to_ship and order.status:
            return _(
                "Its status at Amazon (%s) is not one to deliver on. Amazon tells when "
                "that changes.",
                order.status,
            )
        return None

    # === SINGLE ORDERS === #

    def _fetch_and_import(self, account, budget):
        """Import one row whose page is no longer at hand (operation getOrder).

        :return Counter: the row by outcome
        :raise SpApiError: Amazon can not be asked at the moment
        """
        self.ensure_one()
        try:
            with account._get_partner() as partner:
                order = partner.get_order(self.amazon_order_ref)
        except NotFound:
            self._run_step(
                self._set_failed,
                "permanent",
                _("Amazon does not know this order (any more) for this account."),
            )
            return Counter(failed=1)
        except Permanent as error:
            self._run_step(self._set_failed, "permanent", account._explain(error))
            return Counter(failed=1)
        except Retryable as error:
            wait = timedelta(seconds=error.retry_after or 60)
            self._run_step(
                self._postpone, account._explain(error), fields.Datetime.now() + wait
            )
            raise
        self._run_step(self._note_again, account, [order])
        return self._import(account, {self.amazon_order_ref: order}, budget)

    def _retry(self, account):
        """Try failed rows of one account again.

        :return Counter: rows by outcome
        """
        self._run_step(
            self.write, {"state": "new", "error_message": False, "next_try_at": False}
        )
        counts, budget = Counter(), TimeBudget(RETRY_SECONDS)
        for row in self:
            if budget.is_over:
                break
            try:
                counts.update(row._fetch_and_import(account, budget))
            except SpApiError as error:
                account._note_error(error)
                break
        return counts
