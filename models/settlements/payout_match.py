"""What a posted settlement is reconciled with: the bank statement, and the reserve of
the settlement before it."""

from datetime import timedelta

from odoo.tools import float_compare

# The bank books a deposit some days after Amazon has sent it, or dates it back.
BANK_DAYS = timedelta(days=5)
# What the bank's text says when it does not name the number of the settlement.
PAYER = "amazon"


class PayoutMatch:
    def __init__(self, settlement):
        self.settlement = settlement
        self.env = settlement.env
        self.company = settlement.company_id.sudo()
        self.currency = settlement.currency_id

    # === The bank === #

    def match_bank(self, is_asked=False):
        """Reconcile the payout with its bank statement line: the one whose text has the
        number of the settlement, else the only one of that amount and Amazon's name
        (asked by a person: of that amount) near the deposit.

        :return bool: whether it is matched
        """
        item = self.settlement._find_payout_item()
        if not item or item.reconciled:
            return bool(item)
        in_bank = self._find_open_in_bank()
        line = self._choose_line(in_bank, is_asked)
        if not line:
            return False
        _liquidity, suspense, others = line._seek_for_lines()
        counterpart = suspense or others & in_bank
        if len(counterpart) != 1:
            return False
        if counterpart.account_id != item.account_id:
            counterpart.account_id = item.account_id
        (counterpart + item).reconcile()
        return True

    def _choose_line(self, in_bank, is_asked):
        """Choose the deposit in the bank statement, by number, by payer, or on request.

        :return: account.bank.statement.line, empty when none is sure
        """
        found = self._find_lines(in_bank)
        number = self.settlement.settlement_ref
        named = found.filtered(lambda line: number in (line.payment_ref or ""))
        paid = found.filtered(
            lambda line: (
                PAYER in f"{line.payment_ref or ''} {line.partner_name or ''}".lower()
            )
        )
        chosen = named or paid or (found if is_asked else found.browse())
        return chosen if len(chosen) == 1 else chosen.browse()

    def _find_lines(self, in_bank):
        """Find what may be the deposit.

        :param in_bank: see `_find_open_in_bank`
        :return: account.bank.statement.line of that amount near the deposit
        """
        day = self.settlement.deposit_date
        lines = self.env["account.bank.statement.line"].search(
            [
                ("company_id", "=", self.company.id),
                ("date", ">=", day - BANK_DAYS),
                ("date", "<=", day + BANK_DAYS),
                "|",
                ("is_reconciled", "=", False),
                ("move_id", "in", in_bank.move_id.ids),
            ]
        )
        return lines.filtered(self._is_of_amount)

    def _find_open_in_bank(self):
        """Find what the bank statement has on the account of payouts without a match: a
        person put it there, or the settlement was reset to draft since.

        :return: account.move.line of bank statement lines
        """
        return self.env["account.move.line"].search(
            [
                ("company_id", "=", self.company.id),
                ("account_id", "=", self.company.amazon_payout_account_id.id),
                ("move_id.statement_line_id", "!=", False),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
            ]
        )

    def _is_of_amount(self, line):
        currency, amount = line.currency_id, line.amount
        if line.foreign_currency_id:
            currency, amount = line.foreign_currency_id, line.amount_currency
        digits = self.currency.decimal_places
        return currency == self.currency and not float_compare(
            amount, self.settlement.total_amount, precision_digits=digits
        )

    # === The reserve === #

    def match_reserve(self):
        """Reconcile what Amazon gives back with what it kept before, so that the
        account returns to zero also where the rates of both days differ."""
        account = self.company.amazon_reserve_account_id
        items = self.settlement.move_ids.line_ids.filtered(
            lambda item: item.account_id == account and item.parent_state == "posted"
        )
        for item in items if account.reconcile else ():
            kept = self._find_reserve(item)
            if kept and not item.reconciled:
                (item + kept).reconcile()

    def _find_reserve(self, item):
        """Find the other side of a reserve.

        :param item: account.move.line
        :return: account.move.line of another settlement, the last one of that amount
        """
        return self.env["account.move.line"].search(
            [
                ("account_id", "=", item.account_id.id),
                ("currency_id", "=", item.currency_id.id),
                ("amount_currency", "=", -item.amount_currency),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
                ("move_id.amazon_settlement_id", "!=", self.settlement.id),
                (
                    "move_id.amazon_settlement_id.account_id",
                    "=",
                    self.settlement.account_id.id,
                ),
            ],
            order="date desc, id desc",
            limit=1,
        )
