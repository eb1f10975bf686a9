"""Settlements: what Amazon pays out for the orders of its own world, and the report of
it (flat file V2). Amazon makes the report; nobody can ask for it.

`World.settle` closes a period: it pays what was shipped and not settled yet, takes back
what was refunded (`World.refund_payment`), takes its fees, keeps a reserve. What it
returns knows the figures, so that a test can compare any ledger with them.
"""

import gzip as gzip_module
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal

from .marketplaces import MARKETPLACES
from .model import SHIPPED
from .money import ZERO, rounded
from .report_table import line
from .reports import DONE, Report

TYPE = "GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2"
COLUMNS = (
    "settlement-id",
    "settlement-start-date",
    "settlement-end-date",
    "deposit-date",
    "total-amount",
    "currency",
    "transaction-type",
    "order-id",
    "merchant-order-id",
    "adjustment-id",
    "shipment-id",
    "marketplace-name",
    "amount-type",
    "amount-description",
    "amount",
    "fulfillment-id",
    "posted-date",
    "posted-date-time",
    "order-item-code",
    "merchant-order-item-id",
    "merchant-adjustment-item-id",
    "sku",
    "quantity-purchased",
    "promotion-id",
)
COMMISSION = Decimal("0.15")
FBA_FEE = Decimal("3.10")
PERIOD = timedelta(days=14)
_PARTS = {
    "ITEM": ("Principal", "Tax"),
    "SHIPPING": ("Shipping", "ShippingTax"),
    "GIFT_WRAP": ("GiftWrap", "GiftWrapTax"),
    "COD_FEE": ("COD", "CODTax"),
}


@dataclass
class Settlement:
    """A closed period; `sales` and `refunds` by order reference, as the seller's money
    (tax that Amazon remits aside)."""

    ref: str
    merchant: str
    currency: str
    start: object
    end: object
    deposit: object
    rows: list = field(default_factory=list)
    sales: dict = field(default_factory=lambda: defaultdict(Decimal))
    refunds: dict = field(default_factory=lambda: defaultdict(Decimal))
    fees: Decimal = ZERO
    withheld: Decimal = ZERO
    reserve: Decimal = ZERO
    unmapped: Decimal = ZERO
    report: Report | None = None

    @property
    def total(self):
        """Return what is paid out."""
        return sum((row["amount"] for row in self.rows), ZERO)


@dataclass
class RefundEvent:
    """Money that went back; `more` beside the goods, by a settlement's label."""

    number: str
    order: str
    item: str
    amount: Decimal
    more: dict
    status: str
    kind: str
    posted: object

    @property
    def total(self):
        """Return what the buyer got."""
        return self.amount + sum(self.more.values(), ZERO)


