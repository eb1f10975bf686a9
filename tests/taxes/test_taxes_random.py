"""Drawn orders: their tax is Amazon's to the cent, rate by rate, or the difference is
shown (features F4, F5, F6).

``AMAZON_TAX_ORDERS`` in the environment draws so many for each of the two tests;
``AMAZON_TAX_SEED`` draws others.
"""

import logging
import os
import random
from decimal import ROUND_HALF_UP, Decimal

from odoo.fields import Command

from .case import TaxCase

_logger = logging.getLogger(__name__)
ORDERS = int(os.environ.get("AMAZON_TAX_ORDERS", 60))
SEED = int(os.environ.get("AMAZON_TAX_SEED", 1))
AT_ONCE = 200
CENT = Decimal("0.01")
ZERO = Decimal(0)
# SKU -> its rate, and whether its price holds the tax
RATES = {
    "IN-5.5": ("0.055", True),
    "IN-7": ("0.07", True),
    "IN-19": ("0.19", True),
    "IN-20": ("0.20", True),
    "TOP-10": ("0.10", False),
    "TOP-19": ("0.19", False),
    "FREE": ("0", True),
}


def _rounded(amount):
    return amount.quantize(CENT, ROUND_HALF_UP)


class TestTaxesRandom(TaxCase):
    with_books = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.taxes = {}
        for sku, (rate, is_included) in RATES.items():
            percent = float(Decimal(rate) * 100)
            tax = cls._tax(percent, is_included, name=sku)
            cls.taxes[sku] = tax if percent else tax.browse()
            cls.products[sku] = cls.env["product.product"].create(
                {
                    "name": sku,
                    "default_code": sku,
                    "type": "service",  # nothing to deliver: this is about money
                    "invoice_policy": "order",
                    "company_id": cls.company.id,
                    "taxes_id": [Command.set(cls.taxes[sku].ids)],
                }
            )

    # === the orders ===

    def _draw_words(self, draw):
        """Draw an item.

        :return dict: words of an item, all amounts of the whole line
        """
        goods = Decimal(draw.randint(1, 20000)) * CENT
        shipping = draw.choice((ZERO, Decimal(draw.randint(1, 1500)) * CENT))
        return {
            "sku": draw.choice(list(RATES)),
            "quantity": draw.choice((1, 1, 1, 2, 3, draw.randint(1, 30))),
            "total": draw.choice((goods, goods, goods, ZERO)),
            "shipping": shipping,
            "gift_wrap": draw.choice((ZERO, Decimal(draw.randint(1, 400)) * CENT)),
            "cod_fee": draw.choice(
                (ZERO,) * 5 + (Decimal(draw.randint(1, 500)) * CENT,)
            ),
            "discount": draw.choice((ZERO, ZERO, (goods / 3).quantize(CENT))),
            "shipping_discount": draw.choice((ZERO, shipping)),
            "facilitator": draw.random() < 0.2,
        }

    def _place(self, draw):
        """Draw an order and place it.

        :return tuple: Amazon's reference, whether Amazon's taxes are those of the
        products
        """
        words = [self._draw_words(draw) for _item in range(draw.randint(1, 4))]
        for each in words:
            # there is no price for free goods less a discount
            each["discount"] = min(each["discount"], each["total"])
            each["rate"] = Decimal(RATES[each["sku"]][0])
        is_consistent = draw.random() < 0.85
        if not is_consistent:
            self._confuse_rates(draw, words)
        is_inclusive = draw.random() < 0.7
        if is_inclusive and draw.random() < 0.5:
            self._tax_as_a_whole(words)
        items = []
        for each in words:
            rate = str(each.pop("rate"))
            items.append(
                self.world.item(**each, **({} if "tax" in each else {"tax_rate": rate}))
            )
        ref = self.buy(
            items=items,
            tax_inclusive=is_inclusive,
            facilitator=False,
            discount_sign=draw.choice((1, -1)),
        )
        return ref, is_consistent

    @staticmethod
    def _confuse_rates(draw, words):
        """Amazon taxes an item otherwise, or two of them the wrong way round."""
        first, last = words[0], words[-1]
        if first["rate"] != last["rate"] and draw.random() < 0.5:
            first["rate"], last["rate"] = last["rate"], first["rate"]
            if draw.random() < 0.5:  # in all it is the right tax, or nearly
                last["total"], last["quantity"] = first["total"], first["quantity"]
                last["discount"] = min(last["discount"], last["total"])
        else:
            first["rate"] += Decimal("0.03")

    @staticmethod
    def _tax_as_a_whole(words):
        """Amazon since June 2026: the tax of all items of a rate, not of each item."""
        for rate in {each["rate"] for each in words}:
            parts = []
            for each in words:
                if each["rate"] != rate:
                    continue
                each["tax"] = {}
                discount = each["discount"] + each["shipping_discount"]
                for kind, amount in (
                    ("ITEM", each["total"]),
                    ("SHIPPING", each["shipping"]),
                    ("GIFT_WRAP", each["gift_wrap"]),
                    ("COD_FEE", each["cod_fee"]),
                    ("DISCOUNT", -discount),
                ):
                    if amount or kind == "ITEM":
                        parts.append((each["tax"], kind, amount * rate / (1 + rate)))
            left = _rounded(sum((tax for *_part, tax in parts), ZERO))
            for taxes, kind, tax in sorted(parts, key=lambda part: abs(part[2])):
                sign = -1 if kind == "DISCOUNT" else 1
                taxes[kind] = sign * _rounded(tax)
                left -= _rounded(tax)
            taxes, kind, _tax = max(parts, key=lambda part: part[2])
            taxes[kind] += left  # the largest one takes what rounding leaves

    # === the proof ===

    def _stated(self, ref):
        """Add up Amazon's taxes, but for those that Amazon remits.

        :return dict: SKU -> tax that the seller owes, by the simulator
        """
        stated = {}
        for item in self.world.order(ref).items:
            if not item.wish.facilitator:
                stated[item.sku] = stated.get(item.sku, ZERO) + item.tax
        return stated

    def _check(self, seed, rounding):
        self.company.tax_calculation_rounding_method = rounding
        draw = random.Random(seed)
        placed = {}
        while len(placed) < ORDERS:
            for _order in range(min(AT_ONCE, ORDERS - len(placed))):
                ref, is_consistent = self._place(draw)
                placed[ref] = is_consistent
            self.run_cron()
        for _run in range(ORDERS // AT_ONCE + 1):  # one has so much time and no more
            self.run_cron()
            if len(self.sale_orders()) == ORDERS:
                break
        orders = {
            order.amazon_order_ref: order
            for order in self.env["sale.order"].search(
                [("amazon_order_ref", "in", list(placed))]
            )
        }
        self.assertEqual(len(orders), ORDERS)
        for number, (ref, is_consistent) in enumerate(placed.items()):
            with self.subTest(ref):
                self._check_order(orders[ref], is_consistent)
                is_drawn = number % (ORDERS // 20 or 1) == 0
                if is_drawn and is_consistent and orders[ref].amount_total > 0:
                    self._check_books(orders[ref])
        shown = [order for order in orders.values() if order.amazon_tax_differs]
        self.assertTrue(shown)
        self.assertLess(len(shown), ORDERS / 4)
        _logger.info(
            "%s orders drawn from %s, %s: consistent %s, difference shown %s",
            ORDERS,
            seed,
            rounding,
            sum(placed.values()),
            len(shown),
        )

    def _check_order(self, order, is_consistent):
        ref = order.amazon_order_ref
        placed = self.world.order(ref)
        remitted = sum(item.tax for item in placed.items if item.wish.facilitator)
        stated = sum(self._stated(ref).values(), ZERO)
        self.assertRecordValues(
            order,
            [
                {
                    "amount_total": float(placed.total - remitted),
                    "amazon_total_difference": 0.0,
                    "amazon_tax": float(stated),
                    "amazon_tax_remitted": float(remitted),
                }
            ],
        )
        difference = round(order.amount_tax - float(stated), 2)
        is_stated = any(item.taxes for item in placed.items)
        expected = difference if is_stated else 0.0
        self.assertAlmostEqual(order.amazon_tax_difference, expected)
        lines = order.order_line.filtered("amazon_kind")
        if is_consistent:
            self.assertEqual(difference, 0.0)
            self.assertFalse(order.amazon_tax_differs)
        elif is_stated:
            apart = [abs(difference), *self._differences(order, placed)]
            is_beyond = round(max(apart) * 100) > len(lines)
            self.assertEqual(order.amazon_tax_differs, is_beyond)
            self.assertEqual(bool(order.amazon_tax_reason), is_beyond)

    @staticmethod
    def _differences(order, placed):
        """Compare the booked tax of each item with Amazon's.

        :return list: by how much the tax of each item is not Amazon's
        """
        booked = {}
        for line in order.order_line:
            item_id = line.amazon_item_ref or line.amazon_charge_ref
            booked[item_id] = booked.get(item_id, 0.0) + line.price_tax
        return [
            abs(booked[item.id] - float(0 if item.wish.facilitator else item.tax))
            for item in placed.items
        ]

    def _check_books(self, order):
        """The invoice and its credit note, rate by rate."""
        stated = {
            self.taxes[sku]: float(tax)
            for sku, tax in self._stated(order.amazon_order_ref).items()
            if tax
        }
        invoice = self.invoice(order)
        for move in (invoice, self.credit(invoice)):
            self.assertAlmostEqual(move.amount_total, order.amount_total)
            self.assertAlmostEqual(move.amount_tax, order.amount_tax)
            booked = {}
            for line in move.line_ids.filtered("tax_line_id"):
                tax = line.tax_line_id
                booked[tax] = round(booked.get(tax, 0.0) + line.amount_currency, 2)
            sign = -1 if move == invoice else 1
            self.assertEqual(
                {tax: sign * amount for tax, amount in booked.items() if amount}, stated
            )

    def test_f6_any_order_rounded_line_by_line(self):
        """It takes long: some twenty of the orders are invoiced and credited."""
        self._check(SEED, "round_per_line")

    def test_f6_any_order_rounded_as_a_document(self):
        """It takes long, as line by line does."""
        self._check(SEED + 1, "round_globally")
