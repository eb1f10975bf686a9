"""Are all orders here? Read from the top down: cron -> account -> page of the report.

Every night Amazon is asked for its report of the orders of the last days, and each of
them is looked for in Odoo (feature D13). What is missing is fetched, and what stands
otherwise at Amazon is read once more; both by the reading of orders, one by one. When
nothing is found nobody hears of it.
"""

import logging
from datetime import timedelta

from odoo import _, api, fields, models

from ..amazon_api import ReportedOrder
from .amazon_time import aware_utc, naive_seconds

_logger = logging.getLogger(__name__)

WINDOW = timedelta(days=3)
# The report may be so much behind ("Order Reports").
REPORT_DELAY = timedelta(minutes=30)
# So long the overview tells what was found.
TOLD_FOR = timedelta(days=7)


class AmazonAccount(models.Model):
    _inherit = "amazon.account"

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

    @api.depends_context("uid", "lang")
    def _compute_order_check_message(self):
        self.order_check_message = False
        if not self.env.user.has_group("amazon_connector.group_amazon_user"):
            return  # not shown to other salespeople
        checks = self.env["amazon.order.check"].search(
            [
                ("account_id", "in", self.ids),
                ("create_date", ">=", fields.Datetime.now() - TOLD_FOR),
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
        made it (see amazon_account_reports)."""
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
        """Look for the orders of a page of the report: one query for all of them.

        :param report: amazon.report
        :param list rows: of ReportedOrder and UnreadableRow
        :return int: orders that are missing or stand otherwise
        """
        told = {row.order_id: row for row in rows if isinstance(row, ReportedOrder)}
        unclear = [
            row.reference
            for row in rows
            if not isinstance(row, ReportedOrder) and row.reference not in (None, *told)
        ]
        orders = self.env["amazon.order"]
        known = {
            row.amazon_order_ref: row for row in orders._find(self, [*told, *unclear])
        }
        missing = [ref for ref, order in told.items() if self._is_owed(order)]
        missing = [ref for ref in (*missing, *unclear) if ref not in known]
        differing = [
            ref for ref in told if ref in known and known[ref]._is_behind(told[ref])
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
        """:param ReportedOrder order: that is not in Odoo
        :return bool: whether it should be; what Odoo would only set aside need not"""
        if order.status == "CANCELLED":
            return False
        if (order.sales_channel or "").casefold().startswith("non-amazon"):
            return False
        go_live = aware_utc(self.go_live_date)
        is_old = go_live and order.purchase_time and order.purchase_time < go_live
        return not is_old

    def _end_orders_report(self, report):
        """Tell what was found, in one notice.

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
        """:param datetime at: UTC; None: as soon as possible"""
        self._wake_cron("check_orders", at)


class AmazonOrder(models.Model):
    _inherit = "amazon.order"

    def _is_behind(self, order):
        """:param ReportedOrder order: how it stood when the report was made
        :return bool: whether Odoo missed a change. What waits to be read is read by
            itself, and what was set aside stays aside; words that Odoo does not know
            tell nothing."""
        if self.state in ("new", "ignored") or not order.status:
            return False
        if order.status == self.amazon_status:
            return False
        seen = self.remote_updated_at
        return not seen or naive_seconds(order.last_updated_time) > seen
