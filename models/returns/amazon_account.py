"""Refunds and returns of an account, read from the top down: cron -> account ->
transactions and settlements -> refunds -> credit notes; and reports -> returns ->
receipts and moves.
"""

import logging
import time
from collections import Counter, defaultdict
from datetime import timedelta
from decimal import Decimal
from functools import partial

from odoo import _, api, fields, models

from ...amazon_api import (
    LONGEST_WINDOW,
    ConfigError,
    Refund,
    RefundItem,
    RefundPart,
    SpApiError,
    UnreadableRow,
    part_kind,
    read_fba_returns,
    read_fbm_returns,
    refund_reason,
)
from ...tools.amazon_time import aware_utc
from ..account.queue_step import BUSY_WAIT, TimeBudget
from ..connection.amazon_account import OK

_logger = logging.getLogger(__name__)
BUTTON_SECONDS = 30
# Amazon shows a transaction up to two days after it was posted.
LATE = timedelta(days=2)
# It shows nothing of the last two minutes; and its clock may be another.
HIDDEN = timedelta(minutes=2, seconds=5)
# Amazon's clock and ours.
MARGIN = timedelta(minutes=10)
# Reports of returns are asked for once a day, each time for so long: a request is
# approved days after it was made, and the same report names a return twice.
ASK_AGAIN = timedelta(hours=20)
RETURNS_WINDOW = timedelta(days=30)
# Rows of settlements of one step.
ROWS_PER_STEP = 5000


