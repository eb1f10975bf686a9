"""Orders whose answers lack something in other ways (features D17, D18, D19)."""

from ..common import GB
from .case import WholeCase, without_items, without_money


def of_zero(code, *kinds):
    """Prepare a change of an answer.

    :return callable: adds parts of nothing in another currency
    """

    def change(shown):
        for item in shown["orderItems"]:
            item["proceeds"]["breakdowns"] += [
                {"type": kind, "subtotal": {"amount": "0.00", "currencyCode": code}}
                for kind in kinds
            ]

    return change


class TestIncompleteAgain(WholeCase):
    def test_d18_items_without_a_list_wait_too(self):
        for name, change in (
            ("no key", lambda shown: shown.pop("orderItems")),
            ("null", lambda shown: shown.update(orderItems=None)),
        ):
            with self.subTest(name):
                ref = self.buy("MUG-BLUE")
                self.show(ref, change)
                self.run_cron()
                self.assertFalse(self.sale_order(ref))
                self.assertIn(self.row(ref).state, ("waiting", "new", "failed"))
                self.show(ref)
                self.run_cron()
                self.assertEqual(self.row(ref).state, "done")
                self.assertEqual(
                    self.open_moves(self.sale_order(ref)), [("MUG-BLUE", 1)]
                )
        self.amazon.contract_violations.clear()  # Amazon's own fault here

    def test_d18_order_grows_twice(self):
        ref = self.buy("MUG-BLUE", "TEA-SENCHA", "MUG-WHITE")

        def first(count):
            def cut(shown):
                shown["orderItems"] = shown["orderItems"][:count]
                shown.pop("proceeds", None)

            return cut

        for count in (1, 2):
            self.show(ref, first(count))
            self.run_cron()
            order = self.sale_order(ref)
            self.assertEqual(len(self.open_moves(order)), count)
        self.show(ref)
        self.run_cron()
        self.assertEqual(
            self.open_moves(order),
            [("MUG-BLUE", 1), ("TEA-SENCHA", 1), ("MUG-WHITE", 1)],
        )
        self.assertEqual(order.amazon_total, float(self.world.order(ref).total))
        self.assertQuiet(order)

    def test_d18_order_that_grows_after_its_goods_have_left_is_for_a_person(self):
        ref = self.buy("MUG-BLUE", "TEA-SENCHA")

        def half(shown):
            shown["orderItems"] = shown["orderItems"][:1]
            shown.pop("proceeds", None)

        self.show(ref, half)
        self.run_cron()
        order = self.sale_order(ref)
        self.deliver(order)
        self.show(ref)
        self.run_cron()
        self.assertTrue(order.amazon_review)
        self.assertEqual(order.amazon_total, float(self.world.order(ref).total))
        self.assertTrue(order.amazon_total_difference)

    def test_d18_items_that_are_gone_and_come_back(self):
        ref, order = self.import_order("MUG-BLUE", "TEA-SENCHA")
        for _round in range(2):
            self.show(ref, lambda shown: shown["orderItems"].pop(0))
            self.run_cron()
            self.assertEqual(len(self.open_moves(order)), 2)
            self.show(ref)
            self.pass_hours(self.row(ref), 1)
            self.run_cron()
            self.assertEqual(self.states(), {ref: "done"})
            self.assertFalse(self.row(ref).incomplete_since)
        self.assertQuiet(order)

    def test_d18_answer_without_items_for_a_delivered_order_changes_nothing(self):
        ref, order = self.import_order("MUG-BLUE", "TEA-SENCHA")
        self.deliver(order)
        total = order.amount_total
        self.show(ref, without_items)
        self.run_cron()
        self.assertEqual((order.amount_total, order.amazon_total), (total, total))
        self.assertEqual(order.order_line.mapped("product_uom_qty"), [1, 1])

    def test_d18_one_item_withdrawn_while_the_answer_lacks_another(self):
        ref, order = self.import_order("MUG-BLUE", "TEA-SENCHA", "MUG-WHITE")
        self.world.cancel_item(ref, "TEA-SENCHA")
        self.show(ref, lambda shown: shown["orderItems"].pop(0))
        self.run_cron()
        self.assertIn(("MUG-BLUE", 1), self.open_moves(order))
        self.show(ref)
        self.pass_hours(self.row(ref), 1)
        self.run_cron()
        self.assertEqual(self.open_moves(order), [("MUG-BLUE", 1), ("MUG-WHITE", 1)])
        self.assertQuiet(order)


