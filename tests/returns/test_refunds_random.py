"""Drawn stories of refunds: whatever goes back, in parts and from both sources in any
order, deferred or at once, before the invoice or after it, the credit notes come to it
to the cent (feature R1).

``AMAZON_REFUND_STORIES`` in the environment draws so many.
"""

import os
import random
from decimal import Decimal

from odoo.fields import Command
from odoo.tests import tagged

from .case import ReturnsCase

STORIES = int(os.environ.get("AMAZON_REFUND_STORIES", 100))
AT_ONCE = 50
ZERO = Decimal(0)
# SKU -> its rate, and whether its price holds the tax
RATES = {"MUG-BLUE": (19, True), "MUG-WHITE": (7, False), "TEA-SENCHA": (0, True)}


def late_of(draw):
    """Whether an order is invoiced only after its refund."""
    return draw.random() < 0.2


def cents(draw, least, most):
    return Decimal(draw.randint(least, most)) / 100


@tagged("post_install", "-at_install")
class TestRefundsRandom(ReturnsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for sku, (rate, is_included) in RATES.items():
            tax = cls.env["account.tax"]
            if rate:
                tax = tax.create(
                    {
                        "name": f"{rate} %",
                        "amount": rate,
                        "price_include": is_included,
                        "type_tax_use": "sale",
                        "company_id": cls.company.id,
                        "country_id": cls.company.account_fiscal_country_id.id,
                    }
                )
            cls.products[sku].taxes_id = [Command.set(tax.ids)]

    def test_r1_drawn_stories_tie_to_the_cent(self):
        """It takes long: each story is an order, its invoice and up to three credit
        notes that are posted."""
        self.account.refund_posting = "posted"
        self.world.transaction_page = STORIES * 10  # all on one page: no waits
        for first in range(0, STORIES, AT_ONCE):
            draws = [
                random.Random(f"refund {number}")
                for number in range(first, min(first + AT_ONCE, STORIES))
            ]
            with self.subTest(first):
                self._play(draws)

    def _play(self, draws):
        refs = [self._place(draw) for draw in draws]
        self.sync()
        for _run in range(20):  # a run takes what its time allows
            if all(self.sale_order(ref) for ref in refs):
                break
            self.run_cron()
        orders = [self.sale_order(ref) for ref in refs]
        late = [
            order for draw, order in zip(draws, orders, strict=True) if late_of(draw)
        ]
        for order in orders:
            if order not in late:
                self.invoice(order)
        given = {
            order: self._give_back(draw, order)
            for draw, order in zip(draws, orders, strict=True)
        }
        self._read(draws[0])
        for order in late:
            self.invoice(order)
        self.run_returns()
        for order, amounts in given.items():
            refunds = order.amazon_refund_ids
            self.assertEqual(
                sorted(f"{each:.2f}" for each in refunds.mapped("amount_total")),
                sorted(f"{each:.2f}" for each in amounts),
            )
            self.assertEqual({*refunds.mapped("state")}, {"posted"})
            for refund in refunds:
                self.assertEqual(
                    f"{refund.move_id.amount_total:.2f}", f"{refund.amount_total:.2f}"
                )
            self.assertEqual(f"{order.amazon_refunded:.2f}", f"{sum(amounts):.2f}")

    def _place(self, draw):
        """Let Amazon ship an order of one to three items."""
        item = self.world.item
        skus = draw.sample(sorted(RATES), draw.randint(1, 3))
        return self.buy_fba(
            items=[
                item(
                    sku,
                    quantity=draw.choice((1, 1, 2, 3)),
                    price=cents(draw, 100, 9999),
                    shipping=draw.choice((ZERO, cents(draw, 1, 999))),
                    gift_wrap=draw.choice((ZERO, ZERO, cents(draw, 1, 399))),
                    discount=draw.choice((ZERO, ZERO, cents(draw, 1, 99))),
                )
                for sku in skus
            ]
        )

    def _give_back(self, draw, order):
        """Let the buyer get money back once to three times, no more than was paid.

        :return list: of Decimal, what each refund comes to
        """
        found = []
        left = {
            item.id: item.parts["ITEM"] - item.discount
            for item in self.world.order(order.amazon_order_ref).items
        }
        for _time in range(draw.randint(1, 3)):
            item = draw.choice(self.world.order(order.amazon_order_ref).items)
            most = int(left[item.id] * 100)
            if most < 1:
                continue
            amount = cents(draw, 1, most)
            left[item.id] -= amount
            parts = self._draw_parts(draw, item, amount)
            status = draw.choice(("RELEASED", "DEFERRED"))
            self.give_back(order, str(amount), item=item.id, parts=parts, status=status)
            found.append(self.world.refunds[-1].total)
        return found

    def _draw_parts(self, draw, item, amount):
        parts = {}
        shipping = item.parts.get("SHIPPING")
        if shipping and draw.random() < 0.2:
            parts["Shipping"] = str(cents(draw, 1, int(shipping * 100) // 3 or 1))
        if amount > 1 and draw.random() < 0.2:
            parts["RestockingFee"] = str(-cents(draw, 1, int(amount * 50)))
        return parts

    def _read(self, draw):
        """Read both of Amazon's sources, in any order; what was deferred is listed once
        more."""
        sources = [self.run_returns, self._settle, self._release]
        draw.shuffle(sources)
        for source in sources:
            source()
        self._release()
        self.run_returns()

    def _release(self):
        for event in list(self.world.refunds):
            if event.status == "DEFERRED":
                self.world.release_refund(event.number)

    def _settle(self):
        self.world.settle()
        self.account.action_sync_settlements()
