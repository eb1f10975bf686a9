"""What an order is worth, however Amazon chose to state it (feature F1)."""

import unittest
from dataclasses import replace
from decimal import Decimal

from ..amounts import LineAmount, order_amounts
from ..order_parser import parse_order

FACILITATOR = {"taxCollections": [{"model": "MARKETPLACE_FACILITATOR"}]}


def money(amount, currency="EUR"):
    return {"amount": str(amount), "currencyCode": currency}


def item(total=None, tax=None, item_id="1", taxed=None, quantity=1, **parts):
    """An item as Amazon sends it: parts by breakdown type, taxes by subtype."""
    breakdowns = [
        {"type": kind, "subtotal": money(amount)} for kind, amount in parts.items()
    ]
    if tax is not None:
        breakdowns.append(
            {
                "type": "TAX",
                "subtotal": money(sum(map(Decimal, tax.values()))),
                "detailedBreakdowns": [
                    {"subtype": kind, "value": money(amount)}
                    for kind, amount in tax.items()
                ],
            }
        )
    proceeds = {"breakdowns": breakdowns}
    if total is not None:
        proceeds["proceedsTotal"] = money(total)
    return {
        "orderItemId": item_id,
        "quantityOrdered": quantity,
        "product": {"sellerSku": "MUG"},
        "proceeds": proceeds,
        "tax": taxed or {},
    }


def order(*items, total=None, **breakdowns):
    return parse_order(
        {
            "orderId": "302-1111111-2222222",
            "createdTime": "2026-11-18T09:15:00.123Z",
            "lastUpdatedTime": "2026-11-18T09:47:10.004Z",
            "salesChannel": {"channelName": "AMAZON", "marketplaceId": "A1"},
            "proceeds": {
                **({"grandTotal": money(total)} if total is not None else {}),
                "breakdowns": [
                    {"type": kind, "subtotal": money(amount)}
                    for kind, amount in breakdowns.items()
                ],
            },
            "orderItems": list(items),
        }
    )


