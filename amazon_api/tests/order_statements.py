"""Orders as Amazon could state them, made from what they are worth.

First the truth is drawn: which charges an item has, each without tax and its tax, and
who owes that tax. Then it is written down in one of Amazon's ways. Nothing here uses
the code under test.
"""

import random
from dataclasses import dataclass
from decimal import Decimal

from ..order_parser import parse_order

#: currency -> decimals; no marketplace uses one with three, the code has to
CURRENCIES = {"EUR": 2, "USD": 2, "JPY": 0, "KWD": 3, "TND": 3}
KINDS = {
    "ITEM": "product",
    "SHIPPING": "shipping",
    "GIFT_WRAP": "gift_wrap",
    "COD_FEE": "cod_fee",
    "OTHER": "other",
}
RATES = (0, 5, 7, 10, 19, 20, 25)


@dataclass
class Way:
    """How Amazon states an order."""

    tax_included: bool = True
    discount_sign: int = -1
    discount_subtotal: str = "all"  # goods: shipping and COD are beside it
    tax_details: str = "all"  # not_discount, none
    tax_subtotal: str = "net"  # before_discount, with_discount_added
    item_total: str = "gross"  # net, none
    grand_total: str = "gross"  # without_remitted, none
    tip_in_total: bool = True
    tip_status: str = "FINALIZED"
    where: str = "items"  # order: no item states any money


@dataclass
class Item:
    """In the smallest unit: charge -> (without tax, its tax); discounts positive."""

    charges: dict
    discounts: dict
    is_remitted: bool
    quantity: int

    def total(self, tax=True):
        parts = [(1, self.charges), (-1, self.discounts)]
        return sum(
            sign * (net + owed * tax)
            for sign, amounts in parts
            for net, owed in amounts.values()
        )

    @property
    def tax(self):
        return self.total() - self.total(tax=False)

    @property
    def sellers(self):
        return self.total(tax=not self.is_remitted)

    def lines(self):
        """Yield kind and what the line is worth to the seller."""
        for charge, (net, tax) in self.charges.items():
            yield KINDS[charge], net + tax * (not self.is_remitted)
        if self.discounts:
            yield (
                "discount",
                -sum(
                    net + tax * (not self.is_remitted)
                    for net, tax in self.discounts.values()
                ),
            )


