"""Settlements: what Amazon paid out for a period, read once and booked once."""

import logging
from datetime import timedelta

from odoo import _, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import plaintext2html

from ...amazon_api import TornSettlement, read_settlement
from ...tools.amazon_time import naive_seconds
from ...tools.by_code import BY_CODE
from ...tools.reader_time import describe_day
from ..account.queue_step import REFUSALS
from .amazon_settlement_booking import SettlementBooking
from .payout_explanation import PayoutExplanation
from .payout_match import PayoutMatch

_logger = logging.getLogger(__name__)

ACTIVITY = "amazon_connector.mail_activity_type_settlement"
# Two periods follow each other: in whole days, as a report may leave out the time.
LARGEST_GAP = timedelta(days=1)
# Labels in the text of an activity.
LISTED = 20
# Orders of one reconciliation.
RECONCILED_AT_ONCE = 500
# Accountants may book, too; what it takes is done with the connector's rights.
MAY_BOOK = ("amazon_connector.group_amazon_manager", "account.group_account_invoice")


class AmazonSettlement(models.Model):
    _name = "amazon.settlement"
    _description = "Amazon settlement"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "amazon.queue.step",
        "amazon.own.fields",
    ]
    _amazon_rows = True
    _order = "end_at desc, id desc"
    _rec_name = "settlement_ref"

    account_id = fields.Many2one(
        "amazon.account",
        "Amazon account",
        required=True,
        index=True,
        ondelete="restrict",
        readonly=True,
    )
    company_id = fields.Many2one(
        related="account_id.company_id", store=True, index=True
    )
    settlement_ref = fields.Char("Settlement", required=True, index=True, readonly=True)
    start_date = fields.Date("From", readonly=True)
    end_date = fields.Date("Until", readonly=True)
    deposit_date = fields.Date("Deposit", readonly=True)
    start_at = fields.Datetime("From (time)", readonly=True)
    end_at = fields.Datetime("Until (time)", readonly=True)
    currency_id = fields.Many2one("res.currency", ondelete="restrict", readonly=True)
    total_amount = fields.Monetary(
        "Total",
        readonly=True,
        help="What Amazon paid out. Negative: what Amazon debited.",
    )
    difference = fields.Monetary(
        readonly=True,
        help="The total less the sum of the rows. Anything but 0 is never booked.",
    )
    row_count = fields.Integer("Count of rows", readonly=True)
    # Digest of the content: the same file twice changes nothing, another one is an
    # alarm.
    digest = fields.Char(readonly=True)
    # read -[booked]-> draft, posted; read -[a person has to decide]-> held;
    # held -[Book, or the missing period came]-> draft, posted;
    # draft -[entry posted]-> posted; posted -[entry reset]-> draft;
    # draft, posted -[entry deleted or cancelled]-> held;
    # refused -[a whole file]-> read
    state = fields.Selection(
        [
            ("read", "Read"),
            ("held", "Held"),
            ("draft", "Draft entry"),
            ("posted", "Posted"),
            ("refused", "Refused"),
        ],
        default="read",
        required=True,
        index=True,
        readonly=True,
        tracking=True,
    )
    hold_reason = fields.Selection(
        [
            ("ask", "Posting is asked for"),
            ("doubt", "Ambiguous file"),
            ("gap", "A period is missing"),
            ("entry", "Entry deleted"),
            ("setting", "A setting is missing"),
        ],
        readonly=True,
    )
    error_message = fields.Text("What to do", readonly=True)
    move_ids = fields.One2many(
        "account.move", "amazon_settlement_id", "Journal entries", readonly=True
    )
    line_ids = fields.One2many(
        "amazon.settlement.line", "settlement_id", "Rows", readonly=True
    )
    unmapped_count = fields.Integer("Unmapped rows", readonly=True)
    bank_state = fields.Selection(
        [
            ("none", "Nothing was paid"),
            ("open", "Not in the bank statement"),
            ("matched", "Matched"),
        ],
        "Bank",
        compute="_compute_bank",
        compute_sudo=True,
    )
    bank_line_id = fields.Many2one(
        "account.bank.statement.line",
        "Bank statement line",
        compute="_compute_bank",
        compute_sudo=True,
    )
    explanation = fields.Html(
        compute="_compute_explanation", sanitize=False, help="Ties to the cent."
    )

    _sql_constraints = [
        (
            "unique_settlement",
            "UNIQUE(account_id, settlement_ref)",
            "Each settlement of Amazon is there once.",
        ),
    ]

    # === COMPUTE METHODS === #

    @api.depends("move_ids.line_ids.reconciled", "move_ids.state", "total_amount")
    def _compute_bank(self):
        for settlement in self:
            item = settlement._find_payout_item()
            partners = (
                item.matched_debit_ids.debit_move_id
                + item.matched_credit_ids.credit_move_id
            )
            settlement.bank_line_id = partners.move_id.statement_line_id[:1]
            settlement.bank_state = (
                "none"
                if not settlement.total_amount
                else "matched"
                if item.reconciled
                else "open"
            )

    @api.depends("line_ids.amount", "line_ids.kind", "total_amount")
    def _compute_explanation(self):
        for settlement in self:
            settlement.explanation = PayoutExplanation(settlement).render()

    # === ACTION METHODS === #

    def action_book(self):
        """Book what was downloaded or held: the entry is a draft unless the account
        posts by itself. What is booked already, or refused, stays as it is.

        :return dict: client action, a notification
        """
        self._check_may_book()
        booked = self.sudo().filtered(lambda each: each.state in ("read", "held"))
        for settlement in booked.sorted("start_at"):
            settlement.with_env(settlement.account_id._in_company().env)._book_or_hold(
                is_asked=True
            )
        account = self.account_id[:1].sudo()
        still = self.sudo().filtered(
            lambda each: each.state in ("read", "held", "refused")
        )
        if still:
            return account._notify(still[0].error_message or "", "danger")
        return account._notify(
            _("Settlements booked: %(count)s.", count=len(booked)), "success"
        )

    def action_post(self):
        """Post the entries, as on the entries themselves."""
        self._check_may_book()
        self.move_ids.filtered(lambda move: move.state == "draft").action_post()
        return True

    def action_book_again(self):
        """Delete the draft and make it anew, e.g. after the map was completed."""
        self._check_may_book()
        for settlement in self.sudo().filtered(lambda each: each.state == "draft"):
            settlement._unlink_draft()
            settlement.with_env(settlement.account_id._in_company().env)._book_or_hold(
                is_asked=True
            )
        return True

    def action_explain(self):
        """Open the rows of the payout by kind and label; their sum is the total.

        :return dict: window action
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "amazon_connector.amazon_settlement_line_action"
        )
        return {
            **action,
            "name": _("Settlement %s", self.settlement_ref),
            "display_name": _("Settlement %s", self.settlement_ref),
            "domain": [("settlement_id", "in", self.ids)],
            "context": {
                "search_default_group_kind": 1,
                "search_default_group_description": 1,
            },
        }

    def action_view_moves(self):
        """Open the journal entries."""
        action = {
            "type": "ir.actions.act_window",
            "name": _("Journal Entries"),
            "res_model": "account.move",
            "view_mode": "tree,form",
            "domain": [("id", "in", self.move_ids.ids)],
        }
        if len(self.move_ids) == 1:
            action.update(view_mode="form", res_id=self.move_ids.id)
        return action

    def action_match_bank(self):
        """Match the payout with the line of the bank statement.

        :raise UserError: there is none, or more than one
        """
        self._check_may_book()
        for settlement in self.sudo():
            if not settlement._match_bank(is_asked=True):
                raise UserError(
                    _(
                        "No bank statement line of %(amount)s within five days of "
                        "%(date)s is certain. Match it in the bank "
                        "reconciliation: the account is %(account)s.",
                        amount=settlement.currency_id.format(settlement.total_amount),
                        date=describe_day(self.env, settlement.deposit_date),
                        account=settlement.company_id.amazon_payout_account_id.name,
                    )
                )
        return True

    # === BUSINESS METHODS - IMPORT === #

    @api.model
    def _read_content(self, account, content):
        """Take over a settlement report as a whole. The same file twice changes
        nothing; another content under the same number is an alarm.

        :param account: one amazon.account
        :param ReportContent content:
        :return: one amazon.settlement
        :raise UserError: not even the number of the settlement can be read, or another
            account has it
        """
        try:
            report = read_settlement(content)
        except TornSettlement as torn:
            return self._refuse_torn(account, torn)
        summary = report.summary
        known = self._find(account, summary.settlement_ref)
        if known and known.state != "refused":
            if known._is_other_content(report):
                known._alarm_other_content()
            return known
        self._check_not_elsewhere(account, summary.settlement_ref)
        values = self._prepare_values(account, report)
        if known:
            known.line_ids.unlink()
            known.write(values)
        else:
            known = self.create(values)
        self.env["amazon.settlement.line"]._insert(known, report.rows())
        if report.difference:
            known._refuse_difference()
        elif report.doubts:
            known._hold("doubt", known._describe_doubts(report.doubts))
        return known

    @api.model
    def _find(self, account, settlement_ref):
        return self.search(
            [
                ("account_id", "=", account.id),
                ("settlement_ref", "=", settlement_ref),
            ]
        )

    def _check_not_elsewhere(self, account, settlement_ref):
        """Refuse a file that was meant for another account: it would be booked twice.

        :raise UserError: another account of the company has this settlement
        """
        other = self.search(
            [
                ("settlement_ref", "=", settlement_ref),
                ("account_id", "!=", account.id),
                ("account_id.active", "=", True),
                ("company_id", "=", account.company_id.id),
                ("state", "!=", "refused"),
            ],
            limit=1,
        )
        if other:
            raise UserError(
                _(
                    "Settlement %(number)s is in Odoo already, for the account "
                    "%(account)s. Choose the account that it belongs to.",
                    number=settlement_ref,
                    account=other.account_id.name,
                )
            )

    @api.model
    def _prepare_values(self, account, report):
        """Convert the summary of the file.

        :param SettlementFile report:
        :return dict: values of amazon.settlement
        """
        summary = report.summary
        return {
            "account_id": account.id,
            "settlement_ref": summary.settlement_ref,
            "start_date": summary.start.date(),
            "end_date": summary.end.date(),
            "deposit_date": summary.deposit.date(),
            "start_at": naive_seconds(summary.start),
            "end_at": naive_seconds(summary.end),
            "currency_id": self._find_currency(summary.currency).id,
            "total_amount": float(summary.total),
            "difference": float(report.difference),
            "row_count": report.row_count,
            "digest": report.digest,
            "state": "read",
            "hold_reason": False,
            "error_message": False,
        }

    @api.model
    def _find_currency(self, code):
        """Find a currency by its code, and activate it when it is not.

        :return: res.currency, which is in use from now on
        :raise UserError: nobody knows it
        """
        currency = (
            self.env["res.currency"]
            .with_context(active_test=False)
            .search([("name", "=", code)], limit=1)
        )
        if not currency:
            raise UserError(_("Odoo does not know the currency %s.", code))
        if not currency.active:
            currency.sudo().active = True
        return currency

    @api.model
    def _refuse_torn(self, account, torn):
        """Note that a file came cut or damaged; a good settlement stays as it is.

        :param TornSettlement torn: nothing of the file can be taken over
        :raise UserError: not even its number could be read
        """
        message = _(
            "The file can not be taken over: %s. Nothing of it is booked. Download it "
            "again at Amazon (Payments > Reports Repository, flat file V2) and upload "
            "it here.",
            str(torn),
        )
        if not torn.settlement_ref:
            raise UserError(message)
        known = self._find(account, torn.settlement_ref)
        if not known:
            known = self.create(
                {"account_id": account.id, "settlement_ref": torn.settlement_ref}
            )
        elif known.state != "refused":
            known._alarm(message)
            return known
        known.write({"state": "refused", "error_message": message})
        known._call_person(message)
        return known

    def _refuse_difference(self):
        message = _(
            "The rows do not add up to Amazon's total: %(difference)s are missing. "
            "Nothing of it is booked. Download the report again at Amazon; if it stays "
            "so, ask Amazon's support for the missing rows.",
            difference=self.currency_id.format(self.difference),
        )
        self.write({"state": "refused", "error_message": message})
        self._call_person(message)

    def _is_other_content(self, report):
        """Compare a file with the one that is here.

        :param SettlementFile report: of the same number
        :return bool: whether an amount, a date or a label differs
        """
        deposit = report.summary.deposit.date()
        return self.digest != report.digest or self.deposit_date != deposit

    def _alarm_other_content(self):
        self._alarm(
            _(
                "Amazon has sent settlement %s once more, with another content. What "
                "is here was left as it is. Compare both files.",
                self.settlement_ref,
            )
        )

    def _alarm(self, message):
        self.write({"error_message": message})
        self._call_person(message)

    def _describe_doubts(self, doubts):
        """Ask a person to confirm how the file was understood.

        :param tuple doubts: of SettlementFile
        :return str: what can be read in two ways, and how it was understood
        """
        texts = []
        if "dates" in doubts:
            texts.append(
                _(
                    "The dates of the file can be read in two ways; understood was "
                    "%(start)s to %(end)s.",
                    start=describe_day(self.env, self.start_date, "long"),
                    end=describe_day(self.env, self.end_date, "long"),
                )
            )
        if "amounts" in doubts:
            texts.append(
                _(
                    "The amounts of the file can be read in two ways; understood was "
                    "a total of %s.",
                    self.currency_id.format(self.total_amount),
                )
            )
        texts.append(_("If this is right press “Book”."))
        return " ".join(texts)

    # === BUSINESS METHODS - BOOKING === #

    def _book_or_hold(self, is_asked=False):
        """Make the entries of one settlement, unless a person has to decide first.

        :param bool is_asked: a person wants it booked
        """
        self.ensure_one()
        self._lock()
        if self.state not in ("read", "held"):
            return  # another worker was here
        if not is_asked:
            reason, message = self._find_obstacle()
            if reason:
                self._hold(reason, message)
                return
        if posted := self._find_entries().filtered(lambda each: each.state == "posted"):
            self._hold("entry", self._describe_posted(posted))
            return
        try:
            with self.env.cr.savepoint():
                self._unlink_entries()
                self.activity_unlink([ACTIVITY])
                SettlementBooking(self).book()
        except REFUSALS as error:
            self.invalidate_recordset()
            self._hold("setting", self._describe(error))
            return
        self.write({"hold_reason": False, "error_message": False})
        if self.account_id.settlement_posting == "posted":
            self._post_by_itself()

    def _lock(self):
        """Lock the row: a second worker waits, and finds the settlement booked."""
        self.env.cr.execute(
            "SELECT 1 FROM amazon_settlement WHERE id = %s FOR UPDATE", [self.id]
        )
        self.invalidate_recordset(["state"])

    def _find_obstacle(self):
        """Find what prevents the settlement from being booked by itself.

        :return tuple: why a person has to decide, and in words; (False, "") if none
        """
        if self.hold_reason in ("doubt", "entry"):
            return self.hold_reason, self.error_message
        if gap := self._find_gap():
            return "gap", _(
                "The settlement before it is missing: from %(start)s to %(end)s in "
                "%(currency)s. Upload it (Import Settlement), then this one is booked "
                "by itself; or press “Book” if there was none.",
                start=describe_day(self.env, gap[0]),
                end=describe_day(self.env, gap[1]),
                currency=self.currency_id.name,
            )
        if self.account_id.settlement_posting == "ask":
            return "ask", _("Look at it, then press “Book”.")
        return False, ""

    def _find_gap(self):
        """Find a period before this one of which no settlement is here.

        :return tuple|None: days between this settlement and the one before it in
        its currency
        """
        before = self.search(
            [
                ("account_id", "=", self.account_id.id),
                ("currency_id", "=", self.currency_id.id),
                ("start_at", "<", self.start_at),
                ("id", "!=", self.id),
                ("state", "!=", "refused"),
            ],
            order="end_at desc",
            limit=1,
        )
        if not before or before.end_at + LARGEST_GAP >= self.start_at:
            return None
        return before.end_date, self.start_date

    def _hold(self, reason, message):
        self.write({"state": "held", "hold_reason": reason, "error_message": message})
        if reason != "ask":
            self._call_person(message)

    def _post_by_itself(self):
        """Post the entries; what Odoo refuses (a closed month …) stays a draft with the
        reason."""
        moves = self.move_ids
        try:
            with self.env.cr.savepoint():
                moves.action_post()
        except REFUSALS as error:
            self.invalidate_recordset()
            self._alarm(
                _("The entry stays a draft: %s", self._describe(error)),
            )

    def _find_entries(self):
        """Find the entries that count.

        :return: account.move, without those that a person has cancelled
        """
        return self.move_ids.filtered(lambda move: move.state != "cancel")

    def _unlink_draft(self):
        """Delete the draft entries and the links of the rows to them.

        :raise UserError: one of them is posted; nothing is deleted
        """
        entries = self._find_entries()
        if posted := entries.filtered(lambda move: move.state == "posted"):
            raise UserError(self._describe_posted(posted))
        self._unlink_entries()
        self.write({"state": "read", "unmapped_count": 0})
        self._forget_booking()

    def _unlink_entries(self):
        """Delete the draft entries. Odoo numbers the first draft of a period at once:
        one that was never posted may go; of others Odoo decides."""
        entries = self._find_entries()
        never = not any(entries.mapped("posted_before"))
        entries.with_context(
            force_delete=never, amazon_settlement_unlink=BY_CODE
        ).unlink()

    def _describe_posted(self, posted):
        return _(
            "The entry %s of this settlement is posted. Reset it to draft first, then "
            "book the settlement anew.",
            ", ".join(posted.mapped("name")),
        )

    def _forget_booking(self):
        """Clear where the rows were booked."""
        orders = self._find_orders()
        self.env.cr.execute(
            "UPDATE amazon_settlement_line SET account_id = NULL, move_line_id = NULL,"
            " balance = NULL WHERE settlement_id IN %s",
            [tuple(self.ids)],
        )
        self.env["amazon.settlement.line"].invalidate_model()
        orders._amazon_forget_income()

    def _note_moves_changed(self):
        """Let the state follow the entries: posted, or reset to draft."""
        for settlement in self.filtered(lambda each: each.state in ("draft", "posted")):
            if set(settlement._find_entries().mapped("state")) != {"posted"}:
                settlement.state = "draft"
                continue
            settlement.write({"state": "posted", "error_message": False})
            if not settlement.unmapped_count:
                settlement.activity_unlink([ACTIVITY])

    def _note_moves_gone(self):
        """One of the entries was deleted or cancelled: the others do not balance the
        payout without it, and are made anew with it."""
        for settlement in self.filtered(lambda each: each.state in ("draft", "posted")):
            settlement._forget_booking()
            settlement._hold(
                "entry",
                _("The entry was deleted or cancelled. “Book” makes a new one."),
            )

    # === BUSINESS METHODS - BANK === #

    def _find_payout_item(self):
        """Find the journal item that the bank statement has to match.

        :return: account.move.line on the account of payouts, of a posted entry
        """
        account = self.company_id.sudo().amazon_payout_account_id
        return self.move_ids.line_ids.filtered(
            lambda item: item.account_id == account and item.parent_state == "posted"
        )[:1]

    def _match_bank(self, is_asked=False):
        """Reconcile the payout with its bank statement line.

        :param bool is_asked: by a person
        :return bool: whether it is matched
        """
        return PayoutMatch(self).match_bank(is_asked)

    # === BUSINESS METHODS - PEOPLE === #

    def _call_person(self, message):
        """Schedule one activity for the responsible, however often it is needed: it
        says what is to do by now."""
        for settlement in self:
            if known := settlement.activity_search([ACTIVITY]):
                known.note = plaintext2html(message)
                continue
            settlement.account_id._call_responsible(settlement, ACTIVITY, message)

    def _call_for_unmapped(self, labels):
        """Schedule an activity about what stands on the suspense account.

        :param list labels: of rows that nobody knows, and numbers of unknown orders
        """
        self._call_person(
            _(
                "Rows that Odoo does not know stand on the account of unmapped "
                "amounts: %s. Complete the map of the settlements, or import the "
                "orders, then press “Book Again”; what stays unknown is corrected on "
                "the entry.",
                ", ".join(labels[:LISTED]) + (" …" if len(labels) > LISTED else ""),
            )
        )

    def _update_orders(self):
        """Update the fees of the orders, and which of them were booked to income."""
        self._find_orders()._amazon_update_fees()

    def _find_orders(self):
        """Find the orders of these settlements by one statement.

        :return: sale.order of the rows
        """
        if not self:
            return self.env["sale.order"]
        self.env.cr.execute(
            "SELECT DISTINCT sale_order_id FROM amazon_settlement_line"
            " WHERE settlement_id IN %s AND sale_order_id IS NOT NULL",
            [tuple(self.ids)],
        )
        ids = [order_id for (order_id,) in self.env.cr.fetchall()]
        return self.env["sale.order"].browse(ids)

    def _reconcile(self):
        """Reconcile what was posted with the invoices of its orders, the payout with
        the bank, and a reserve that came back with what was kept."""
        ids = self._find_orders().ids
        for start in range(0, len(ids), RECONCILED_AT_ONCE):
            part = ids[start : start + RECONCILED_AT_ONCE]
            self.env["sale.order"].browse(part)._amazon_reconcile()
        for settlement in self:
            settlement._match_bank()
            PayoutMatch(settlement).match_reserve()

    def _check_may_book(self):
        """Refuse users who may not book journal entries.

        :raise AccessError: only Amazon managers and accountants may book
        """
        user = self.env.user
        if not self.env.su and not any(user.has_group(group) for group in MAY_BOOK):
            raise AccessError(_("Only Amazon managers and accountants can do this."))
        self.mapped("settlement_ref")  # the sudo must not open other companies