class AmazonAccount(models.Model):
    _inherit = "amazon.account"

    refund_posting = fields.Selection(
        [("draft", "As drafts"), ("posted", "Posted")],
        "Credit notes of refunds",
        required=True,
        default="draft",
        help="What Amazon paid back to a buyer becomes a credit note of the order's "
        "invoice, with exactly Amazon's amounts.",
    )
    unsellable_location_id = fields.Many2one(
        "stock.location",
        "Unsellable at Amazon",
        check_company=True,
        copy=False,
        ondelete="restrict",
        domain="[('usage', '=', 'internal')]",
        help="Where returned goods lie that Amazon can not sell any more. Empty: made "
        "below the Amazon location with the first of them.",
    )
    return_ids = fields.One2many("amazon.return", "account_id", readonly=True)
    returns_asked_at = fields.Datetime("Returns asked for", readonly=True, copy=False)
    transactions_read_until = fields.Datetime(
        "Transactions read until", readonly=True, copy=False
    )
    returns_seen_at = fields.Datetime("Refunds seen", readonly=True, copy=False)

    # === ACTION METHODS === #

    def action_sync_returns(self):
        """Read what went back to buyers, and book it.

        :return dict: client action, a notification with the counts
        """
        self._check_may_use()
        self._check_linked()
        account = self.sudo()._in_company()
        account.returns_asked_at = False
        counts = account._sync_returns(TimeBudget(BUTTON_SECONDS))
        if counts["errors"]:
            return self._notify(account._describe_settlement_error(), "danger")
        return self._notify(
            _(
                "Refunds booked: %(booked)s, waiting for an invoice: %(waiting)s, "
                "waiting for you: %(person)s.",
                booked=counts["booked"],
                waiting=counts["waiting"],
                person=counts["person"],
            ),
            "warning" if counts["person"] else "success",
        )

    def action_view_refunds(self):
        """Open the refunds of the account."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "amazon_connector.amazon_refund_action"
        )
        return {**action, "domain": [("account_id", "in", self.ids)]}

    def action_view_returns(self):
        """Open the returns of the account."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "amazon_connector.amazon_return_action"
        )
        return {**action, "domain": [("account_id", "in", self.ids)]}

    # === BUSINESS METHODS - CRON === #

    @api.model
    def _cron_sync_returns(self):
        """Read and book the refunds of all accounts."""
        self._run_by_turns(
            "returns_seen_at",
            lambda account, budget: account._sync_returns(budget),
            _logger,
            partial(self._wake_cron, "sync_returns"),
        )

    def _sync_returns(self, budget):
        """Do what is due about refunds of one account; if it is not linked, what its
        uploaded settlements say.

        :param TimeBudget budget:
        :return Counter: refunds that are booked, waiting, for a person; errors: whether
            Amazon could not be asked
        """
        counts = Counter()
        if self.is_linked:
            # What an archived account has booked must be known here before.
            self._run_step(self._take_over_all_orders)
            self._read_transactions(budget, counts)
            self._run_step(self._ask_for_returns)
            self._run_step(self._ask_for_invoice_data)
            self._run_step(self.env["sale.order"]._amazon_note_invoice_due, self)
        self._note_settled_refunds(budget)
        self._book_refunds(budget, counts)
        self._book_returns(budget)
        self._run_step(self.env["amazon.return"]._note_without_goods, self)
        _logger.info("account %s: refunds %s", self.id, dict(counts))
        return counts

    # === What Amazon says === #

    def _read_transactions(self, budget, counts):
        """Read refunds from operation listTransactions; each page is noted in a step of
        its own, and again at the next run when this one breaks off."""
        now = self._get_amazon_now()
        until = now - HIDDEN
        since = self.finance_from - MARGIN
        if self.transactions_read_until:
            # what a clock that was ahead has noted was not read by then
            since = max(since, min(self.transactions_read_until, now) - LATE)
        if since >= until:
            return
        until = min(until, since + LONGEST_WINDOW - MARGIN)
        asked = aware_utc(since), aware_utc(until)
        try:
            with self._get_partner() as partner:
                for page in partner.list_refunds(*asked, wait=time.sleep):
                    self._run_step(self._note_transactions, page)
                    if budget.is_over and page.next_token:
                        self._wake_cron("sync_returns")
                        return
        except ConfigError as error:
            counts["errors"] = 1
            self._note_settlement_error(error)
        except SpApiError as error:
            counts["errors"] = 1
            self._note_error(error)
        else:
            self._run_step(self._end_transactions, until)
            if until < now - LATE:  # a long time is read piece by piece
                self._wake_cron("sync_returns")

    def _note_transactions(self, page):
        self.env["amazon.refund"]._note(self, "in_finances", page.refunds)
        self.env["amazon.invoice.data"]._note_parcels(self, page.parcels)
        if page.unreadable:
            _logger.warning(
                "account %s: %s refunds can not be read", self.id, page.unreadable
            )

    def _end_transactions(self, until):
        self.write(
            {
                "transactions_read_until": until,
                "returns_seen_at": fields.Datetime.now(),
            }
        )
        self._store_findings({"finance": OK})

    def _note_settled_refunds(self, budget):
        """Read refunds from settlements: most are known from the transactions."""
        while not budget.is_over:
            if not self._run_step(self._note_settled_rows):
                return

    def _note_settled_rows(self):
        """Take over the refunds of some rows of one settlement.

        :return bool: whether there may be more
        """
        rows = self.env["amazon.settlement.line"].search(
            self._get_refund_rows_domain(), order="settlement_id, id", limit=1
        )
        if not rows:
            return False
        settlement = rows.settlement_id
        rows = rows.search(
            [
                *self._get_refund_rows_domain(),
                ("settlement_id", "=", settlement.id),
            ],
            order="id",
            limit=ROWS_PER_STEP,
        )
        groups = self._group_settled_rows(rows)
        refunds = [self._refund_of_rows(group) for group in groups]
        pairs = zip(refunds, groups, strict=True)
        asked = [(refund, group) for refund, group in pairs if refund]
        found = self.env["amazon.refund"]._note(
            self, "in_settlement", [refund for refund, _group in asked]
        )
        for refund, (_refund, group) in zip(found, asked, strict=True):
            group.refund_id = refund
        rows.refund_seen = True
        return True

    def _get_refund_rows_domain(self):
        return [
            ("settlement_id.account_id", "=", self.id),
            ("settlement_id.state", "in", ("draft", "posted")),
            ("settlement_id.end_at", ">=", self.finance_from),
            ("refund_seen", "=", False),
            "|",
            "|",
            ("transaction_type", "ilike", "refund"),
            ("transaction_type", "ilike", "chargeback"),
            ("transaction_type", "ilike", "guarantee"),
        ]

    def _group_settled_rows(self, rows):
        """Group rows by refund; without its number two equal rows belong to two
        refunds.

        :return list: of amazon.settlement.line
        """
        groups, seen = {}, Counter()
        for row in rows:
            key = (row.amazon_order_ref, row.transaction_type, row.adjustment_ref)
            if not row.adjustment_ref:
                same = (*key, row.item_ref, row.sku, row.amount_type)
                same += (row.amount_description,)
                key = (*key, row.item_ref or row.sku, seen[same])
                seen[same] += 1
            groups[key] = groups.get(key, rows.browse()) | row
        return list(groups.values())

    def _refund_of_rows(self, rows):
        """Rebuild a refund from the rows that a settlement has of it.

        :return Refund|None: None: nothing of it is the buyer's
        """
        first = rows[0]
        reason = refund_reason(first.transaction_type)
        items = defaultdict(lambda: defaultdict(Decimal))
        for row in rows:
            group = [row.amount_type or ""]
            kind, is_tax = part_kind(row.amount_description or "", group)
            if kind != "fee":
                amount = -Decimal(str(row.amount))
                items[row.item_ref, row.sku][kind, is_tax] += amount
        if not reason or not any(
            kind != "withheld" for parts in items.values() for kind, _tax in parts
        ):
            return None
        posted_at = first.posted_at or first.settlement_id.end_at
        return Refund(
            transaction=None,
            refund_ref=first.adjustment_ref or None,
            order_ref=first.amazon_order_ref or None,
            reason=reason,
            currency=first.currency_id.name,
            posted_at=aware_utc(posted_at),
            items=tuple(
                RefundItem(
                    None,
                    sku or None,
                    item_ref or None,
                    0,
                    tuple(
                        RefundPart(kind, amount, is_tax)
                        for (kind, is_tax), amount in parts.items()
                    ),
                )
                for (item_ref, sku), parts in items.items()
            ),
        )

    # === Credit notes === #

    def _book_refunds(self, budget, counts):
        for refund in self.env["amazon.refund"]._find_due(self):
            if budget.is_over:
                self._wake_cron("sync_returns")
                return
            _done, problem = self._try_step(_logger, refund._book)
            if problem:
                self._run_step(refund._hold, "not_booked", problem)
            is_booked = refund.state in ("draft", "posted")
            counts["booked" if is_booked else refund.state] += 1

    # === Goods === #

    def _ask_for_returns(self):
        """Request the reports of returned goods, for the channels that are sold in."""
        now = fields.Datetime.now()
        if self.returns_asked_at and self.returns_asked_at > now - ASK_AGAIN:
            return
        self.returns_asked_at = now
        orders = self.env["sale.order"]
        midnight = (now - RETURNS_WINDOW).replace(hour=0, minute=0, second=0)
        since = max(self.finance_from - MARGIN, midnight)
        for channel in ("fbm", "fba"):
            domain = [
                ("amazon_account_id", "=", self.id),
                ("amazon_channel", "=", channel),
            ]
            if since < now and orders.search_count(domain, limit=1):
                self._ask_for_report(
                    f"{channel}_returns", self.active_marketplace_ids, since
                )

    def _read_returns_report(self, report, content):
        """Take over a report as a whole, and close it; see _read_at_once.

        :param report: amazon.report
        :param ReportContent content:
        """
        is_fba = report.report_type == "fba_returns"
        rows = (read_fba_returns if is_fba else read_fbm_returns)(content)
        items = [row for row in rows if not isinstance(row, UnreadableRow)]
        found = self.env["amazon.return"]._note(self, "fba" if is_fba else "fbm", items)
        report._close(
            "done",
            summary=_(
                "New returns: %(new)s. Rows that could not be read: %(unreadable)s.",
                new=len(found),
                unreadable=len(rows) - len(items),
            ),
            position=content.row_count,
        )
        self._wake_cron("sync_returns")

    def _book_returns(self, budget):
        for row in self.env["amazon.return"]._find_due(self):
            if budget.is_over:
                self._wake_cron("sync_returns")
                return
            is_free, problem = self._try_step(_logger, row._book)
            if not (is_free or problem):  # orders are coming in
                self._wake_cron("sync_returns", fields.Datetime.now() + BUSY_WAIT)
                return

    def _get_unsellable_location(self, location):
        """Where returned goods lie that Amazon does not sell again.

        :param location: stock.location where Amazon sells from
        :return: stock.location below it, found or created: what can not be sold is
            still at Amazon, and is compared with what Amazon says of it
        """
        if not self.unsellable_location_id:
            self.unsellable_location_id = (
                self.env["stock.location"]
                .sudo()
                .create(
                    {
                        "name": _("Amazon Unsellable"),
                        "usage": "internal",
                        "location_id": location.id,
                        "company_id": self.company_id.id,
                    }
                )
            )
        return self.unsellable_location_id
