"""Orders come in whole, or they wait (features D17, D18, D19)."""

from unittest.mock import patch

from ..common import GB, AmazonCase
from .case import WholeCase, without_items, without_money


class TestOrderWithoutItems(WholeCase):
    def test_d18_order_without_items_waits_and_comes_in_whole(self):
        ref = self.buy("MUG-BLUE", "TEA-SENCHA")
        self.show(ref, without_items)
        self.assertEqual(self.sync(), "Waiting at Amazon: 1.")
        self.assertFalse(self.sale_order(ref))
        self.assertRecordValues(
            self.row(ref),
            [
                {
                    "state": "waiting",
                    "error_kind": False,
                    "error_message": "Amazon lists no items of this order yet. Odoo "
                    "asks again every hour and imports it when it is complete.",
                }
            ],
        )

        self.show(ref)
        self.run_cron()

        order = self.sale_order(ref)
        self.assertEqual(self.states(), {ref: "done"})
        self.assertEqual(len(self.lines(order)), 2)
        self.assertEqual(self.open_moves(order), [("MUG-BLUE", 1), ("TEA-SENCHA", 1)])
        self.assertQuiet(order)
        self.assertFalse(self.row(ref).error_message)
        self.assertFalse(self.row(ref).incomplete_since)

    def test_d18_items_are_asked_for_though_amazon_dates_nothing_anew(self):
        ref = self.buy("MUG-BLUE")
        self.show(ref, without_items)
        self.run_cron()
        self.world.tampers.clear()  # the items are there, the date is as it was
        self.run_cron()
        self.assertEqual(self.states(), {ref: "waiting"})
        self.pass_hours(self.row(ref), 1)
        self.run_cron()
        self.assertEqual(self.states(), {ref: "done"})
        self.assertEqual(len(self.calls("getOrder")), 1)

    def test_d18_in_time_a_person_is_called(self):
        ref = self.buy("MUG-BLUE")
        self.show(ref, without_items)
        self.run_cron()
        self.pass_hours(self.row(ref), 7)
        self.run_cron()
        self.assertEqual(self.states(), {ref: "failed"})
        self.assertIn("Seller Central", self.row(ref).error_message)
        self.assertEqual(self.account.problem_count, 1)
        self.world.tampers.clear()
        self.pass_hours(self.row(ref), 1)
        self.run_cron()
        self.assertEqual(self.states(), {ref: "done"})
        self.account.invalidate_recordset()
        self.assertEqual(self.account.problem_count, 0)

    def test_d18_order_that_holds_stock_keeps_it_until_its_items_are_known(self):
        self.account.hold_pending = True
        self.store("MUG-BLUE", 1, location=self.warehouse.lot_stock_id)
        product = self.products["MUG-BLUE"]
        self.env["amazon.offer"].create(
            {
                "account_id": self.account.id,
                "marketplace_id": self.env.ref("amazon_connector.marketplace_de").id,
                "sku": "MUG-BLUE",
                "product_id": product.id,
                "amazon_channel": "fbm",
            }
        )
        ref = self.buy("MUG-BLUE", status="PENDING")
        self.run_cron()
        self.assertEqual(product.free_qty, 0)
        self.show(ref, without_items)
        self.world.authorize_payment(ref)
        self.run_cron()
        self.assertEqual(self.states(), {ref: "waiting"})
        product.invalidate_recordset()
        self.assertEqual(product.free_qty, 0)

    def test_d18_empty_order_of_the_past_grows(self):
        """So did an earlier version import what had no items."""
        ref, order = self.import_order("MUG-BLUE", "TEA-SENCHA")
        order.order_line.with_context(disable_cancel_warning=True)
        order.picking_ids.action_cancel()
        self.env.cr.execute(
            "DELETE FROM stock_move WHERE sale_line_id IN %s",
            [tuple(order.order_line.ids)],
        )
        self.env.cr.execute(
            "DELETE FROM sale_order_line WHERE order_id = %s", [order.id]
        )
        self.env.invalidate_all()
        order.amazon_total = 0
        self.assertFalse(order.order_line)

        result = self.account._recover_references([ref])

        self.assertEqual(result[ref][0], "imported")
        self.assertEqual(len(self.lines(order)), 2)
        self.assertEqual(
            self.open_moves(order), [("MUG-BLUE", 1.0), ("TEA-SENCHA", 1.0)]
        )
        self.assertEqual(order.amazon_total_difference, 0)
        self.assertEqual(order.amount_total, float(self.world.order(ref).total))

    def test_d18_order_that_came_incomplete_grows(self):
        ref = self.buy("MUG-BLUE", "TEA-SENCHA")
        tea = self.world.order(ref).item("TEA-SENCHA")

        def half(shown):
            shown["orderItems"] = shown["orderItems"][:1]
            shown.pop("proceeds", None)

        self.show(ref, half)
        self.run_cron()
        order = self.sale_order(ref)
        self.assertEqual(len(self.lines(order)), 1)
        self.show(ref)
        self.run_cron()
        self.assertEqual(order.order_line[-1].amazon_item_ref, tea.id)
        self.assertEqual(self.open_moves(order), [("MUG-BLUE", 1), ("TEA-SENCHA", 1)])
        self.assertQuiet(order)
        self.assertEqual(order.amazon_total, float(self.world.order(ref).total))

    def calls(self, operation):
        return self.amazon.calls(operation)


