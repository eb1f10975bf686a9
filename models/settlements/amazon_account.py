"""Settlements of an account, read from the top down: cron -> account -> reports that
Amazon has made -> settlements -> entries.

Amazon makes a report for each settlement by itself (it can not be asked for): they are
listed, downloaded by the shared queue of reports, taken over each as a whole, and
booked one by one, the oldest first.
"""

import logging
from collections import Counter
from datetime import timedelta
from functools import partial

from odoo import _, api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...amazon_api import SETTLEMENT_REPORT, ConfigError, SpApiError
from ...tools.amazon_time import aware_utc, naive_seconds
from ..account.queue_step import TimeBudget
from ..connection.amazon_account import OK

_logger = logging.getLogger(__name__)

# Amazon keeps reports for 90 days.
KEPT = timedelta(days=90)
# Invoices of one step.
INVOICES_PER_STEP = 50
BUTTON_SECONDS = 30
# How long the bank statement is searched for a payout.
BANK_WAIT = timedelta(days=45)
# Items of orders whose cost is noted in one run.
COSTS_PER_STEP = 2000


class AmazonAccount(models.Model):
    _inherit = "amazon.account"

    finance_from = fields.Datetime(
        "Payments from",
        default=fields.Datetime.now,
        required=True,
        copy=False,
        help="Settlements that ended before, refunds and returns of before are not "
        "read from Amazon. A file can be uploaded for any time.",
    )
    invoice_workflow = fields.Selection(
        [
            ("none", "Made by a person"),
            ("draft", "Draft at shipment"),
            ("posted", "Posted at shipment"),
        ],
        "Invoices of orders",
        required=True,
        default="none",
        help="At shipment Odoo makes an invoice for each order that came in, dated by "
        "the shipment. No mail leaves for the buyer.",
    )
    # Of orders that were taken over from an archived account of the same seller.
    invoices_since = fields.Datetime("Invoices since", readonly=True, copy=False)
    invoice_waiting_count = fields.Integer(
        "Orders to invoice",
        compute="_compute_invoice_waiting_count",
        compute_sudo=True,
        help="Delivered orders without an invoice: what the choice above would invoice "
        "next.",
    )
    settlement_booking = fields.Selection(
        [
            ("invoices", "Against the invoices of the orders"),
            ("income", "To income by marketplace and tax, where there is no invoice"),
        ],
        "Sales of settlements",
        required=True,
        default="invoices",
        help="Against invoices: a sale whose invoice is missing waits as a payment of "
        "its customer until the invoice is posted. To income: a sale without an "
        "invoice is income at once, and can not be invoiced any more.",
    )
    settlement_posting = fields.Selection(
        [
            ("ask", "Ask me before"),
            ("draft", "As drafts"),
            ("posted", "Posted"),
        ],
        "Entries of settlements",
        required=True,
        default="draft",
    )
    settlement_journal_id = fields.Many2one(
        "account.journal",
        "Journal of settlements",
        check_company=True,
        copy=False,
        ondelete="restrict",
        domain="[('type', '=', 'general')]",
        help="Of settlements in the currency of this journal; other currencies have "
        "journals of their own. Empty: made with the first settlement.",
    )
    settlement_split_month = fields.Boolean(
        "Split by month",
        help="What was earned in an earlier month than that of the deposit is booked "
        "at the end of its month.",
    )
    settlement_tolerance = fields.Float(
        "Tolerance",
        digits=(16, 2),
        default=0.05,
        help="A sale that differs by no more from its invoice is reconciled with it; "
        "the difference goes to an account of its own. In the currency of the sale.",
    )
    settlement_fee_tax = fields.Selection(
        [
            ("none", "No tax"),
            ("reverse", "Reverse charge"),
            ("local", "VAT of Amazon's invoice"),
        ],
        "Tax on fees",
        required=True,
        default="none",
        help="How fees are taxed, unless the map of the settlements says otherwise.",
    )
    settlement_fee_tax_id = fields.Many2one(
        "account.tax",
        "Tax of fees",
        check_company=True,
        ondelete="restrict",
        domain="[('type_tax_use', '=', 'purchase')]",
        help="Fees contain it. A tax of the reverse charge adds nothing to them.",
    )
    settlement_ids = fields.One2many("amazon.settlement", "account_id", readonly=True)
    settlement_count = fields.Integer(
        "Settlements", compute="_compute_settlement_count", compute_sudo=True
    )
    unsettled_amount = fields.Float(
        "Not settled yet",
        digits=(16, 2),
        compute="_compute_unsettled_amount",
        compute_sudo=True,
        help="Sold and invoiced, and not in a settlement yet, in the currency of the "
        "company.",
    )
    settlements_seen_at = fields.Datetime("Settlements seen", readonly=True, copy=False)

    # === COMPUTE METHODS === #

    def _compute_settlement_count(self):
        counts = dict(
            self.env["amazon.settlement"]._read_group(
                [("account_id", "in", self.ids)], ["account_id"], ["__count"]
            )
        )
        for account in self:
            account.settlement_count = counts.get(account, 0)

    def _compute_unsettled_amount(self):
        for account in self:
            items = account._find_unsettled_items()
            account.unsettled_amount = sum(items.mapped("amount_residual"))

    def _compute_invoice_waiting_count(self):
        orders = self.env["sale.order"]
        for account in self:
            account.invoice_waiting_count = (
                orders.search_count(orders._get_amazon_to_invoice_domain(account))
                if account.create_date
                else 0
            )

    # === CONSTRAINTS === #

    @api.constrains("settlement_fee_tax", "settlement_fee_tax_id")
    def _check_fee_tax(self):
        for account in self:
            if account.settlement_fee_tax != "none" and not (
                account.settlement_fee_tax_id
            ):
                raise ValidationError(_("Choose the tax of the fees."))

    # === ACTION METHODS === #

    def action_sync_settlements(self):
        """Read the settlements that Amazon has made, and book them.

        :return dict: client action, a notification with the counts
        """
        self._check_may_use()
        self._check_linked()
        account = self.sudo()._in_company()
        counts = account._sync_settlements(TimeBudget(BUTTON_SECONDS))
        if counts["error"]:
            return self._notify(account._describe_settlement_error(), "danger")
        return self._notify(
            _(
                "Settlements read: %(read)s, booked: %(booked)s, waiting for you: "
                "%(held)s.",
                read=counts["done"],
                booked=counts["booked"],
                held=counts["held"],
            ),
            "warning" if counts["held"] else "success",
        )

    def action_view_settlements(self):
        """Open the settlements of the account."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "amazon_connector.amazon_settlement_action"
        )
        return {**action, "domain": [("account_id", "in", self.ids)]}

    def action_import_settlement(self):
        """Open the upload of a file."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "amazon_connector.amazon_import_settlement_action"
        )
        return {**action, "context": {"default_account_id": self.id}}

    def action_view_unsettled(self):
        """Open the invoices that no settlement has paid yet: they explain the
        receivable."""
        self.ensure_one()
        items = self.sudo()._find_unsettled_items()
        return {
            "type": "ir.actions.act_window",
            "name": _("Invoiced, Not Settled"),
            "res_model": "account.move",
            "views": [
                (self.env.ref("account.view_out_invoice_tree").id, "tree"),
                (False, "form"),
            ],
            "domain": [("id", "in", items.move_id.ids)],
            "context": {"create": False},
        }

    # === BUSINESS METHODS - CRON === #

    @api.model
    def _cron_sync_settlements(self):
        """Read and book the settlements of all accounts, and make the invoices of
        delivered orders before."""
        self._run_by_turns(
            "settlements_seen_at",
            lambda account, budget: account._work_on_settlements(budget),
            _logger,
            partial(self._wake_cron, "sync_settlements"),
        )

    def _work_on_settlements(self, budget):
        """Do what is due about payments of one account; also of one that is not linked:
        its files are uploaded.

        :param TimeBudget budget:
        """
        self._invoice_delivered(budget)
        if self.is_linked:
            return self._sync_settlements(budget)
        return self._book_settlements(budget)

    def _sync_settlements(self, budget):
        """Download the settlements that Amazon has made, and book what can be booked.

        :return Counter: reports that are done, settlements that are booked and held;
        error: whether Amazon could not be asked
        """
        counts = Counter()
        self._run_step(self._take_over_all_orders)
        try:
            with self._get_partner() as partner:
                self._list_settlements(partner)
                for report in self._find_due_settlement_reports():
                    if budget.is_over or counts["stopped"]:
                        break
                    self._try_report(report, partner, budget, counts)
        except ConfigError as error:
            counts["error"] = 1
            self._note_settlement_error(error)
        except SpApiError as error:
            counts["error"] = 1
            self._note_error(error)
        counts.update(self._book_settlements(budget))
        _logger.info("account %s: settlements %s", self.id, dict(counts))
        return counts

    # === Reports that Amazon has made (operation getReports) === #

    def _list_settlements(self, partner):
        now = fields.Datetime.now()
        since = max(self.finance_from, now - KEPT + timedelta(hours=1))
        listed = partner.get_reports([SETTLEMENT_REPORT], aware_utc(since))
        self._run_step(self._note_settlement_reports, listed)

    def _note_settlement_reports(self, listed):
        """Create a row for each report that is new here; it waits to be downloaded."""
        self.settlements_seen_at = fields.Datetime.now()
        self._store_findings({"finance": OK})
        wanted = {
            report.report_id: report
            for report in listed
            if report.status == "DONE" and self._is_wanted(report)
        }
        reports = self.env["amazon.report"]
        known = reports.search(
            [
                ("account_id", "=", self.id),
                ("report_type", "=", "settlement"),
                ("report_ref", "in", list(wanted)),
            ]
        )
        for report in known:
            wanted.pop(report.report_ref, None)
        reports.create([self._prepare_settlement_report(r) for r in wanted.values()])

    def _is_wanted(self, report):
        """Leave out reports from before the beginning."""
        end = naive_seconds(report.data_end_time)
        return not end or end >= self.finance_from

    def _prepare_settlement_report(self, report):
        """Convert a report that Amazon made unasked, ready to be downloaded.

        :param Report report: as Amazon lists it
        :return dict: values of amazon.report
        """
        places = self.env["amazon.marketplace"]._by_api_ref(report.marketplace_ids)
        ids = [place.id for place in places.values()] or self.base_marketplace_id.ids
        return {
            "account_id": self.id,
            "report_type": "settlement",
            "marketplace_ids": [fields.Command.set(ids)],
            "date_from": naive_seconds(report.data_start_time),
            "date_to": naive_seconds(report.data_end_time),
            "request_key": f"settlement/{report.report_id}",
            "state": "requested",
            "report_ref": report.report_id,
            "document_ref": report.document_id,
            "requested_at": fields.Datetime.now(),
        }

    def _find_due_settlement_reports(self):
        due = self.env["amazon.report"]._get_due(self)
        mine = due.filtered(lambda report: report.report_type == "settlement")
        return mine.sorted(lambda report: report.date_to or report.create_date)

    def _read_settlement_report(self, report, content):
        """Take over a report as a whole, and close it; see _read_at_once.

        :param report: amazon.report
        :param ReportContent content:
        """
        try:
            settlement = self.env["amazon.settlement"]._read_content(self, content)
        except UserError as error:
            report._set_failed("permanent", str(error))
            return
        report._close(
            "done",
            summary=_("Settlement %s", settlement.settlement_ref),
            position=content.row_count,
        )
        self._wake_cron("sync_settlements")

    def _note_settlement_error(self, error):
        """Note a missing role in the table of roles only: the app works in all other
        respects, and the files can be uploaded."""
        if error.reason != "role":
            self._note_error(error)
            return
        self._run_step(self._store_findings, {"finance": self._denied("finance")})

    def _describe_settlement_error(self):
        denied = self.check_ids.filtered(
            lambda check: check.area == "finance" and check.state == "denied"
        )
        if denied:
            return _(
                "%s Until then upload the settlements as files (Import Settlement).",
                denied.message,
            )
        return self.connection_message

    # === Booking === #

    def _book_settlements(self, budget):
        """Book what is read, the oldest first; what was held for a missing period is
        checked again. One step for each settlement.

        :return Counter: booked, held
        """
        counts = Counter()
        due = self.env["amazon.settlement"].search(
            [
                ("account_id", "=", self.id),
                "|",
                ("state", "=", "read"),
                "&",
                ("state", "=", "held"),
                ("hold_reason", "in", ("gap", "setting")),
            ],
            order="start_at, id",
        )
        for settlement in due:
            if budget.is_over:
                self._wake_cron("sync_settlements")
                break
            _done, problem = self._try_step(_logger, settlement._book_or_hold)
            if problem:
                self._run_step(settlement._hold, "setting", problem)
            state = settlement.state
            counts["booked" if state in ("draft", "posted") else "held"] += 1
        self._run_step(self._reconcile_unmatched)
        self._run_step(self._match_payouts)
        self._run_step(self._note_costs)
        return counts

    def _note_costs(self):
        """Store what the goods of order items cost, when they are first evaluated."""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT line.id FROM sale_order_line line"
            " JOIN sale_order sale ON sale.id = line.order_id"
            " WHERE sale.amazon_account_id = %s AND line.amazon_cost IS NULL"
            " AND line.display_type IS NULL AND sale.state = 'sale' LIMIT %s",
            [self.id, COSTS_PER_STEP],
        )
        ids = [line_id for (line_id,) in self.env.cr.fetchall()]
        entries = [
            (line.id, line._get_amazon_cost())
            for line in self.env["sale.order.line"].browse(ids)
        ]
        if entries:
            self.env.cr.execute_values(
                "UPDATE sale_order_line AS line SET amazon_cost = made.cost"
                " FROM (VALUES %s) AS made (id, cost) WHERE line.id = made.id",
                entries,
                page_size=COSTS_PER_STEP,
            )
            self.env["sale.order.line"].invalidate_model(["amazon_cost"])

    def _reconcile_unmatched(self):
        """Reconcile what was posted at the same moment as what it pays."""
        self.env["sale.order"]._amazon_find_unmatched(self)._amazon_reconcile()

    def _match_payouts(self):
        """Match payouts that the bank statement did not show before."""
        posted = self.env["amazon.settlement"].search(
            [
                ("account_id", "=", self.id),
                ("state", "=", "posted"),
                ("deposit_date", ">=", fields.Date.today() - BANK_WAIT),
                ("total_amount", "!=", 0),
            ]
        )
        for settlement in posted:
            settlement._match_bank()

    def _get_settlement_journal(self, currency):
        """Find the journal of a currency, else create it.

        :return: one account.journal
        """
        company = self.company_id
        own = self.settlement_journal_id
        if own and (own.currency_id or company.currency_id) == currency:
            return own
        journals = self.env["account.journal"].sudo().with_company(company)
        foreign = currency if currency != company.currency_id else currency.browse()
        journal = journals.search(
            [
                ("company_id", "=", company.id),
                ("amazon_account_id", "=", self.id),
                ("currency_id", "=", foreign.id),
            ],
            limit=1,
        )
        if not journal:
            journal = journals.create(
                {
                    "name": f"{self.name} {currency.name}",
                    "code": self._get_free_journal_code(),
                    "type": "general",
                    "company_id": company.id,
                    "currency_id": foreign.id,
                    "amazon_account_id": self.id,
                    "show_on_dashboard": False,
                }
            )
        if not own:
            self.sudo().settlement_journal_id = journal
        return journal

    def _get_free_journal_code(self):
        journals = self.env["account.journal"].sudo().with_context(active_test=False)
        known = set(
            journals.search([("company_id", "=", self.company_id.id)]).mapped("code")
        )
        return next(
            code
            for number in range(1, 1000)
            if (code := f"AMZ{number if number > 1 else ''}") not in known
        )

    def _find_unsettled_items(self):
        """Find receivables that a settlement booked by now may pay.

        :return: account.move.line of posted invoices of the account's orders that
        are open
        """
        self.env.flush_all()
        self.env.cr.execute(
            """
            SELECT DISTINCT item.id
              FROM sale_order sale
              JOIN sale_order_line line ON line.order_id = sale.id
              JOIN sale_order_line_invoice_rel rel ON rel.order_line_id = line.id
              JOIN account_move_line invoiced ON invoiced.id = rel.invoice_line_id
              JOIN account_move_line item ON item.move_id = invoiced.move_id
              JOIN account_move move ON move.id = item.move_id
              JOIN account_account account ON account.id = item.account_id
             WHERE sale.amazon_account_id = %s AND move.state = 'posted'
               AND move.move_type IN ('out_invoice', 'out_receipt')
               AND account.account_type = 'asset_receivable' AND NOT item.reconciled
               AND NOT EXISTS (
                   SELECT 1 FROM amazon_settlement_line settled
                     JOIN account_move_line paid ON paid.id = settled.move_line_id
                    WHERE settled.sale_order_id = sale.id AND settled.kind = 'sale'
                      AND paid.account_id = item.account_id AND NOT paid.reconciled)
            """,
            [self.id],
        )
        ids = [item_id for (item_id,) in self.env.cr.fetchall()]
        return self.env["account.move.line"].browse(ids)

    # === Invoices at shipment === #

    def _invoice_delivered(self, budget):
        """Make the invoices of delivered orders, in batches; one that can not be made
        says why and stops no other."""
        if self.invoice_workflow == "none":
            return
        orders = self.env["sale.order"]
        domain = orders._get_amazon_to_invoice_domain(self)
        due = orders.search(domain, order="id")
        fresh = due.filtered(lambda order: not order.amazon_invoice_message)
        for start in range(0, len(fresh), INVOICES_PER_STEP):
            if budget.is_over:
                self._wake_cron("sync_settlements")
                return
            self._invoice_some(fresh[start : start + INVOICES_PER_STEP])

    def _get_invoiced_since(self):
        """Choose from when on the account's workflow makes invoices.

        :return datetime: what came into Odoo before is invoiced by people: UTC
        """
        if self._has_chosen_finance_from():
            return self.finance_from
        return self.invoices_since or self.create_date

    def _has_chosen_finance_from(self):
        """Answer whether a person has moved the beginning of the payments.

        :return bool: whether it is later than the creation of the account
        """
        return self.finance_from > self.create_date + timedelta(days=1)

    def _invoice_some(self, orders):
        _made, problem = self._try_step(_logger, self._make_invoices, orders)
        if problem and len(orders) == 1:
            self._run_step(orders.write, {"amazon_invoice_message": problem})
        elif problem:
            half = len(orders) // 2
            self._invoice_some(orders[:half])
            self._invoice_some(orders[half:])

    def _make_invoices(self, orders):
        orders.invalidate_recordset(["invoice_status"])
        orders.filtered(
            lambda order: order.invoice_status == "to invoice"
        )._amazon_make_invoices(self.invoice_workflow == "posted")
