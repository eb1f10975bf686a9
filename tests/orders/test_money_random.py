"""Hundreds of drawn orders through the books, to the cent (features F1, F2, F3)."""

import random
from collections import Counter
from decimal import Decimal

from odoo.fields import Command

from odoo.addons.amazon_connector.sim import MARKETPLACES

from ..common import AmazonCase

ORDERS = 276  # per test: twelve for each of the 23 marketplaces
CENT = Decimal("0.01")
# SKU -> taxes of the product: (percent, in the price) or a kind of its own
TAXED = {
    "FREE": [],
    "IN-19": [(19, True)],
    "TOP-20": [(20, False)],
    "IN-5.5": [(5.5, True)],
    "TOP-8.25": [(8.25, False)],
    "IN-TWO": [(10, True), (5, True)],
    "TOP-TWO": [(9, False), (9, False)],
    "MIXED": [(7, True), (3, False)],
    "CASCADE": ["cascade", (5, False)],
    "GROUP": ["group"],
    "ECO": [(19, True), "fixed"],
}
WITHOUT_TAX_ON_TOP = {"FREE", "IN-19", "IN-5.5", "IN-TWO"}
PACK = "PACK-OF-6"


class TestMoneyRandom(AmazonCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.country_id = cls.country
        cls.env["account.chart.template"].try_loading(
            "generic_coa", cls.company, install_demo=False
        )
        cls.company.currency_id = cls.env.ref("base.EUR")
        cls.tax_country = cls.company.account_fiscal_country_id
        cls.tax_group = cls.env["account.tax.group"].create(
            {
                "name": "Drawn",
                "company_id": cls.company.id,
                "country_id": cls.tax_country.id,
            }
        )
        cls.taxes = {}
        for sku, kinds in TAXED.items():
            taxes = [cls._tax(kind).id for kind in kinds]
            cls.products[sku] = cls.env["product.product"].create(
                {
                    "name": sku,
                    "default_code": sku,
                    "type": "service",  # nothing to deliver: this is about money
                    "invoice_policy": "order",
                    "company_id": cls.company.id,
                    "taxes_id": [Command.set(taxes)],
                }
            )
        for name, kind in (("shipping", (19, True)), ("gift_wrap", (20, False))):
            charge = cls.env.ref(f"amazon_connector.product_amazon_{name}")
            charge.taxes_id = [Command.set(cls._tax(kind).ids)]
        cls._map_taxes("base.fr", {(19, True): (20, True), (20, False): (10, True)})
        cls._map_taxes("base.it", {(19, True): (22, False)})
        cls._map_taxes("base.jp", {(19, True): (10, True), (8.25, False): (0, False)})
        cls._map_taxes("base.us", {})
        cls._rates({"GBP": 0.85, "JPY": 160.0, "PLN": 4.3, "USD": 1.1})

    # === the books ===

    @classmethod
    def _tax(cls, kind):
        """Create a tax, once for each kind.

        :return: account.tax, the same for the same kind
        """
        if kind not in cls.taxes:
            cls.taxes[kind] = cls._create_tax(str(kind), **cls._tax_values(kind))
        return cls.taxes[kind]

    @classmethod
    def _tax_values(cls, kind):
        if kind == "fixed":
            return {"amount_type": "fixed", "amount": 0.25}
        if kind == "cascade":
            return {"amount": 10, "include_base_amount": True, "sequence": 0}
        if kind == "group":
            halves = [cls._create_tax(f"half {name}", amount=6) for name in "ab"]
            children = [Command.set([half.id for half in halves])]
            return {"amount_type": "group", "amount": 0, "children_tax_ids": children}
        amount, price_include = kind
        # written out, for Odoo 19 has another word for it
        return {"amount": amount, **({"price_include": True} if price_include else {})}

    @classmethod
    def _create_tax(cls, name, **values):
        return cls.env["account.tax"].create(
            {
                "name": f"Drawn {name}",
                "company_id": cls.company.id,
                "country_id": cls.tax_country.id,
                "tax_group_id": cls.tax_group.id,
                **values,
            }
        )

    @classmethod
    def _map_taxes(cls, country, mapping):
        """A fiscal position of a destination; without mapping it leaves no tax."""
        position = cls.env["account.fiscal.position"].create(
            {
                "name": f"Drawn {country}",
                "company_id": cls.company.id,
                "auto_apply": True,
                "country_id": cls.env.ref(country).id,
            }
        )
        for old, new in (mapping or dict.fromkeys(cls.taxes)).items():
            origin, taxes = cls._tax(old), cls._tax(new) if new else None
            if "original_tax_ids" in origin._fields:  # from 18.2 on
                if taxes:
                    taxes.write(
                        {
                            "fiscal_position_ids": [Command.link(position.id)],
                            "original_tax_ids": [Command.link(origin.id)],
                        }
                    )
            else:
                position.tax_ids = [
                    Command.create(
                        {
                            "tax_src_id": origin.id,
                            "tax_dest_id": taxes.id if taxes else False,
                        }
                    )
                ]

    @classmethod
    def _rates(cls, rates):
        for code, rate in rates.items():
            currency = cls.env["res.currency"].with_context(active_test=False)
            currency.search([("name", "=", code)]).write(
                {
                    "active": True,
                    "rate_ids": [
                        Command.create({"rate": rate, "company_id": cls.company.id})
                    ],
                }
            )

    # === the orders ===

    def _link_all_regions(self, **values):
        self.account.action_archive()
        shops = self.env["amazon.marketplace"].search([])
        for seller in self.world.sellers:
            region = shops.filtered(
                lambda shop, region=seller.region: shop.region == region
            )
            account = self._link_account(
                seller,
                base_marketplace_id=region[0].id,
                available_marketplace_ids=[Command.set(region.ids)],
                active_marketplace_ids=[Command.set(region.ids)],
                **values,
            )
            self.env["amazon.offer"].create(
                [
                    {
                        "account_id": account.id,
                        "marketplace_id": shop.id,
                        "sku": PACK,
                        "product_id": self.products["TOP-20"].id,
                        "quantity_factor": 6,
                    }
                    for shop in region
                ]
            )

    def _place_orders(self, seed):
        """Draw orders of all marketplaces, some with a wrong total.

        :return dict: Amazon reference -> error of the total that Amazon states
        """
        draw, errors = random.Random(seed), {}
        sellers = {seller.region: seller for seller in self.world.sellers}
        for number in range(ORDERS):
            shop = list(MARKETPLACES.values())[number % len(MARKETPLACES)]
            is_false = number % 25 == 7
            items = [self._item(draw, shop) for _each in range(draw.randint(1, 4))]
            ref = self.world.place_order(
                channel="fbm",
                marketplace=shop.id,
                seller=sellers[shop.region],
                items=items,
                tax_inclusive=draw.random() < 0.6,
                facilitator=draw.random() < 0.3,
                tip="0" if is_false else draw.choice(("0", "0", "2")),
                cod_fee=draw.choice(("0", "0", "0", "3")),
                discount_sign=draw.choice((1, -1)),
            )
            errors[ref] = Decimal(draw.choice((5, -3))) if is_false else 0
            if errors[ref]:
                self.world.tamper(ref, self._falsify(errors[ref]))
        return errors

    def _item(self, draw, shop):
        def amount(highest):
            scale = 100 if shop.currency == "JPY" else 1
            return Decimal(draw.randint(1, highest)) * CENT * scale

        goods = amount(20000)
        shipping = draw.choice((Decimal(0), Decimal(0), amount(2000)))
        return self.world.item(
            draw.choice([*TAXED, PACK, "NOT-IN-ODOO"]),
            quantity=draw.choice((1, 1, 2, 3, draw.randint(1, 40))),
            total=draw.choice((goods, goods, goods, Decimal(0))),
            shipping=shipping,
            gift_wrap=draw.choice((Decimal(0), Decimal(0), amount(500))),
            discount=draw.choice((0, 0, (goods / 3).quantize(CENT))),
            shipping_discount=draw.choice((0, shipping)),
            tax_rate=draw.choice((None, None, "0.07", "0")),
        )

    @staticmethod
    def _falsify(error):
        def spoil(order):
            total = order["proceeds"]["grandTotal"]
            total["amount"] = str(Decimal(total["amount"]) + error)

        return spoil

    def _worth(self, ref, policy):
        """Compute what the order in Odoo has to come to.

        :return Decimal: by the simulator, without the tax that Amazon remits
        """
        order = self.world.order(ref)
        leave_out = order.facilitator and policy == "exclude"
        return order.total - sum(item.tax for item in order.items if leave_out)

    # === the proof ===

    def _check(self, seed, policy, rounding):
        self.assertTrue(self._tax((19, True)).price_include)
        self.assertFalse(self._tax((20, False)).price_include)
        self.company.tax_calculation_rounding_method = rounding
        self._link_all_regions(facilitator_tax=policy)
        errors = self._place_orders(seed)
        orders = self.env["sale.order"]
        for _turn in range(5):  # one has so much time and no more
            self.run_cron()
            orders = orders.search([("amazon_order_ref", "in", [*errors])])
        self.assertEqual(len(orders), ORDERS)
        for order in orders:
            with self.subTest(order.amazon_order_ref):
                error = errors[order.amazon_order_ref]
                worth = self._worth(order.amazon_order_ref, policy)
                self.assertRecordValues(
                    order,
                    [
                        {
                            "state": "sale",
                            "amount_total": float(worth),
                            "amazon_total": float(worth + error),
                            "amazon_total_difference": float(-error),
                        }
                    ],
                )
                self._check_rounding(order, rounding)
                self._check_tax(order)
        shops = Counter(orders.amazon_marketplace_id.mapped("api_ref"))
        self.assertEqual(set(shops), set(MARKETPLACES))
        self.assertEqual(len(orders.filtered("amazon_total_difference")), 11)
        return orders

    def _check_rounding(self, order, rounding):
        """One line at most, never more than unit prices can leave, only if needed."""
        product = self.env.ref("amazon_connector.product_amazon_rounding")
        line = order.order_line.filtered(lambda line: line.product_id == product)
        self.assertLessEqual(len(line), 1)
        others = order.order_line - line
        coin = order.currency_id.rounding
        # half a cent of each unit's price and its tax (25 % at most), a coin per line
        bound = sum(0.00625 * each.product_uom_qty + coin for each in others)
        self.assertLessEqual(abs(line.price_total), bound)
        skus = set(others.mapped("amazon_offer_id.product_id.default_code"))
        is_exact = (
            set(others.mapped("product_uom_qty")) == {1.0}
            and all(tax.price_include for line in others for tax in line.tax_id)
            and skus <= WITHOUT_TAX_ON_TOP
        )
        if is_exact and rounding == "round_per_line":
            self.assertFalse(line)

    def _check_tax(self, order):
        """Amazon's tax is kept; what is beyond rounding is shown."""
        placed = self.world.order(order.amazon_order_ref)
        tax = sum(item.tax for item in placed.items)
        stated = 0 if placed.facilitator else tax
        coin = order.currency_id.rounding
        difference = round(order.amount_tax - float(stated), 2)
        is_stated = any(item.taxes for item in placed.items)
        apart = [difference, *self._differences(order, placed)]
        is_beyond = round(max(map(abs, apart)) / coin) > len(
            order.order_line.filtered("amazon_kind")
        )
        self.assertRecordValues(
            order,
            [
                {
                    "amazon_tax": float(stated),
                    "amazon_tax_remitted": float(tax - stated),
                    "amazon_tax_difference": difference if is_stated else 0.0,
                    "amazon_tax_differs": is_stated and is_beyond,
                }
            ],
        )

    @staticmethod
    def _differences(order, placed):
        """Compare the booked tax of each item with Amazon's.

        :return list: the tax of each item beyond Amazon's
        """
        here = Counter()
        for line in order.order_line:
            here[line.amazon_item_ref or line.amazon_charge_ref] += line.price_tax
        return [
            here[item.id] - float(0 if placed.facilitator else item.tax)
            for item in placed.items
        ]

    def _check_invoices(self, orders):
        for order in orders:
            if order.amount_total <= 0:
                continue
            invoice = order._create_invoices()
            invoice.action_post()
            self.assertEqual(
                order.currency_id.round(invoice.amount_total - order.amount_total), 0.0
            )

    def test_f1_any_order_rounding_per_line(self):
        """It takes long: hundreds of orders are confirmed, some of them invoiced."""
        orders = self._check(1, "exclude", "round_per_line")
        self._check_invoices(orders[:23])

    def test_f1_f3_any_order_rounding_globally_with_a_line_for_remitted_tax(self):
        """It takes long, as the one per line does."""
        orders = self._check(2, "line", "round_globally")
        self._check_invoices(orders[:23])