class SettlementBook:
    """The part of the world that pays."""

    def refund_payment(
        self, ref, amount=None, item=0, parts=(), status="RELEASED", kind="Refund"
    ):
        """Let the buyer get money back for a line: listTransactions shows it at once,
        the next settlement takes it.

        :param parts: {label of a settlement's row: what the buyer gets more}, e.g.
            ``{"Shipping": "4.00", "RestockingFee": "-2.00"}``
        :param status: DEFERRED: see `release_refund`
        :param kind: as settlements name it, e.g. ``A-to-z Guarantee Refund``
        """
        order = self.order(ref)
        line_item = order.item(item)
        amount = line_item.parts["ITEM"] if amount is None else Decimal(amount)
        number = f"amzn1:crow:{len(self.refunds) + 1:06}"
        self.refund_payments.append((number, order.ref, line_item.id, amount))
        more = {label: Decimal(value) for label, value in dict(parts).items()}
        posted = self.now() - timedelta(minutes=3)
        self.refunds.append(
            RefundEvent(
                number, order.ref, line_item.id, amount, more, status, kind, posted
            )
        )
        return number

    def release_refund(self, number):
        """A deferred refund is released: Amazon lists it once more."""
        for event in [each for each in self.refunds if each.number == number]:
            event.status = "DEFERRED_RELEASED"
            posted = self.now() - timedelta(minutes=3)
            again = replace(event, status="RELEASED", posted=posted)
            self.refunds.append(again)

    def settle(self, currency="EUR", seller=None, reserve=ZERO, other=(), **how):
        """Close a period and make its report.

        :param reserve: what Amazon keeps back; the next settlement returns it
        :param other: of (label, amount), e.g. ``("Subscription Fee", "-39.00")``
        :param how: words of `_write`
        """
        with self.lock:
            seller = seller or self.sellers[0]
            made = self._open_settlement(seller, currency)
            for order in self._unsettled(seller, currency):
                self._settle_order(made, order)
            self._settle_refunds(made)
            for label, amount in other:
                self._add_other(made, label, Decimal(amount))
            key = (made.merchant, currency)
            self._add_reserve(made, self.reserves.get(key, ZERO), reserve)
            self.reserves[key] = Decimal(reserve)
            self.settlements.append(made)
            made.report = self._list_report(made, seller, self._write(made, **how))
        return made

    def _open_settlement(self, seller, currency):
        earlier = [
            each.end
            for each in self.settlements
            if (each.merchant, each.currency) == (seller.merchant_token, currency)
        ]
        now = self.now().replace(microsecond=0)
        start = max(earlier, default=now - PERIOD)
        number = f"117748{len(self.settlements) + 1:06}"
        deposit = now + timedelta(days=2)
        return Settlement(number, seller.merchant_token, currency, start, now, deposit)

    def _unsettled(self, seller, currency):
        done = {ref for each in self.settlements for ref in each.sales}
        return [
            order
            for order in self.orders.values()
            if order.seller == seller.merchant_token
            and order.currency == currency
            and order.status == SHIPPED
            and order.ref not in done
        ]

    def _settle_order(self, made, order):
        made.sales[order.ref] += ZERO
        for item in order.items:
            for part, labels in _PARTS.items():
                self._settle_part(made, order, item, part, labels)
            if item.discount:
                self._add_row(
                    made, order, item, "Promotion", "Principal", -item.discount
                )
                made.sales[order.ref] -= item.discount
                self._settle_tax_discount(made, order, item)
            fee = -rounded(item.parts["ITEM"] * COMMISSION, order.currency)
            self._add_fee(made, order, item, "Commission", fee)
            if order.channel == "fba":
                fee = -FBA_FEE * item.quantity
                self._add_fee(made, order, item, "FBAPerUnitFulfillmentFee", fee)

    def _settle_part(self, made, order, item, part, labels):
        amount, tax = item.parts.get(part, ZERO), item.taxes.get(part, ZERO)
        if amount:
            self._add_row(made, order, item, "ItemPrice", labels[0], amount)
            made.sales[order.ref] += amount
        if tax and not order.inclusive:
            self._add_row(made, order, item, "ItemPrice", labels[1], tax)
            if order.facilitator:
                label = f"MarketplaceFacilitatorTax-{labels[0]}"
                self._add_row(made, order, item, "ItemWithheldTax", label, -tax)
                made.withheld -= tax
            else:
                made.sales[order.ref] += tax

    def _settle_tax_discount(self, made, order, item):
        tax = item.taxes.get("DISCOUNT", ZERO)
        if not tax or order.inclusive:
            return
        self._add_row(made, order, item, "Promotion", "TaxDiscount", -tax)
        if order.facilitator:
            label = "MarketplaceFacilitatorTax-Principal"
            self._add_row(made, order, item, "ItemWithheldTax", label, tax)
            made.withheld += tax
        else:
            made.sales[order.ref] -= tax

    def _settle_refunds(self, made):
        left = []
        for refund in self.refund_payments:
            number, ref, item_id, amount = refund
            order = self.orders[ref]
            if (order.seller, order.currency) != (made.merchant, made.currency):
                left.append(refund)
                continue
            item = order.item(item_id)
            event = next(each for each in self.refunds if each.number == number)
            words = {"transaction-type": event.kind, "adjustment-id": number}
            if amount:
                self._add_row(
                    made, order, item, "ItemPrice", "Principal", -amount, words
                )
            for label, more in event.more.items():
                self._add_row(made, order, item, "ItemPrice", label, -more, words)
            fee = rounded(amount * COMMISSION, order.currency)
            self._add_fee(made, order, item, "Commission", fee, words)
            made.refunds[ref] += event.total
        self.refund_payments[:] = left

    def _add_fee(self, made, order, item, label, amount, words=()):
        self._add_row(made, order, item, "ItemFees", label, amount, words)
        made.fees -= amount

    def _add_other(self, made, label, amount):
        words = {"transaction-type": "other-transaction"}
        self._add_row(made, None, None, "other-transaction", label, amount, words)
        if label.startswith("Unknown"):
            made.unmapped += amount
        else:
            made.fees -= amount

    def _add_reserve(self, made, before, now):
        for label, amount in (
            ("Previous Reserve Amount Balance", Decimal(before)),
            ("Current Reserve Amount", -Decimal(now)),
        ):
            if amount:
                words = {"transaction-type": "other-transaction"}
                self._add_row(
                    made, None, None, "other-transaction", label, amount, words
                )
                made.reserve += amount

    def _add_row(self, made, order, item, kind, label, amount, words=()):
        posted = min(max(made.start, order.updated if order else made.end), made.end)
        row = {
            "transaction-type": "Order",
            "order-id": order.ref if order else "",
            "marketplace-name": order.marketplace.name if order else "",
            "amount-type": kind,
            "amount-description": label,
            "amount": amount,
            "posted": posted,
            "order-item-code": item.id if item else "",
            "sku": item.sku if item else "",
            "quantity-purchased": item.quantity if item else "",
            **dict(words),
        }
        made.rows.append(row)

    def _write(
        self,
        made,
        comma=False,
        points=False,
        columns=COLUMNS,
        rename=(),
        charset="utf-8",
        torn=None,
        lost=0,
    ):
        """Write the report: bytes and charset.

        :param comma: decimal comma; `points`: dates as 01.10.2026
        :param rename: {label: another one}, as Amazon does it without a word
        :param torn: number of a row with a line's end inside
        :param lost: so many rows are missing, as happens at Amazon
        """

        def amount(value):
            text = str(rounded(value, made.currency))
            return text.replace(".", ",") if comma else text

        def day(moment, form="%Y-%m-%d %H:%M:%S UTC"):
            return (
                f"{moment:{form.replace('%Y-%m-%d', '%d.%m.%Y') if points else form}}"
            )

        first = {
            "settlement-start-date": day(made.start),
            "settlement-end-date": day(made.end),
            "deposit-date": day(made.deposit),
            "total-amount": amount(made.total),
            "currency": made.currency,
        }
        lines = [line(columns)]
        rows = made.rows[: len(made.rows) - lost]
        for number, row in enumerate((first, *rows)):
            cells = {**row, "settlement-id": made.ref}
            if "posted" in row:
                label = cells["amount-description"]
                cells["amount-description"] = dict(rename).get(label, label)
                cells["amount"] = amount(row["amount"])
                cells["posted-date"] = day(row["posted"], "%Y-%m-%d")
                cells["posted-date-time"] = day(row["posted"])
            text = line(cells.get(column, "") for column in columns)
            lines.append(
                text.replace("Principal", "Prin\ncipal") if number == torn else text
            )
        return "".join(f"{each}\r\n" for each in lines).encode(charset), charset

    def _list_report(self, made, seller, written):
        """Put the report where getReports finds it."""
        raw, charset = written
        places = tuple(
            place
            for place in seller.marketplaces
            if MARKETPLACES[place].currency == made.currency
        )
        report = self.reports.add(
            seller.merchant_token,
            TYPE,
            places,
            self.now(),
            start=made.start,
            end=made.end,
        )
        report.status, report.started = DONE, report.created
        report.ended = report.created
        document = self.reports.new_document(
            self, seller.merchant_token, f"text/plain;charset={charset}"
        )
        packed = self.reports.gzip
        document.content = gzip_module.compress(raw, mtime=0) if packed else raw
        document.gzip = packed
        report.document, report.charset = document, charset
        report.rows = len(made.rows) + 1
        return report
