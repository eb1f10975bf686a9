"""Orders once more: those that a person wants, and those that the nightly comparison
misses.

Recover orders, from the top down: wizard -> references, window -> cron. A reference
that a person enters is asked for (getOrder), noted and imported like any other order;
what quota or time do not allow becomes a row that is due, and the cron brings it. A
window of time is read beside the normal sync (searchOrders by date of creation), as far
as the button's time goes, and then by the cron.

Are all orders here (feature D13)? From the top down: cron -> account -> page of the
report. The nightly comparison requests Amazon's report of the orders of the last days
and looks each of them up in Odoo. What is missing or differs is fetched, order by
order, by the normal import. When nothing is found no notice is sent.
"""

import logging
from collections import Counter
from datetime import timedelta

from odoo import _, api, fields, models
from odoo.exceptions import UserError

from ...amazon_api import (
    ConfigError,
    NotFound,
    Permanent,
    ReportedOrder,
    Retryable,
    SpApiError,
)
from ...tools.amazon_time import aware_utc
from ..account.queue_step import TimeBudget
from ..orders import amazon_account as orders_in

FETCH_SECONDS = 8
IMPORT_SECONDS = 12
# Longer than a button works: until then the cron leaves its window alone.
BUTTON_WAIT = {"minutes": 2}
_logger = logging.getLogger(__name__)
WINDOW = timedelta(days=3)
# The report may be so much behind ("Order Reports").
REPORT_DELAY = timedelta(minutes=30)
# So long the overview shows what was found.
SHOWN_FOR = timedelta(days=7)