class Truth:
    """A whole order, and how much of each of its lines is the seller's."""

    def __init__(self, seed, amounts, remitted=(False,), goods_only=False):
        """Draw an order with all its amounts.

        :param int seed: draws everything
        :param tuple amounts: the range of one charge, in the smallest unit
        :param tuple remitted: whether Amazon remits the tax of an item, one is drawn
        """
        self.draw = random.Random(seed)
        self.currency = self.draw.choice(sorted(CURRENCIES))
        self.amounts = amounts
        count = self.draw.choice((1, 1, 2, 3, 5))
        self.items = [self._item(remitted, goods_only) for _number in range(count)]
        self.tip = self._amount() if self.draw.random() < 0.2 else 0

    def _amount(self):
        return self.draw.randint(*self.amounts)

    def _item(self, remitted, goods_only):
        rate = self.draw.choice(RATES)

        def taxed(amount):
            return amount, round(amount * rate / 100)

        charges = {"ITEM": taxed(self._amount())}
        if goods_only:
            return Item(charges, {}, self.draw.choice(remitted), 1)
        for charge in ("SHIPPING", "GIFT_WRAP", "COD_FEE", "OTHER"):
            if self.draw.random() < 0.3:
                charges[charge] = taxed(self._amount())
        charges = {
            charge: amounts
            for charge, amounts in charges.items()
            if amounts[0] or charge == "ITEM"
        }
        discounts = {
            charge: taxed(self.draw.randint(1, charges[charge][0]))
            for charge in ("ITEM", "SHIPPING", "COD_FEE")
            if charges.get(charge, (0,))[0] > 0 and self.draw.random() < 0.3
        }
        return Item(
            charges, discounts, self.draw.choice(remitted), self.draw.randint(1, 40)
        )

    @property
    def lines(self):
        """The amounts as our parser has to read them.

        :return list: (item's number, kind, amount)
        """
        lines = [
            (str(number), kind, self.money(amount))
            for number, item in enumerate(self.items)
            for kind, amount in item.lines()
        ]
        return lines + ([(None, "tip", self.money(self.tip))] if self.tip else [])

    @property
    def total(self):
        return self.money(sum(item.sellers for item in self.items) + self.tip)

    @property
    def remitted(self):
        return self.money(sum(item.tax for item in self.items if item.is_remitted))

    def money(self, amount):
        return Decimal(amount).scaleb(-CURRENCIES[self.currency])

    # === Amazon's words === #

    def order(self, way, tamper=0):
        """Parse the order as Amazon would state it in one way.

        :param int tamper: what Amazon's order total is wrong by
        :return Order:
        """
        gross = sum(item.total() for item in self.items)
        remitted = sum(item.tax for item in self.items if item.is_remitted)
        grand = gross - (remitted if way.grand_total == "without_remitted" else 0)
        grand += (self.tip if way.tip_in_total else 0) + tamper
        proceeds = {"breakdowns": []}
        if way.grand_total != "none":
            proceeds["grandTotal"] = self._stated(grand)
        if way.where == "order":
            proceeds["breakdowns"] += self._summed(way)
        if self.tip:
            tip = {"type": "DELIVERY_TIP", "subtotal": self._stated(self.tip)}
            proceeds["breakdowns"].append({**tip, "status": way.tip_status})
        return parse_order(
            {
                "orderId": "302-1111111-2222222",
                "createdTime": "2026-11-18T09:15:00.123Z",
                "lastUpdatedTime": "2026-11-18T09:47:10.004Z",
                "salesChannel": {"channelName": "AMAZON", "marketplaceId": "A1"},
                "proceeds": proceeds,
                "orderItems": [
                    self._shown(number, item, way)
                    for number, item in enumerate(self.items)
                ],
            }
        )

    def _shown(self, number, item, way):
        shown = {
            "orderItemId": str(number),
            "quantityOrdered": item.quantity,
            "product": {"sellerSku": "MUG"},
        }
        if way.where == "items":
            shown["proceeds"] = {"breakdowns": self._breakdowns(item, way)}
            if way.item_total != "none":
                total = item.total(tax=way.item_total == "gross")
                shown["proceeds"]["proceedsTotal"] = self._stated(total)
        if item.is_remitted:
            shown["tax"] = {"taxCollections": [{"model": "MARKETPLACE_FACILITATOR"}]}
        return shown

    def _breakdowns(self, item, way):
        def stated(net, tax):
            return net + tax * way.tax_included

        breakdowns = [
            self._part(charge, stated(*amounts))
            for charge, amounts in item.charges.items()
        ]
        if item.discounts:
            details = {
                charge: way.discount_sign * stated(*amounts)
                for charge, amounts in item.discounts.items()
            }
            subtotal = sum(details.values())
            if way.discount_subtotal == "goods":
                subtotal = details.get("ITEM", 0)
            breakdowns.append(self._part("DISCOUNT", subtotal, details))
        return breakdowns + self._tax(item, way)

    def _tax(self, item, way):
        details = {charge: tax for charge, (_net, tax) in item.charges.items() if tax}
        off = sum(tax for _net, tax in item.discounts.values())
        before = sum(details.values())
        subtotal = {
            "net": before - off,
            "before_discount": before,
            "with_discount_added": before + off,
        }[way.tax_subtotal]
        if off and way.tax_details != "not_discount":
            details["DISCOUNT"] = way.discount_sign * off
        if not details:
            return []
        return [
            self._part("TAX", subtotal, {} if way.tax_details == "none" else details)
        ]

    def _summed(self, way):
        sums = {}
        for item in self.items:
            for part in self._breakdowns(item, way):
                amount = Decimal(part["subtotal"]["amount"])
                sums[part["type"]] = sums.get(part["type"], Decimal(0)) + amount
        return [
            {
                "type": kind,
                "subtotal": {"amount": str(amount), "currencyCode": self.currency},
            }
            for kind, amount in sums.items()
        ]

    def _part(self, kind, amount, details=None):
        part = {"type": kind, "subtotal": self._stated(amount)}
        if details:
            part["detailedBreakdowns"] = [
                {"subtype": subtype, "value": self._stated(value)}
                for subtype, value in details.items()
            ]
        return part

    def _stated(self, amount):
        return {"amount": str(self.money(amount)), "currencyCode": self.currency}