class TestAnswerThatLacks(WholeCase):
    def _assert_untouched(self, order):
        self.assertEqual(len(self.lines(order)), 2)
        self.assertEqual(self.open_moves(order), [("MUG-BLUE", 1), ("TEA-SENCHA", 1)])
        self.assertEqual(order.amount_total, order.amazon_total)
        self.assertTrue(order.amazon_total)

    def test_d18_answer_without_items_empties_no_order(self):
        def without_one(shown):
            shown["orderItems"].pop()

        def without_money_of_one(shown):
            shown["orderItems"][0].pop("proceeds")
            shown["orderItems"][0]["product"].pop("price")

        for name, change in (
            ("no items", without_items),
            ("an item less", without_one),
            ("no money", without_money),
            ("an item without money", without_money_of_one),
        ):
            with self.subTest(name):
                ref, order = self.import_order("MUG-BLUE", "TEA-SENCHA")
                self.show(ref, change)
                self.run_cron()
                self._assert_untouched(order)
                self.assertQuiet(order)
                row = self.row(ref)
                self.assertEqual((row.state, row.error_kind), ("new", "retryable"))
                self.assertIn("Amazon's answer lacks", row.error_message)
                self.assertTrue(row.next_try_at)

                self.world.tampers.clear()
                self.pass_hours(row, 1)
                self.run_cron()
                self.assertRecordValues(
                    row,
                    [
                        {
                            "state": "done",
                            "error_kind": False,
                            "error_message": False,
                            "incomplete_since": False,
                        }
                    ],
                )
                self._assert_untouched(order)

    def test_d18_when_it_stays_like_that_a_person_is_asked(self):
        ref, order = self.import_order("MUG-BLUE", "TEA-SENCHA")
        self.show(ref, without_items)
        self.run_cron()
        self.pass_hours(self.row(ref), 7)
        self.run_cron()
        self._assert_untouched(order)
        self.assertAsked(order, "lacked what belongs to this order", "Seller Central")
        self.assertEqual(self.states(), {ref: "done"})

    def test_d18_what_amazon_cancels_is_no_gap(self):
        ref, order = self.import_order("MUG-BLUE", "TEA-SENCHA")
        self.world.cancel_item(ref, "TEA-SENCHA")
        self.run_cron()
        self.assertEqual(self.open_moves(order), [("MUG-BLUE", 1)])
        self.assertQuiet(order)
        self.world.cancel(ref)
        self.show(ref, without_items)
        self.run_cron()
        self.assertEqual(order.state, "cancel")
        self.assertQuiet(order)


