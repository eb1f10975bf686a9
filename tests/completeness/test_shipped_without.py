"""Orders that were placed and shipped while Odoo was away (feature D20)."""

from datetime import datetime, timedelta, timezone

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from ..common import AmazonCase


class TestShippedWithoutOdoo(AmazonCase):
    def setUp(self):
        super().setUp()
        self.stock = self.warehouse.lot_stock_id
        self.store("MUG-BLUE", 10, location=self.stock)

    def _ship_elsewhere(self, **details):
        ref = self.buy("MUG-BLUE", **details)
        self.world.ship_fbm(ref)
        return ref

    def _problems(self):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["amazon.problem"].search(
            [
                ("account_id", "=", self.account.id),
                ("kind", "=", "shipped_without"),
            ]
        )

    def _rows(self, *refs):
        return self.env["amazon.order"].search([("amazon_order_ref", "in", refs)])

    def test_d20_one_problem_for_all_of_them(self):
        refs = [self._ship_elsewhere() for _number in range(3)]
        self.run_cron()
        self.assertEqual(self.states(), dict.fromkeys(refs, "ignored"))
        problem = self._problems()
        self.assertEqual(len(problem), 1)
        self.assertIn("Orders that were shipped without Odoo: 3.", problem.reason)
        self.assertFalse(problem.can_retry)
        action = problem.action_open()
        rows = self.env["amazon.order"].search(action["domain"])
        self.assertEqual(set(rows.mapped("amazon_order_ref")), set(refs))
        self.assertEqual(self.account.problem_count, 1)

    def test_d20_import_with_stock(self):
        ref = self._ship_elsewhere()
        self.run_cron()
        params = self._rows(ref).action_import_with_stock()["params"]
        self.assertEqual(params["message"], "Imported: 1. Failed: 0.")
        order = self.sale_order(ref)
        self.assertRecordValues(
            order,
            [
                {
                    "state": "sale",
                    "amazon_shipped_without": "stock",
                    "amazon_total_difference": 0.0,
                    "date_order": self._created(ref),
                }
            ],
        )
        self.assertEqual(self.stored("MUG-BLUE", self.stock), {"": 9})
        self.assertEqual(order.order_line[0].qty_delivered, 1)
        self._assert_amazon_hears_nothing(ref, order)

    def test_d20_import_without_stock(self):
        ref = self._ship_elsewhere()
        self.run_cron()
        self._rows(ref).action_import_without_stock()
        order = self.sale_order(ref)
        self.assertEqual(order.amazon_shipped_without, "none")
        self.assertEqual(self.stored("MUG-BLUE", self.stock), {"": 10})
        self.assertFalse(self.moves(order))
        self.assertEqual(order.order_line[0].qty_delivered, 1)
        self.assertEqual(order.order_line[0].qty_to_invoice, 1)
        self._assert_amazon_hears_nothing(ref, order)

    def _created(self, ref):
        created = self.world.order(ref).created
        return created.replace(tzinfo=None, microsecond=0)

    def _assert_amazon_hears_nothing(self, ref, order):
        self.assertFalse(order.picking_ids)
        self.assertFalse(order.amazon_review)
        self.assertFalse(self._problems())
        self.world.touch(ref)
        self.run_cron()
        self.assertFalse(self.env["amazon.submission"].search([]))
        self.assertFalse(order.amazon_review)
        self.assertEqual(self.states(), {ref: "done"})
        self.assertFalse(self.amazon.calls("confirmShipment"))

    def test_d20_lots_are_asked_for_as_elsewhere(self):
        self.products["TEA-SENCHA"].tracking = "lot"
        ref = self.buy("TEA-SENCHA")
        self.world.ship_fbm(ref)
        self.run_cron()
        self._rows(ref).action_import_with_stock()
        order = self.sale_order(ref)
        self.assertIn("with its lots", order.amazon_stock_message)
        self.store("TEA-SENCHA", 1, lot="L1", location=self.stock)
        order.action_book_amazon_stock()
        self.assertFalse(order.amazon_stock_message)
        self.assertEqual(self.stored("TEA-SENCHA", self.stock), {})

    def test_d20_leave_out(self):
        ref = self._ship_elsewhere()
        self.run_cron()
        self._rows(ref).action_leave_out()
        self.assertFalse(self._problems())
        self.world.touch(ref)
        self.run_cron()
        self.assertFalse(self._problems())
        with self.assertRaisesRegex(UserError, "wait for you"):
            self._rows(ref).action_import_with_stock()

    def test_d20_from_before_odoos_time_is_left_alone(self):
        old = datetime.now(timezone.utc) - timedelta(days=30)
        for ref in (
            self._ship_elsewhere(created=old),
            self._ship_elsewhere(channel_name="NON_AMAZON"),
        ):
            self.run_cron()
            self.assertFalse(self.row(ref).shipped_without)
        self.account.go_live_date = fields.Datetime.now()
        self._ship_elsewhere()
        self.run_cron()
        self.assertFalse(self._problems())

    def test_d20_who_asks_for_an_old_one_can_have_it(self):
        old = datetime.now(timezone.utc) - timedelta(days=30)
        ref = self._ship_elsewhere(created=old)
        result = self.account._recover_references([ref])
        self.assertEqual(result[ref][0], "ignored")
        self.assertEqual(self.row(ref).shipped_without, "open")
        self.row(ref).action_import_with_stock()
        self.assertEqual(self.sale_order(ref).state, "sale")

    def test_d20_cancelled_meanwhile_is_nothing_to_decide(self):
        ref = self._ship_elsewhere()
        self.run_cron()
        self.world.order(ref).status = "CANCELLED"
        self.world.touch(ref)
        self.run_cron()
        self.assertFalse(self._problems())

    def test_d20_for_users_of_the_connector_only(self):
        ref = self._ship_elsewhere()
        self.run_cron()
        user = new_test_user(
            self.env,
            "shipped_user",
            groups="amazon_connector.group_amazon_user",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        other = new_test_user(self.env, "shipped_other", groups="base.group_user")
        for button in (
            "action_import_with_stock",
            "action_import_without_stock",
            "action_leave_out",
        ):
            with self.assertRaises(AccessError):
                getattr(self._rows(ref).with_user(other), button)()
        self._rows(ref).with_user(user).action_import_without_stock()
        self.assertEqual(self.states(), {ref: "done"})

    def test_d20_what_time_does_not_allow_follows_by_itself(self):
        refs = [self._ship_elsewhere() for _number in range(3)]
        self.run_cron()
        rows = self._rows(*refs)
        rows._run_step(rows._decide_shipped, "stock")
        self.run_cron()
        self.assertEqual(self.states(), dict.fromkeys(refs, "done"))
        self.assertEqual(self.stored("MUG-BLUE", self.stock), {"": 7})

    def test_d20_what_was_held_for_it_is_free_again(self):
        self.account.hold_pending = True
        ref = self.buy("MUG-BLUE", status="PENDING")
        self.run_cron()
        row = self.row(ref)
        self.assertTrue(row.held_until)
        self.world.authorize_payment(ref)
        self.world.ship_fbm(ref)
        self.run_cron()
        self.assertEqual(row.shipped_without, "open")
        self.assertFalse(row.held_until)
        self.assertFalse(row.hold_move_ids)
        row.action_import_with_stock()
        self.assertEqual(self.stored("MUG-BLUE", self.stock), {"": 9})
        quants = self.env["stock.quant"]
        product = self.products["MUG-BLUE"]
        self.assertEqual(quants._get_available_quantity(product, self.stock), 9)

    def test_d20_wish_to_cancel_comes_too_late(self):
        for button in ("action_import_with_stock", "action_import_without_stock"):
            ref = self.buy("MUG-BLUE")
            self.world.request_cancellation(ref)
            self.world.ship_fbm(ref)
            self.run_cron()
            getattr(self._rows(ref), button)()
            order = self.sale_order(ref)
            self.world.touch(ref)
            self.run_cron()
            self.assertFalse(order.amazon_cancel_requested)
            self.assertFalse(order.amazon_review)
            with self.assertRaisesRegex(UserError, "shipped"):
                order.action_cancel()
            self.assertFalse(self.env["amazon.submission"].search([]))

    def test_d20_more_than_is_there_and_what_others_have_reserved(self):
        waiting = self.buy(items=[self.world.item("MUG-BLUE", quantity=8)])
        self.run_cron()
        refs = [
            self._ship_elsewhere(items=[self.world.item("MUG-BLUE", quantity=count)])
            for count in (4, 9)
        ]
        self.run_cron()
        for ref, left, reserved in zip(refs, (6, -3), (6, 0), strict=True):
            self._rows(ref).action_import_with_stock()
            order = self.sale_order(ref)
            self.assertEqual(
                order.order_line[0].qty_delivered, order.order_line[0].product_uom_qty
            )
            self.assertEqual(self.stored("MUG-BLUE", self.stock), {"": left})
            (move,) = self.sale_order(waiting).picking_ids.move_ids
            self.assertEqual(move.quantity, reserved)

    def test_d20_nothing_is_delivered_when_somebody_raises_the_quantity(self):
        for button in ("action_import_with_stock", "action_import_without_stock"):
            ref = self._ship_elsewhere()
            self.run_cron()
            getattr(self._rows(ref), button)()
            order = self.sale_order(ref)
            order.order_line[0].product_uom_qty = 3
            self.assertFalse(order.picking_ids)
        self.assertFalse(self.env["amazon.submission"].search([]))
