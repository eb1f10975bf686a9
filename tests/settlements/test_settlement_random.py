"""Random settlements of random worlds: balanced, tied to the total and to each order,
nothing silent (features L1, L3).

An oracle of its own says what the books must be, by the rows of the file alone. So many
as `SETTLEMENTS` says; 1000 of them are run by AMAZON_SETTLEMENTS=1000.
"""

import os
import random
from collections import defaultdict
from decimal import Decimal

from odoo.tests import tagged

from .case import SettlementCase, fee, other, row

SETTLEMENTS = int(os.environ.get("AMAZON_SETTLEMENTS", 40))
ORDERS = 12
FEES = ("Commission", "FBAPerUnitFulfillmentFee", "ShippingChargeback")
OTHERS = ("Subscription Fee", "Storage Fee", "DisposalComplete")
UNKNOWN = ("Something New", "Unheard Of")
EARLIER = "2026-09-29"  # in the month before the deposit
RESERVES = ("Current Reserve Amount", "Previous Reserve Amount Balance")


@tagged("post_install", "-at_install")
class TestRandomSettlements(SettlementCase):
    def setUp(self):
        super().setUp()
        self.account.settlement_tolerance = 0
        self.orders = [self.buy("MUG-BLUE") for _number in range(ORDERS)]
        self.sync()
        self.by_ref = {ref: self.sale_order(ref) for ref in self.orders}
        for ref in self.orders[: ORDERS // 2]:
            self.invoice(self.by_ref[ref])

    def rows(self, rng):
        """Draw the rows of a settlement and book them in a way of the test's own.

        :return tuple: rows, and the oracle's books: account -> amount, where the
        receivable is named by its order
        """
        books, rows = defaultdict(Decimal), []
        for ref in rng.sample(self.orders, rng.randint(0, 4)) + rng.sample(
            [f"302-0000000-000000{n}" for n in range(5)], rng.randint(0, 2)
        ):
            known = ref in self.by_ref
            for label in ("Principal", "Shipping", "Tax")[: rng.randint(1, 3)]:
                amount = self.amount(rng, 1, 9999)
                rows.append(row(amount, label, order_id=ref))
                books[ref if known else "Amazon Unmapped"] += amount
            if rng.random() < 0.3:
                amount = self.amount(rng, 1, 500)
                refund = {"transaction": "Refund", "adjustment_id": str(rng.random())}
                rows.append(row(-amount, order_id=ref, **refund))
                books[ref if known else "Amazon Unmapped"] -= amount
            if rng.random() < 0.3:
                tax = self.amount(rng, 1, 99)
                label = "MarketplaceFacilitatorVAT-Shipping"
                rows.append(row(tax, "ShippingTax", order_id=ref))
                rows.append(row(-tax, label, "ItemWithheldTax", order_id=ref))
                self.note_withheld(books, rows, ref, known, tax)
            for label in rng.sample(FEES, rng.randint(0, 3)):
                amount = -self.amount(rng, 1, 999)
                rows.append(fee(amount, label, order_id=ref))
                books["Amazon Fees"] += amount
        for names, account in (
            (OTHERS, "Amazon Fees"),
            (UNKNOWN, "Amazon Unmapped"),
            (RESERVES, "Amazon Reserve"),
        ):
            for label in rng.sample(names, rng.randint(0, len(names))):
                amount = self.amount(rng, -9999, 9999)
                rows.append(other(amount, label))
                books[account] += amount
        rng.shuffle(rows)
        for each in rows:
            if rng.random() < 0.3:
                each["posted-date"] = EARLIER
                each["posted-date-time"] = f"{EARLIER} 10:11:12 UTC"
        return rows, books

    def note_withheld(self, books, rows, ref, known, tax):
        """Tax that Amazon remits is cleared where its rows fit; else it belongs to the
        sale."""
        taxes = sum(
            Decimal(each["amount"])
            for each in rows
            if each.get("order-id") == ref
            and each["amount-description"] in ("Tax", "ShippingTax")
        )
        if taxes == tax:
            return  # cleared: + tax - tax
        if known:
            books[ref] += tax - tax
        else:
            books["Amazon Unmapped"] += tax
            books["Amazon Withheld Tax"] -= tax

    def amount(self, rng, low, high):
        return Decimal(rng.randint(low, high)) / 100

    def booked(self, settlement):
        """Add up what was booked, but for the payout.

        :return dict: account, or order of a receivable -> amount in Amazon's eyes
        """
        found = defaultdict(Decimal)
        for item in settlement.move_ids.line_ids:
            name = item.account_id.name
            if item.account_id.account_type == "asset_receivable":
                name = item.name.split()[-1]
            if name != "Amazon Payouts in Transit":
                found[name] -= Decimal(str(round(item.amount_currency, 2)))
        return {name: amount for name, amount in found.items() if amount}

    def test_l1_books_are_those_of_the_oracle(self):
        for seed in range(SETTLEMENTS):
            rng = random.Random(seed)
            rows, books = self.rows(rng)
            if not rows:
                continue
            self.account.settlement_split_month = seed % 5 == 0
            with self.subTest(seed=seed):
                currency = "GBP" if seed % 3 == 0 else "EUR"
                settlement = self.upload(*rows, ref=str(seed), currency=currency)
                self.assertEqual(settlement.state, "draft", settlement.error_message)
                self.assertTies(settlement)
                expected = {name: amount for name, amount in books.items() if amount}
                booked = self.booked(settlement)
                self.assertEqual(booked, expected)
                unmapped = settlement.line_ids.filtered(
                    lambda line: line.account_id.name == "Amazon Unmapped"
                )
                self.assertEqual(settlement.unmapped_count, len(unmapped))
                self.assertEqual(bool(settlement.activity_ids), bool(unmapped))
                settlement.action_post()
                self.assertEqual(settlement.state, "posted")