class AmazonAccount(models.Model):
    _inherit = "amazon.account"

    recovery_ids = fields.One2many("amazon.recovery", "account_id")
    recovery_message = fields.Char(compute="_compute_recovery_message")
    check_orders = fields.Boolean(
        "Check at night that all are here",
        default=True,
        help="Compares the orders of the last three days with Amazon's own report. "
        "What is missing is fetched and reported.",
    )
    order_check_message = fields.Char(
        "Found at night", compute="_compute_order_check_message"
    )

    # === COMPUTE METHODS === #

    def _compute_recovery_message(self):
        for account in self:
            account.recovery_message = " ".join(
                recovery._describe_progress()
                for recovery in account.sudo().recovery_ids
            )

    @api.depends_context("uid", "lang")
    def _compute_order_check_message(self):
        self.order_check_message = False
        if not self.env.user.has_group("amazon_connector.group_amazon_user"):
            return  # not shown to other salespeople
        checks = self.env["amazon.order.check"].search(
            [
                ("account_id", "in", self.ids),
                ("create_date", ">=", fields.Datetime.now() - SHOWN_FOR),
            ],
            order="id",
        )
        for check in {check.account_id: check for check in checks}.values():  # the last
            left = (
                _("Still open: %s.", check.open_count)
                if check.open_count
                else _("There is nothing left to do.")
            )
            check.account_id.order_check_message = f"{check._describe()} {left}"

    # === ACTION METHODS === #

    def action_recover_orders(self):
        """Open the wizard that fetches orders once more."""
        self._check_may_use()
        self._check_linked()
        return {
            "type": "ir.actions.act_window",
            "name": _("Recover Orders"),
            "res_model": "amazon.recover.orders",
            "view_mode": "form",
            "target": "new",
            "context": {"default_account_id": self.id},
        }

    def action_view_order_checks(self):
        """Open what the nightly checks have found."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "amazon_connector.amazon_order_check_action"
        )
        return {**action, "domain": [("account_id", "in", self.ids)]}

    # === BUSINESS METHODS === #

    @api.model
    def _cron_check_orders(self):
        """Ask for the report of each account that wants it; it is read when Amazon has
        made it (see models/catalogue/amazon_account.py)."""
        accounts = self.sudo().search(
            [("is_linked", "=", True), ("check_orders", "=", True)]
        )
        self._for_each_account(
            accounts,
            lambda account: account._run_step(account._ask_for_order_check),
            _logger,
            self._trigger_order_check_cron,
        )

    def _ask_for_order_check(self):
        """Ask for what changed in the last days, up to where the report is complete and
        the orders were read: what is younger is still on its way into Odoo.

        :return: amazon.report; none for an account that is too young for it
        """
        now = fields.Datetime.now()
        until = min(now - REPORT_DELAY, self.last_orders_sync)
        until = until.replace(minute=0, second=0, microsecond=0)  # shared for an hour
        since = max(until - WINDOW, self.create_date.replace(microsecond=0))
        if since >= until:
            return self.env["amazon.report"]
        shops = self.active_marketplace_ids or self.base_marketplace_id
        return self._ask_for_report("orders", shops, since, until)

    def _read_orders_rows(self, report, rows):
        """Look up the orders of a page of the report: one query for all of them.

        :param report: amazon.report
        :param list rows: of ReportedOrder and UnreadableRow
        :return int: orders that are missing or differ
        """
        seen = {row.order_id: row for row in rows if isinstance(row, ReportedOrder)}
        unclear = [
            row.reference
            for row in rows
            if not isinstance(row, ReportedOrder) and row.reference not in (None, *seen)
        ]
        orders = self.env["amazon.order"]
        known = {
            row.amazon_order_ref: row for row in orders._find(self, [*seen, *unclear])
        }
        missing = [ref for ref, order in seen.items() if self._is_owed(order)]
        missing = [ref for ref in (*missing, *unclear) if ref not in known]
        differing = [
            ref for ref in seen if ref in known and known[ref]._is_behind(seen[ref])
        ]
        if not (missing or differing):
            return 0
        orders._note_references(self, [*missing, *differing])
        self._trigger_orders_cron()
        self.env["amazon.order.check"]._note(
            report,
            orders._find(self, missing),
            orders.browse([known[ref].id for ref in differing]),
        )
        return len(missing) + len(differing)

    def _is_owed(self, order):
        """Answer whether an order of the report should be in Odoo.

        :param ReportedOrder order: that is not in Odoo
        :return bool: whether it should be; what Odoo would only set aside need not
        """
        if order.status == "CANCELLED":
            return False
        if (order.sales_channel or "").casefold().startswith("non-amazon"):
            return False
        go_live = aware_utc(self.go_live_date)
        is_old = go_live and order.purchase_time and order.purchase_time < go_live
        return not is_old

    def _end_orders_report(self, report):
        """Post what was found, in one notice.

        :return str: the result in words
        """
        check = self.env["amazon.order.check"].search([("report_id", "=", report.id)])
        if not check:
            return _("All orders that Amazon reports are in Odoo.")
        check.checked_count = report.position
        check._tell()
        return check._describe()

    @api.model
    def _trigger_order_check_cron(self, at=None):
        """Schedule a run of the nightly reconciliation.

        :param datetime at: UTC; None: as soon as possible
        """
        self._wake_cron("check_orders", at)

    # === REFERENCES === #

    def _recover_references(self, refs):
        """Fetch orders by their references and import them.

        :param list refs: Amazon's references, well-formed
        :return dict: reference -> (result, message or False); result as in
            amazon.recover.orders.line; never raises because of Amazon or an order
        """
        rows = self.env["amazon.order"]
        here = rows._find(self, refs).filtered(lambda row: row._is_imported_whole())
        results = dict.fromkeys(here.mapped("amazon_order_ref"), ("here", False))
        orders, outcomes, reason = self._fetch_orders(
            [ref for ref in refs if ref not in results]
        )
        results.update(outcomes)
        if orders:
            due = self._run_step(rows._note_again, self, list(orders.values()))
            counts = due._import(self, orders, TimeBudget(IMPORT_SECONDS))
            self._run_step(due._offer_shipped, orders)
            results.update(due._describe_results())
            if counts["left"] or counts["busy"]:
                self._run_step(self._trigger_orders_cron)
        later = [ref for ref in refs if ref not in results]
        if later:
            self._run_step(rows._note_references, self, later)
            self._run_step(self._trigger_orders_cron)
            results.update(dict.fromkeys(later, ("later", reason)))
        return results

    def _fetch_orders(self, refs):
        """Fetch orders one by one (operation getOrder), as far as quota and time go.

        :return tuple: dict reference -> Order; dict reference -> (result, message) of
            what can not be had; str why the others have to wait
        """
        budget, orders, outcomes = TimeBudget(FETCH_SECONDS), {}, {}
        try:
            with self._get_partner() as partner:
                for ref in refs:
                    if budget.is_over:
                        break
                    try:
                        orders[ref] = partner.get_order(ref)
                    except NotFound:
                        outcomes[ref] = ("unknown", self._explain_unknown_order())
                    except Permanent as error:
                        outcomes[ref] = ("failed", self._explain(error))
        except Retryable as error:
            return orders, outcomes, self._explain(error)
        except SpApiError as error:
            message = self._note_error(error)
            rest = [ref for ref in refs if ref not in {**orders, **outcomes}]
            outcomes.update(dict.fromkeys(rest, ("failed", message)))
        return orders, outcomes, _("Odoo asks Amazon for it in a moment.")

    def _explain_unknown_order(self):
        return _(
            "Amazon does not know this order for this account. Check the reference, or "
            "choose another account."
        )

    # === WINDOW OF TIME === #

    def _recover_window(self, date_from, date_to):
        """Read the orders that were created in a window of time, as far as the time of
        a button goes; the rest follows by the cron.

        :param datetime date_from: naive UTC
        :param datetime date_to: naive UTC, False: until now
        :return tuple: dict reference -> (result, message); bool whether more follows;
            str what stopped the sync, None when nothing did
        :raise UserError: there is no such window
        """
        recovery = self._run_step(self._open_recovery, date_from, date_to)
        rows, results, problem = self.env["amazon.order"], {}, None
        try:
            for refs, missing in recovery._read_on(self, TimeBudget(FETCH_SECONDS)):
                results.update(dict.fromkeys(refs, ("here", False)))
                results.update(rows.browse(missing.ids)._describe_results())
        except Retryable as error:
            problem = self._explain(error)
        except SpApiError as error:
            self._run_step(recovery.unlink)
            return results, False, self._note_error(error)
        if recovery.is_read:
            self._run_step(recovery.unlink)
            return results, False, None
        self._run_step(recovery.write, {"next_try_at": False})
        self._run_step(self._trigger_orders_cron)
        return results, True, problem

    def _open_recovery(self, date_from, date_to):
        """Create the recovery of a window of time.

        :return: amazon.recovery
        """
        newest = self._get_amazon_now() - orders_in.READ_LAG
        date_to = min(date_to or newest, newest)
        if not date_from:
            raise UserError(_("Enter from when on the orders are wanted."))
        if date_from >= date_to:
            raise UserError(
                _("Amazon has nothing of that time: it ends before it begins.")
            )
        marketplaces = self.active_marketplace_ids or self.base_marketplace_id
        return self.env["amazon.recovery"].create(
            {
                "account_id": self.id,
                "date_from": date_from,
                "date_to": date_to,
                "marketplaces": ",".join(sorted(marketplaces.mapped("api_ref"))),
                "next_try_at": fields.Datetime.add(
                    fields.Datetime.now(), **BUTTON_WAIT
                ),
            }
        )

    def _continue_recoveries(self, budget, only_to_ship=False):
        """Go on with recoveries that buttons left. The quota of searchOrders is small
        and the normal sync goes first: what is throttled waits for the next regular
        run.

        :param TimeBudget budget: no page begins after its end
        :param bool only_to_ship: whether to leave windows of time alone
        :return Counter: orders by outcome; left: whether some were not reached
        """
        now, counts = fields.Datetime.now(), Counter()
        due = self.env["amazon.recovery"].search(
            [
                ("account_id", "=", self.id),
                *([("only_to_ship", "=", True)] if only_to_ship else []),
                "|",
                ("next_try_at", "=", False),
                ("next_try_at", "<=", now),
            ]
        )
        for recovery in due:
            before = recovery._count_outcomes()
            try:
                for _page in recovery._read_on(self, budget):
                    continue
            except (Retryable, ConfigError):
                counts["left"] = 1
                return counts
            except SpApiError as error:
                self._run_step(recovery._finish, self._explain(error))
                continue
            counts += recovery._count_outcomes() - before
            if recovery.is_read:
                self._run_step(recovery._finish)
            else:
                counts["left"] = 1
                self._run_step(self._trigger_orders_cron)
        return counts