class TestAmounts(unittest.TestCase):
    def assertWorth(self, bought, total, *lines, unexplained="0", **options):
        amounts = order_amounts(bought, **options)
        self.assertEqual(
            [(line.kind, str(line.amount)) for line in amounts.lines], list(lines)
        )
        self.assertEqual(
            (amounts.total, amounts.unexplained),
            (Decimal(total), Decimal(unexplained)),
        )

    def test_tax_within_the_price(self):
        bought = order(
            item(
                27.98,
                ITEM="23.98",
                SHIPPING="4.00",
                tax={"ITEM": "3.83", "SHIPPING": "0.64"},
            ),
            total="27.98",
        )
        self.assertWorth(bought, "27.98", ("product", "23.98"), ("shipping", "4.00"))

    def test_tax_on_top_of_the_price(self):
        bought = order(
            item(
                "28.54",
                ITEM="19.99",
                SHIPPING="4.00",
                tax={"ITEM": "3.80", "SHIPPING": "0.75"},
            ),
            total="28.54",
        )
        self.assertWorth(bought, "28.54", ("product", "23.79"), ("shipping", "4.75"))

    def test_item_total_before_tax_and_order_total_after(self):
        bought = order(
            item(
                "23.99",
                ITEM="19.99",
                SHIPPING="4.00",
                tax={"ITEM": "3.80", "SHIPPING": "0.75"},
            ),
            total="28.54",
        )
        self.assertWorth(bought, "28.54", ("product", "23.79"), ("shipping", "4.75"))

    def test_tax_that_amazon_remits_is_left_out(self):
        bought = order(
            item("22.03", ITEM="19.99", tax={"ITEM": "2.04"}, taxed=FACILITATOR),
            total="22.03",
        )
        self.assertWorth(bought, "19.99", ("product", "19.99"))

    def test_tax_that_amazon_remits_as_a_line(self):
        bought = order(
            item("22.03", ITEM="19.99", tax={"ITEM": "2.04"}, taxed=FACILITATOR),
            total="22.03",
        )
        self.assertWorth(
            bought,
            "22.03",
            ("product", "19.99"),
            ("facilitator_tax", "2.04"),
            show_facilitator_tax=True,
        )

    def test_tax_within_the_price_that_amazon_remits(self):
        bought = order(
            item("119.00", ITEM="119.00", tax={"ITEM": "19.00"}, taxed=FACILITATOR),
            total="119.00",
        )
        self.assertWorth(bought, "100.00", ("product", "100.00"))

    def test_discount_of_either_sign(self):
        for discount in ("-2.00", "2.00"):
            with self.subTest(discount):
                bought = order(
                    item("21.98", ITEM="23.98", DISCOUNT=discount), total="21.98"
                )
                self.assertWorth(
                    bought, "21.98", ("product", "23.98"), ("discount", "-2.00")
                )

    def test_discount_on_shipping_beside_the_subtotal(self):
        goods = item("20.00", ITEM="22.00", SHIPPING="4.00", DISCOUNT="2.00")
        goods["proceeds"]["breakdowns"][-1]["detailedBreakdowns"] = [
            {"subtype": "SHIPPING", "value": money("4.00")}
        ]
        self.assertWorth(
            order(goods, total="20.00"),
            "20.00",
            ("product", "22.00"),
            ("shipping", "4.00"),
            ("discount", "-6.00"),
        )

    def test_every_charge_is_a_line(self):
        bought = order(
            item(
                "20.50",
                ITEM="10.00",
                SHIPPING="4.00",
                GIFT_WRAP="2.50",
                COD_FEE="3.00",
                OTHER="1.00",
            ),
            total="22.50",
            DELIVERY_TIP="2.00",
        )
        self.assertWorth(
            bought,
            "22.50",
            ("product", "10.00"),
            ("shipping", "4.00"),
            ("gift_wrap", "2.50"),
            ("cod_fee", "3.00"),
            ("other", "1.00"),
            ("tip", "2.00"),
        )

    def test_lines_name_their_item(self):
        bought = order(
            item("10.00", item_id="1", ITEM="10.00"),
            item("5.00", item_id="2", ITEM="5.00"),
            total="15.00",
        )
        self.assertEqual(
            order_amounts(bought).lines,
            (
                LineAmount("product", "1", Decimal("10.00")),
                LineAmount("product", "2", Decimal("5.00")),
            ),
        )

    def test_tax_without_details_is_shared_out(self):
        goods = item("35.70", ITEM="20.00", SHIPPING="10.00")
        goods["proceeds"]["breakdowns"].append(
            {"type": "TAX", "subtotal": money("5.70")}
        )
        self.assertWorth(
            order(goods, total="35.70"),
            "35.70",
            ("product", "23.80"),
            ("shipping", "11.90"),
        )

    def test_replacement_costs_nothing(self):
        bought = order(item("0.00", ITEM="0.00"), total="0.00")
        self.assertWorth(bought, "0.00", ("product", "0.00"))

    def test_without_breakdowns_the_total_speaks(self):
        self.assertWorth(
            order(item("10.00"), total="10.00"), "10.00", ("product", "10.00")
        )

    def test_without_any_total_the_unit_price_speaks(self):
        goods = item(quantity=3)
        goods["product"]["price"] = {"unitPrice": money("3.50")}
        self.assertWorth(order(goods), "10.50", ("product", "10.50"))

    def test_without_any_other_figure_the_order_total_speaks(self):
        self.assertWorth(order(item(), total="10.00"), "10.00", ("product", "10.00"))

    def test_only_the_order_states_money(self):
        goods = [item(item_id=number) for number in "12"]
        for each, price in zip(goods, ("3.00", "6.00"), strict=True):
            each["product"]["price"] = {"unitPrice": money(price)}
        bought = order(*goods, total="12.80", ITEM="9.00", SHIPPING="2.00", TAX="1.80")
        self.assertEqual(
            [
                (line.kind, line.item_id, str(line.amount))
                for line in order_amounts(bought).lines
            ],
            [
                ("product", "1", "3.49"),
                ("product", "2", "6.98"),
                ("shipping", None, "2.33"),
            ],
        )
        self.assertEqual(order_amounts(bought).unexplained, 0)

    def test_goods_that_amazon_left_out_cost_their_price(self):
        goods = item("11.00", SHIPPING="4.00", quantity=2)
        goods["product"]["price"] = {"unitPrice": money("3.50")}
        self.assertWorth(
            order(goods, total="11.00"),
            "11.00",
            ("product", "7.00"),
            ("shipping", "4.00"),
        )

    def test_free_goods_that_have_a_price(self):
        goods = item("4.00", SHIPPING="4.00", quantity=2)
        goods["product"]["price"] = {"unitPrice": money("3.50")}
        self.assertWorth(
            order(goods, total="4.00"),
            "4.00",
            ("product", "0"),
            ("shipping", "4.00"),
        )

    def test_item_taxed_by_amazon_beside_one_that_tells_where_tax_is(self):
        """Alone, the first item could also hold the tax in its price."""
        bought = order(
            item("20.00", ITEM="20.00", tax={"ITEM": "2.00"}, taxed=FACILITATOR),
            item("11.00", ITEM="10.00", tax={"ITEM": "1.00"}, item_id="2"),
            total="31.00",
        )
        self.assertWorth(bought, "31.00", ("product", "20.00"), ("product", "11.00"))

    def test_tax_that_may_lie_outside_of_all_is_no_income(self):
        """Two readings fit; the one that is worth less is taken."""
        bought = order(
            item("20.00", ITEM="20.00", tax={"ITEM": "2.00"}, taxed=FACILITATOR),
            total="20.00",
        )
        self.assertWorth(bought, "18.00", ("product", "18.00"))

    def test_reporting_scheme_alone_leaves_the_tax_with_the_seller(self):
        scheme = {"taxCalculationBreakdowns": [{"reportingScheme": "UOSS"}]}
        bought = order(
            item("119.00", ITEM="119.00", tax={"ITEM": "19.00"}, taxed=scheme)
        )
        self.assertWorth(bought, "119.00", ("product", "119.00"))

    def test_tip_that_may_still_change_counts_only_in_the_total(self):
        for total, worth in (("12.00", "12.00"), ("10.00", "10.00"), (None, "10.00")):
            bought = order(
                item("10.00", ITEM="10.00"), total=total, DELIVERY_TIP="2.00"
            )
            tip = replace(bought.proceeds.breakdowns[0], status="PENDING")
            proceeds = replace(bought.proceeds, breakdowns=(tip,))
            with self.subTest(total=total):
                self.assertEqual(
                    order_amounts(replace(bought, proceeds=proceeds)).total,
                    Decimal(worth),
                )

    def test_cancelled_item_and_item_without_money(self):
        bought = order(
            item("10.00", ITEM="10.00"),
            {"orderItemId": "2", "quantityOrdered": 0, "product": {}},
            total="10.00",
        )
        self.assertWorth(bought, "10.00", ("product", "10.00"), ("product", "0"))

    def test_pending_order_has_no_money(self):
        goods = {"orderItemId": "1", "quantityOrdered": 2, "product": {}}
        self.assertWorth(order(goods), "0", ("product", "0"))

    def test_negative_charge(self):
        bought = order(item("9.00", ITEM="10.00", OTHER="-1.00"), total="9.00")
        self.assertWorth(bought, "9.00", ("product", "10.00"), ("other", "-1.00"))

    def test_item_total_that_fits_nothing_is_stated(self):
        bought = order(item("10.00", ITEM="9.00"))
        self.assertWorth(bought, "10.00", ("product", "9.00"), unexplained="1.00")

    def test_money_of_an_unknown_kind_is_left_for_a_person(self):
        bought = order(
            item("13.00", ITEM="10.00", BOTTLE_DEPOSIT="3.00"), total="13.00"
        )
        self.assertWorth(bought, "13.00", ("product", "10.00"), unexplained="3.00")

    def test_what_does_not_add_up_is_stated(self):
        bought = order(item("10.00", ITEM="10.00"), total="12.34")
        self.assertWorth(bought, "12.34", ("product", "10.00"), unexplained="2.34")


