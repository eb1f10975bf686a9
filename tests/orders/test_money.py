"""Order totals equal Amazon's to the cent (features F1, F2, F3)."""

from odoo.fields import Command

from odoo.addons.amazon_connector.sim import MARKETPLACES

from ..common import AmazonCase


class TestMoney(AmazonCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.tax_calculation_rounding_method = "round_per_line"

    def _tax(self, amount, price_include):
        return self.env["account.tax"].create(
            {
                "name": f"{amount} % {price_include}",
                "amount": amount,
                # written out, for Odoo 19 has another word for it
                **({"price_include": True} if price_include else {}),
                "company_id": self.company.id,
                "country_id": self.country.id,
                "tax_group_id": self.env["account.tax.group"]
                .create(
                    {
                        "name": "VAT",
                        "company_id": self.company.id,
                        "country_id": self.country.id,
                    }
                )
                .id,
            }
        )

    def _charge_tax(self, tax):
        """Let goods and shipping be taxed."""
        for product in self.products.values():
            product.taxes_id = [Command.set(tax.ids)]

    def _buy_and_sync(self, **item):
        ref = self.buy(items=[self.world.item("MUG-BLUE", **item)])
        self.sync()
        return self.sale_order(ref)

    def assertToTheCent(self, order, total):
        self.assertRecordValues(
            order,
            [
                {
                    "amount_total": total,
                    "amazon_total": total,
                    "amazon_total_difference": 0.0,
                }
            ],
        )

    def test_f1_tax_within_the_price(self):
        self._charge_tax(self._tax(19, True))
        order = self._buy_and_sync(quantity=2, price="11.90", shipping="4.00")
        self.assertToTheCent(order, 27.80)
        self.assertAlmostEqual(order.amount_tax, 4.44)  # shipping is taxed as the goods
        self.assertEqual(len(order.order_line), 2)
        self.assertEqual(order.order_line[0].price_unit, 11.9)

    def test_f1_tax_on_top_of_the_price(self):
        self._charge_tax(self._tax(19, False))
        order = self._buy_and_sync(quantity=2, price="11.90")
        self.assertToTheCent(order, 23.80)
        self.assertEqual(order.order_line[0].price_unit, 10.0)
        self.assertAlmostEqual(order.amount_tax, 3.8)

    def test_f1_what_rounding_leaves_is_one_visible_line(self):
        order = self._buy_and_sync(quantity=3, price=None, total="10.00")
        self.assertToTheCent(order, 10.0)
        self.assertIn(
            self.lines(order),
            [
                [("MUG-BLUE", 3.0, 9.99), ("Amazon Rounding", 1.0, 0.01)],
                [("MUG-BLUE", 3.0, 10.0)],  # where unit prices keep all their decimals
            ],
        )

    def test_f1_any_price_and_rate(self):
        taxes = [
            self._tax(rate, price_include)
            for rate in (7, 19, 21, 5.5)
            for price_include in (True, False)
        ]
        orders = []
        for number, tax in enumerate(taxes):
            product = self._create_product(
                f"TAXED-{number}", "Taxed", taxes_id=[Command.set(tax.ids)]
            )
            for quantity in (1, 3, 7):
                items = [
                    self.world.item(
                        product.default_code,
                        quantity=quantity,
                        price=f"{3 + number}.{quantity}9",
                        shipping="2.99",
                        discount="0.37",
                    )
                ]
                orders.append(self.buy(items=items))
        self.run_cron()
        for ref in orders:
            self.assertToTheCent(
                self.sale_order(ref), float(self.world.order(ref).total)
            )

    def test_f1_every_marketplace(self):
        self.account.action_archive()
        accounts = {}
        for seller in self.world.sellers:
            region = self.env["amazon.marketplace"].search(
                [("region", "=", seller.region)]
            )
            accounts[seller.region] = self._link_account(
                seller,
                base_marketplace_id=region[0].id,
                available_marketplace_ids=[Command.set(region.ids)],
                active_marketplace_ids=[Command.set(region.ids)],
            )
        refs = {}
        for shop in MARKETPLACES.values():
            seller = next(s for s in self.world.sellers if s.region == shop.region)
            refs[shop.id] = self.world.place_order(
                channel="fbm",
                marketplace=shop.id,
                seller=seller,
                items=[
                    self.world.item("MUG-BLUE", quantity=3, shipping="7"),
                    self.world.item("HONEY-500", discount="1"),
                ],
            )
        self.run_cron()
        for shop_id, ref in refs.items():
            with self.subTest(MARKETPLACES[shop_id].name):
                order = self.sale_order(ref)
                self.assertEqual(order.state, "sale")
                self.assertEqual(order.amazon_total_difference, 0.0)
                self.assertEqual(order.amazon_marketplace_id.api_ref, shop_id)
                self.assertEqual(order.currency_id.name, MARKETPLACES[shop_id].currency)

    def _taxed_by_amazon(self, policy):
        self.account.facilitator_tax = policy
        ref = self.buy(
            items=[self.world.item("MUG-BLUE", price="19.99", tax="2.04")],
            tax_inclusive=False,
            facilitator=True,
        )
        self.sync()
        return self.sale_order(ref)

    def test_f3_tax_that_amazon_remits_is_left_out(self):
        order = self._taxed_by_amazon("exclude")
        self.assertToTheCent(order, 19.99)
        self.assertEqual(len(order.order_line), 1)

    def test_f3_tax_that_amazon_remits_as_a_line(self):
        order = self._taxed_by_amazon("line")
        self.assertToTheCent(order, 22.03)
        self.assertEqual(
            self.lines(order),
            [("MUG-BLUE", 1.0, 19.99), ("Tax Collected by Amazon", 1.0, 2.04)],
        )

    def test_f3_fiscal_position_of_the_destination(self):
        tax = self._tax(19, True)
        self._charge_tax(tax)
        position = self.env["account.fiscal.position"].create(
            {
                "name": "Abroad",
                "company_id": self.company.id,
                "auto_apply": True,
                "country_id": self.env.ref("base.at").id,
            }
        )
        ref = self.buy(
            "MUG-BLUE", address={"name": "A", "city": "Wien", "countryCode": "AT"}
        )
        self.sync()
        self.assertEqual(self.sale_order(ref).fiscal_position_id, position)
        self.assertEqual(self.sale_order(ref).amazon_total_difference, 0.0)

    def test_f2_pricelist_of_the_currency_is_made_once(self):
        orders = [self._buy_and_sync(price="5.00") for _number in range(2)]
        self.assertEqual(orders[0].pricelist_id, orders[1].pricelist_id)
        self.assertEqual(orders[0].pricelist_id.currency_id.name, "EUR")

    # === taxes of all kinds ===

    def _create_tax(self, amount, price_include=False, **values):
        tax = self._tax(amount, price_include)
        tax.write(values)
        return tax

    def test_f1_free_goods_bear_no_tax_per_piece(self):
        eco = self._create_tax(0.5, amount_type="fixed")
        self._charge_tax(self._tax(19, True) + eco)
        order = self._buy_and_sync(quantity=2, price="0.00")
        self.assertToTheCent(order, 0.0)
        self.assertEqual(order.order_line.tax_id.mapped("amount"), [19.0])

    def test_f1_tax_per_piece_is_part_of_the_total(self):
        self._charge_tax(self._create_tax(0.5, amount_type="fixed"))
        order = self._buy_and_sync(quantity=2, price="11.90")
        self.assertToTheCent(order, 23.8)
        self.assertEqual(order.order_line.price_unit, 11.4)
        self.assertAlmostEqual(order.amount_tax, 1.0)

    def test_f1_tax_that_no_price_can_contain_is_left_out(self):
        self._charge_tax(self._create_tax(-100))
        order = self._buy_and_sync(price="11.90")
        self.assertToTheCent(order, 11.9)
        self.assertFalse(order.order_line.tax_id)

    def test_f1_group_of_taxes(self):
        halves = self._tax(9, False) + self._tax(10, False)
        group = self._create_tax(
            0, amount_type="group", children_tax_ids=[Command.set(halves.ids)]
        )
        self._charge_tax(group)
        order = self._buy_and_sync(price="11.90", discount="1.19")
        self.assertToTheCent(order, 10.71)
        self.assertEqual(order.order_line.tax_id, group)
        self.assertAlmostEqual(order.amount_untaxed, 9.0)

    def test_f1_discount_lowers_the_tax_of_what_is_sold(self):
        goods, other = self._tax(7, True), self._tax(19, True)
        eco = self._create_tax(0.2, amount_type="fixed")
        self._charge_tax(goods + eco)
        discount = self.env.ref("amazon_connector.product_amazon_discount")
        discount.taxes_id = [Command.set(other.ids)]
        order = self._buy_and_sync(price="10.90", discount="2.14")
        self.assertToTheCent(order, 8.76)
        self.assertEqual(
            [
                (line.tax_id, line.price_total, round(line.price_tax, 2))
                for line in order.order_line
            ],
            [(goods + eco, 10.9, 0.9), (goods, -2.14, -0.14)],
        )

    def test_f1_the_better_of_two_prices(self):
        self._charge_tax(self._tax(19, False))
        order = self._buy_and_sync(quantity=40, price=None, total="519.60")
        self.assertToTheCent(order, 519.6)
        # 10.92 each make 519.79, 10.91 make 519.32
        self.assertEqual(
            self.lines(order),
            [("MUG-BLUE", 40.0, 519.79), ("Amazon Rounding", 1.0, -0.19)],
        )

    def test_f1_a_changed_order_keeps_one_rounding_line(self):
        goods = self._tax(19, True)
        self._charge_tax(goods)
        item = self.world.item("MUG-BLUE", quantity=3, total="10.00", discount="1.00")
        ref = self.buy(items=[item])
        self.sync()
        order = self.sale_order(ref)
        self.assertToTheCent(order, 9.0)
        self.world.cancel_item(ref, 0, quantity=1)
        self.sync()
        self.assertToTheCent(order, 6.0)
        self.assertEqual(
            [
                (*line, taxes)
                for line, taxes in zip(
                    self.lines(order),
                    [line.tax_id for line in order.order_line],
                    strict=True,
                )
            ],
            [
                ("MUG-BLUE", 2.0, 6.66, goods),
                ("Amazon Discount", 1.0, -0.67, goods),
                ("Amazon Rounding", 1.0, 0.01, goods.browse()),
            ],
        )