class TestOrderWithoutMoney(WholeCase):
    def _import_free(self, **details):
        ref = self.buy("MUG-BLUE", **details)
        self.show(ref, without_money)
        self.run_cron()
        self.assertEqual(self.states()[ref], "done")
        return ref, self.sale_order(ref)

    def test_d18_order_without_any_amount_is_delivered_for_nothing(self):
        _ref, order = self._import_free()
        self.assertRecordValues(
            order,
            [
                {
                    "state": "sale",
                    "amount_total": 0.0,
                    "amazon_total": 0.0,
                    "amazon_total_difference": 0.0,
                    "currency_id": self.env.ref("base.EUR").id,
                }
            ],
        )
        self.assertEqual(self.open_moves(order), [("MUG-BLUE", 1)])
        self.assertAsked(order, "states no amount")

    def test_d18_in_the_currency_of_the_marketplace(self):
        _ref, order = self._import_free(marketplace=GB)
        self.assertEqual(order.currency_id.name, "GBP")

    def test_d18_replacement_needs_no_note(self):
        original, _order = self.import_order()
        for exchange in (False, True):
            _ref, order = self._import_free(replacement_of=original, exchange=exchange)
            self.assertEqual(order.amount_total, 0)
            self.assertQuiet(order)

    def test_d18_amounts_that_come_later_are_taken_over(self):
        ref, order = self._import_free()
        order.action_amazon_reviewed()
        self.show(ref)
        self.run_cron()
        self.assertEqual(order.amount_total, float(self.world.order(ref).total))
        self.assertEqual(order.amazon_total, order.amount_total)
        self.assertQuiet(order)

    def test_d18_amounts_in_another_currency_are_for_a_person(self):
        ref, order = self._import_free()
        order.action_amazon_reviewed()

        def in_dollars(shown):
            for item in shown["orderItems"]:
                item["product"].pop("price")
                item["proceeds"] = {
                    "proceedsTotal": {"amount": "11.99", "currencyCode": "USD"}
                }
            shown.pop("proceeds")

        self.show(ref, in_dollars)
        self.run_cron()
        self.assertEqual(order.amount_total, 0)
        self.assertAsked(order, "in USD now", "in EUR")

    def test_d18_marketplace_without_currency_is_a_setting(self):
        self.env.ref("amazon_connector.marketplace_de").currency_id = False
        ref = self.buy("MUG-BLUE")
        self.show(ref, without_money)
        self.run_cron()
        self.assertEqual(self.row(ref).error_kind, "config")
        self.assertIn("has no currency", self.row(ref).error_message)

    def test_d18_amounts_of_zero_have_no_currency(self):
        ref = self.buy(items=[self.world.item("MUG-BLUE", price="10.00")])

        def wrap(shown):
            shown["orderItems"][0]["proceeds"]["breakdowns"].append(
                {
                    "type": "GIFT_WRAP",
                    "subtotal": {"amount": "0", "currencyCode": "USD"},
                }
            )

        self.show(ref, wrap)
        self.run_cron()
        order = self.sale_order(ref)
        self.assertEqual((order.amount_total, order.currency_id.name), (10.0, "EUR"))
        self.assertQuiet(order)


class TestRelevanceFirst(WholeCase):
    """What is none of Odoo's business, or has to wait, is no problem (D17)."""

    def _judge(self, *changes, ship=False, **details):
        ref = self.buy("MUG-BLUE", **details)
        if ship:
            self.world.ship_fbm(ref)
        self.show(ref, *changes)
        self.run_cron()
        self.assertFalse(self.sale_order(ref))
        return self.row(ref)

    def test_d17_not_sold_on_amazon(self):
        def nowhere(shown):
            shown["salesChannel"] = {"channelName": "NON_AMAZON"}

        def broken(shown):
            shown["orderItems"][0]["quantityOrdered"] = -1

        for name, changes, details in (
            ("no marketplace", (nowhere,), {}),
            ("no money", (without_money,), {}),
            ("neither", (nowhere, without_money), {"channel": "fba"}),
            ("no items", (nowhere, without_items), {}),
            ("unreadable", (nowhere, broken), {}),
        ):
            with self.subTest(name):
                row = self._judge(*changes, channel_name="NON_AMAZON", **details)
                self.assertRecordValues(
                    row,
                    [
                        {
                            "state": "ignored",
                            "error_kind": False,
                            "error_message": "Not sold on Amazon: only Amazon's "
                            "warehouse ships it.",
                        }
                    ],
                )
        self.assertEqual(self.account.problem_count, 0)

    def test_d17_shipped_before_odoo_saw_it(self):
        row = self._judge(without_money, ship=True)
        self.assertEqual((row.state, row.error_kind), ("ignored", False))

    def test_d17_amazon_has_not_shipped_it_yet(self):
        def in_two_currencies(shown):
            shown["proceeds"]["grandTotal"]["currencyCode"] = "USD"

        for change in (without_money, without_items, in_two_currencies):
            row = self._judge(change, channel="fba")
            self.assertEqual((row.state, row.error_kind), ("waiting", False))
            self.assertIn("Amazon ships it", row.error_message)
        self.assertEqual(self.account.problem_count, 0)

    def test_d17_cancelled_in_a_marketplace_that_nobody_knows(self):
        def move(shown):
            shown["salesChannel"]["marketplaceId"] = "A0NOWHERE"

        row = self._judge(move, status="CANCELLED")
        self.assertEqual((row.state, row.error_kind), ("ignored", False))

    def test_d17_pending_and_unreadable_waits_even_where_stock_is_held(self):
        self.account.hold_pending = True

        def broken(shown):
            shown["orderItems"][0]["quantityOrdered"] = -1

        row = self._judge(broken, status="PENDING")
        self.assertEqual((row.state, row.error_kind), ("waiting", False))