class TestNoMoneyAgain(WholeCase):
    def test_d18_free_orders_of_other_kinds(self):
        for details, currency in (
            ({"marketplace": GB}, "GBP"),
            ({"programs": ["VINE"]}, "EUR"),
        ):
            with self.subTest(currency):
                ref = self.buy("MUG-BLUE", "TEA-SENCHA", **details)
                self.show(ref, without_money)
                self.run_cron()
                order = self.sale_order(ref)
                self.assertEqual(order.state, "sale")
                self.assertEqual(order.currency_id.name, currency)
                self.assertEqual(order.amount_total, 0)
                self.assertEqual(len(self.open_moves(order)), 2)

    def test_d18_free_order_that_amazon_ships(self):
        ref = self.buy_fba("MUG-BLUE")
        self.show(ref, without_money)
        self.run_cron()
        order = self.sale_order(ref)
        self.assertEqual((order.state, order.amount_total), ("sale", 0))
        self.assertEqual(self.account.problem_count, 1)

    def test_d18_one_free_item_beside_a_paid_one_is_no_free_order(self):
        ref = self.buy(items=[self.world.item("MUG-BLUE", price="10.00")] * 2)

        def half(shown):
            shown["orderItems"][1].pop("proceeds")
            shown["orderItems"][1]["product"].pop("price", None)
            shown["proceeds"]["grandTotal"]["amount"] = "10.00"

        self.show(ref, half)
        self.run_cron()
        order = self.sale_order(ref)
        self.assertEqual((order.amount_total, order.amazon_total), (10.0, 10.0))
        self.assertEqual(len(order.order_line.filtered("amazon_item_ref")), 2)

    def test_d18_zeros_of_any_kind_have_no_currency(self):
        kinds = ("SHIPPING", "GIFT_WRAP", "DISCOUNT", "TAX", "COD_FEE", "OTHER")
        for kind in kinds:
            with self.subTest(kind):
                ref = self.buy(items=[self.world.item("MUG-BLUE", price="10.00")])
                self.show(ref, of_zero("USD", kind))
                self.run_cron()
                order = self.sale_order(ref)
                self.assertEqual(
                    (order.amount_total, order.currency_id.name), (10.0, "EUR")
                )
        self.assertEqual(self.account.problem_count, 0)

    def test_d18_all_zero_takes_the_currency_of_the_marketplace(self):
        ref = self.buy(items=[self.world.item("MUG-BLUE", price="0.00", tax="0")])

        def elsewhere(shown):
            def walk(node):
                if isinstance(node, dict):
                    if "currencyCode" in node:
                        node["currencyCode"] = "USD"
                    for each in node.values():
                        walk(each)
                elif isinstance(node, list):
                    for each in node:
                        walk(each)

            walk(shown)

        self.show(ref, elsewhere)
        self.run_cron()
        order = self.sale_order(ref)
        self.assertEqual((order.state, order.amount_total), ("sale", 0))


class TestRelevanceAgain(WholeCase):
    def test_d17_parcels_of_other_channels_are_no_problem(self):
        """Multi-channel fulfilment: a parcel after the other, in any state."""

        def nowhere(shown):
            shown["salesChannel"] = {"channelName": "NON_AMAZON"}

        for number, status in enumerate(("UNSHIPPED", "PENDING", "CANCELLED", None)):
            with self.subTest(status or "shipped"):
                details = {"channel": "fba", "channel_name": "NON_AMAZON"}
                if status:
                    details["status"] = status
                ref = self.buy("MUG-BLUE", **details)
                if not status:
                    self.world.ship_fba(ref)
                changes = (nowhere, without_money, without_items)[: number + 1]
                self.show(ref, *changes)
                self.run_cron()
                self.assertEqual(self.row(ref).state, "ignored")
        self.assertEqual(self.account.problem_count, 0)
        self.assertFalse(self.sale_orders())

    def test_d17_shipped_without_anything_readable(self):
        def broken(shown):
            shown["orderItems"][0]["quantityOrdered"] = -1

        ref = self.buy("MUG-BLUE")
        self.world.ship_fbm(ref)
        self.show(ref, broken)
        self.run_cron()
        self.assertEqual(self.row(ref).state, "ignored")

    def test_d17_what_is_odoos_business_is_still_a_problem(self):
        def broken(shown):
            shown["orderItems"][0]["quantityOrdered"] = -1

        def nowhere(shown):
            shown["salesChannel"]["marketplaceId"] = "A0NOWHERE"

        for change in (broken, nowhere):
            ref = self.buy("MUG-BLUE")
            self.show(ref, change)
            self.run_cron()
            self.assertEqual(self.row(ref).state, "failed")


class TestTotalAgain(WholeCase):
    def _cost(self, amount, alone):
        def change(shown):
            shown["proceeds"]["grandTotal"]["amount"] = amount
            if not alone:
                [item] = shown["orderItems"]
                item["proceeds"]["proceedsTotal"]["amount"] = amount

        return change

    def test_d19_total_that_goes_up_and_down(self):
        for alone in (True, False):
            with self.subTest(alone=alone):
                ref, order = self.import_order(
                    items=[self.world.item("MUG-BLUE", price="40.00", tax="0")]
                )
                for amount in ("55.00", "30.00"):
                    self.show(ref, self._cost(amount, alone))
                    self.run_cron()
                    self.assertEqual(order.amazon_total, float(amount))
                    self.assertEqual(
                        order.amazon_total_difference, 40.0 - float(amount)
                    )
                    self.assertIn(amount, order.amazon_review)
                self.show(ref)
                self.run_cron()
                self.assertEqual(order.amazon_total_difference, 0.0)

    def test_d19_total_that_changes_while_goods_are_on_their_way(self):
        ref, order = self.import_order(
            items=[self.world.item("MUG-BLUE", price="40.00", tax="0")]
        )
        self.deliver(order)
        self.show(ref, self._cost("30.00", False))
        self.run_cron()
        self.assertEqual(order.amazon_total_difference, 10.0)
        self.assertAsked(order, "30.00", "40.00")