if __name__ == "__main__":
    unittest.main()


class TestTaxes(unittest.TestCase):
    """What Amazon states of the tax, and whose it is (feature F6)."""

    def assertTaxed(self, amounts, tax, remitted, *lines):
        self.assertEqual(
            [
                (line.kind, str(line.amount), str(line.tax), line.is_remitted)
                for line in amounts.lines
            ],
            list(lines),
        )
        self.assertEqual(amounts.tax, tax if tax is None else Decimal(tax))
        self.assertEqual(amounts.facilitator_tax, Decimal(remitted))

    def test_each_line_has_its_tax(self):
        bought = order(
            item(
                "13.90",
                {"ITEM": "0.65", "SHIPPING": "0.26"},
                ITEM="10.00",
                SHIPPING="3.90",
            ),
            total="13.90",
        )
        self.assertTaxed(
            order_amounts(bought),
            "0.91",
            "0",
            ("product", "10.00", "0.65", False),
            ("shipping", "3.90", "0.26", False),
        )

    def test_items_that_amazon_remits_beside_others(self):
        bought = order(
            item(119, {"ITEM": "19.00"}, "1", FACILITATOR, ITEM="119.00"),
            item(119, {"ITEM": "19.00"}, "2", ITEM="119.00"),
            total=238,
        )
        amounts = order_amounts(bought)
        self.assertTaxed(
            amounts,
            "19.00",
            "19.00",
            ("product", "100.00", "19.00", True),
            ("product", "119.00", "19.00", False),
        )
        self.assertEqual(amounts.total, Decimal("219.00"))

    def test_no_statement_is_not_a_tax_of_nothing(self):
        silent = order(item(10, ITEM="10.00"), total=10)
        self.assertIsNone(order_amounts(silent).tax)
        stated = order(item(10, {"ITEM": "0.00"}, ITEM="10.00"), total=10)
        self.assertEqual(order_amounts(stated).tax, Decimal(0))

    def test_the_order_alone_states_it(self):
        bought = order(item(119, ITEM="119.00"), total=119, TAX="19.00")
        self.assertEqual(order_amounts(bought).tax, Decimal("19.00"))
        remitted = order(
            item(119, ITEM="119.00", taxed=FACILITATOR), total=119, TAX="19.00"
        )
        self.assertEqual(order_amounts(remitted).tax, Decimal(0))

    def test_tax_is_shared_like_the_goods(self):
        silent = [
            {**item(item_id=number, quantity=2), "proceeds": {}} for number in "12"
        ]
        bought = order(*silent, total="10.71", ITEM="10.71", TAX="1.71")
        self.assertTaxed(
            order_amounts(bought),
            "1.71",
            "0",
            ("product", "5.35", "0.85", False),
            ("product", "5.36", "0.86", False),
        )