class TestTotalThatChanges(WholeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["account.chart.template"].try_loading(
            "generic_coa", company=cls.company, install_demo=False
        )

    def _import_for_forty(self):
        return self.import_order(
            items=[self.world.item("MUG-BLUE", price="40.00", tax="0")]
        )

    def _to_thirty(self, *parts):
        def change(shown):
            (item,) = shown["orderItems"]
            shown["proceeds"]["grandTotal"]["amount"] = "30.00"
            item["proceeds"]["proceedsTotal"]["amount"] = "30.00"
            item["proceeds"]["breakdowns"] += parts

        return change

    def test_d19_total_that_no_part_explains_is_not_silent(self):
        unknown = {
            "type": "LOYALTY",
            "subtotal": {"amount": "-10.00", "currencyCode": "EUR"},
        }
        for parts in ((), (unknown,)):
            with self.subTest(parts=len(parts)):
                ref, order = self._import_for_forty()
                self.assertEqual(order.amazon_total, 40.0)
                self.show(ref, self._to_thirty(*parts))
                self.run_cron()
                self.assertEqual(order.amazon_total, 30.0)
                self.assertEqual(order.amazon_total_difference, 10.0)
                self.assertAsked(order, "30.00", "40.00", "compare the lines")
                self.assertTrue(order.amazon_problem_since)
                kinds = self.env["amazon.problem"].search(
                    [("sale_order_id", "=", order.id)]
                )
                self.assertEqual(set(kinds.mapped("kind")), {"total", "review"})

    def test_d19_total_that_its_parts_explain_is_followed_quietly(self):
        ref, order = self._import_for_forty()

        def change(shown):
            self._to_thirty()(shown)
            parts = shown["orderItems"][0]["proceeds"]["breakdowns"]
            parts[0]["subtotal"]["amount"] = "30.00"

        self.show(ref, change)
        self.run_cron()
        self.assertEqual((order.amazon_total, order.amount_total), (30.0, 30.0))
        self.assertQuiet(order)

    def test_d19_total_of_an_invoiced_order_is_followed_and_shown(self):
        ref, order = self._import_for_forty()
        order.order_line.qty_to_invoice = 1
        invoice = order._create_invoices()
        invoice.action_post()
        for change in (self._to_thirty(),):
            self.show(ref, change)
            self.run_cron()
            self.assertEqual(order.amazon_total, 30.0)
            self.assertEqual(order.amazon_total_difference, 10.0)
            self.assertAsked(order, "30.00")
        self.assertEqual(invoice.amount_total, 40.0)

    def test_d19_quantity_of_a_delivered_order_changes_the_total_at_amazon(self):
        ref, order = self.import_order("MUG-BLUE", "TEA-SENCHA")
        self.deliver(order)
        self.world.cancel_item(ref, "TEA-SENCHA")
        self.run_cron()
        self.assertEqual(order.amazon_total, float(self.world.order(ref).total))
        self.assertTrue(order.amazon_total_difference)
        self.assertAsked(order, "goods have already left", "quantity now 0")


class TestTotalsCost(AmazonCase):
    def test_unchanged_orders_cost_no_statement_more(self):
        refs = [self.buy("MUG-BLUE") for _number in range(4)]
        self.run_cron()

        def cost(count):
            for ref in refs[:count]:
                self.world.touch(ref)
            return self.count_sql(self.run_cron)

        with patch.object(type(self.env["stock.rule"]), "_run_pull", None):
            cost(1)
            few, many = cost(2), cost(4)
        self.assertLessEqual(many - few, 2 * 8)
