"""Orders from before the go-live are in the reports and nowhere else (feature A11)."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from odoo.addons.amazon_connector.sim.seeds import KINDS

from .case import HistoryCase

NOTHING_TO_INVOICE = {
    "qty_to_invoice": 0,
    "untaxed_amount_to_invoice": 0,
    "invoice_status": "no",
}


class TestHistory(HistoryCase):
    def _free(self, sku):
        return self.products[sku].with_company(self.company).free_qty

    def test_a11_history_moves_no_stock_and_is_not_to_be_invoiced(self):
        self.products["MUG-BLUE"].invoice_policy = "delivery"
        self.products["TEA-SENCHA"].invoice_policy = "order"
        for sku in ("MUG-BLUE", "TEA-SENCHA"):
            self.store(sku, 10)
            self.store(sku, 10, location=self.warehouse.lot_stock_id)
        free = self._free("MUG-BLUE"), self._free("TEA-SENCHA")
        refs = [
            self.sold("MUG-BLUE", "TEA-SENCHA"),
            self.sold("MUG-BLUE", "TEA-SENCHA", channel="fba"),
        ]
        history = self.import_history()
        self.run_cron()
        self.assertEqual((history.state, self.counts(history)), ("done", (2, 2, 0, 0)))
        for ref in refs:
            order = self.sale_order(ref)
            with self.subTest(order.amazon_channel):
                self.assertRecordValues(
                    order,
                    [
                        {
                            "state": "sale",
                            "locked": True,
                            "amazon_is_history": True,
                            "invoice_status": "no",
                            "amount_to_invoice": 0,
                            "delivery_status": False,
                            "amazon_total_difference": 0,
                            "amazon_stock_message": False,
                            "amazon_review": False,
                        }
                    ],
                )
                self.assertFalse(order.picking_ids + self.moves(order).picking_id)
                self.assertFalse(self.moves(order))
                self.assertFalse(order.activity_ids)
                self.assertFalse(order.amazon_submission_ids)
                for line in order.order_line:
                    self.assertRecordValues(line, [NOTHING_TO_INVOICE])
                    self.assertEqual(line.qty_delivered, line.product_uom_qty)
        self.assertEqual(self.stored("MUG-BLUE"), {"": 10})
        self.assertEqual((self._free("MUG-BLUE"), self._free("TEA-SENCHA")), free)
        with self.assertRaises(UserError):
            self.sale_orders()._create_invoices()

    def test_a11_unlocked_history_is_still_not_delivered(self):
        ref = self.sold("MUG-BLUE")
        self.import_history()
        self.run_cron()
        order = self.sale_order(ref)
        order.action_unlock()
        order.order_line[0].product_uom_qty = 3
        self.assertFalse(self.moves(order))
        self.assertEqual(order.order_line[0].qty_to_invoice, 0)

    def test_a11_history_is_in_the_sales_report_on_its_date(self):
        ref = self.sold("MUG-BLUE", days=60)
        self.import_history()
        self.run_cron()
        order = self.sale_order(ref)
        created = self.world.order(ref).created
        self.assertEqual(order.date_order.date(), created.date())
        self.env.flush_all()
        [row] = self.env["sale.report"].search(
            [
                ("name", "=", order.name),
                ("product_id", "=", self.products["MUG-BLUE"].id),
            ]
        )
        self.assertEqual((row.state, row.date.date()), ("sale", created.date()))

    def test_a11_totals_of_history_are_right_to_the_cent(self):
        moment = self.world.now() - timedelta(days=40)
        refs = [
            self.world.place_kind(
                kind, channel, created=moment, updated=moment, status="SHIPPED"
            )
            for kind in sorted(KINDS)
            for channel in ("fbm", "fba")
        ]
        history = self.import_history()
        self.run_cron()
        states = self.states()
        orders = self.sale_orders()
        self.assertEqual(history.state, "done")
        self.assertEqual(
            {order.amazon_order_ref for order in orders},
            {ref for ref in refs if states[ref] == "done"},
        )
        self.assertGreater(len(orders), 20)
        self.assertEqual(set(orders.mapped("amazon_total_difference")), {0})
        self.assertTrue(all(orders.mapped("amazon_is_history")))

    def test_a11_only_what_was_shipped_is_history(self):
        shipped = self.sold("MUG-BLUE")
        others = [
            self.long_ago("MUG-BLUE", status=status)
            for status in ("UNSHIPPED", "PENDING", "CANCELLED")
        ]
        history = self.import_history()
        self.run_cron()
        self.assertEqual(
            self.states(), {shipped: "done", **dict.fromkeys(others, "ignored")}
        )
        self.assertIn("not shipped", self.row(others[0]).error_message)
        self.assertEqual(self.counts(history), (4, 1, 3, 0))
        self.world.ship_fbm(others[0])
        self.run_cron()
        self.assertTrue(self.sale_order(others[0]).amazon_is_history)
        self.assertEqual(self.counts(history), (4, 2, 2, 0))

    def test_a11_history_does_not_know_the_buyer(self):
        ref = self.sold(
            buyer={"name": "Erna Beispiel", "key": "erna"},
            items=[self.world.item("MUG-BLUE", gift_message="Dear Erna")],
        )
        self.import_history()
        self.run_cron()
        order = self.sale_order(ref)
        self.assertFalse(order.amazon_gift_message)
        self.assertTrue(order.partner_id.amazon_marketplace_id)
        self.assertEqual(order.partner_shipping_id.country_id, self.country)
        self.assertFalse(self.env["res.partner"].search([("name", "ilike", "Erna")]))
        self.assertFalse(order.order_line.filtered(lambda line: "Erna" in line.name))

    def test_a11_history_asks_for_nothing_when_amazon_changes_it(self):
        ref = self.sold("MUG-BLUE")
        self.import_history()
        self.run_cron()
        order = self.sale_order(ref)
        before = order.read(["amount_total", "partner_shipping_id", "order_line"])
        self.world.change_address(ref, addressLine1="Elsewhere 7")
        self.run_cron()
        self.assertEqual(self.states(), {ref: "done"})
        self.assertEqual(
            order.read(["amount_total", "partner_shipping_id", "order_line"]), before
        )
        self.assertFalse(order.amazon_review or order.activity_ids)

    def test_a11_order_that_the_go_live_let_out_becomes_history(self):
        ref = self.sold("MUG-BLUE", days=30)
        self.recover(ref)
        self.assertEqual(self.states(), {ref: "ignored"})
        history = self.import_history()
        self.run_cron()
        self.assertTrue(self.sale_order(ref).amazon_is_history)
        self.assertEqual(self.counts(history), (1, 1, 0, 0))

    def test_a11_current_order_stays_current(self):
        self.account.go_live_date = self.start
        ref = self.long_ago("MUG-BLUE", days=30)
        self.recover(ref)
        self.account.go_live_date = fields.Datetime.now() - timedelta(days=10)
        history = self.import_history()
        self.run_cron()
        order = self.sale_order(ref)
        self.assertEqual((order.amazon_is_history, order.locked), (False, False))
        self.assertEqual(self.counts(history), (0, 0, 0, 0))


class TestHistoryRights(HistoryCase):
    def _user(self, login, group, company=None):
        company = company or self.company
        return new_test_user(
            self.env,
            login,
            groups=f"amazon_connector.{group}",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )

    def test_a11_managers_import_history_and_users_look(self):
        manager = self._user("history_manager", "group_amazon_manager")
        user = self._user("history_user", "group_amazon_user")
        with self.assertRaises(AccessError):
            self.account.with_user(user).action_import_history()
        history = self.import_history(user=manager)
        self.assertEqual(history.with_user(user).read(["progress"])[0]["progress"], 0)
        with self.assertRaises(AccessError):
            history.with_user(user).action_stop()
        with self.assertRaises(AccessError):
            history.with_user(manager).state = "done"
        history.with_user(manager).action_stop()
        self.assertEqual(history.state, "paused")
        history.with_user(manager).action_resume()
        self.assertEqual(history.state, "running")

    def test_a11_history_of_other_companies_is_out_of_sight(self):
        history = self.import_history()
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        outsider = self._user("stranger", "group_amazon_manager", elsewhere)
        seen = history.with_user(outsider).with_context(
            allowed_company_ids=elsewhere.ids
        )
        self.assertFalse(seen.search([("id", "=", history.id)]))
        for button in ("action_stop", "action_resume"):
            with self.subTest(button), self.assertRaises(AccessError):
                getattr(seen, button)()

    def test_a11_time_of_history_is_checked(self):
        now, go_live = fields.Datetime.now(), self.account.go_live_date
        self.account.go_live_date = now + timedelta(days=9)
        with self.assertRaisesRegex(UserError, "ends now"):
            self.import_history(date_to=now + timedelta(days=1))
        self.account.go_live_date = go_live
        with self.assertRaisesRegex(UserError, "ends with the go-live"):
            self.import_history(date_to=now - timedelta(days=1))
        with self.assertRaisesRegex(UserError, "before it begins"):
            self.import_history(date_from=go_live)
        self.import_history()
        with self.assertRaisesRegex(UserError, "Stop it first"):
            self.import_history()
        self.account.go_live_date = False
        with self.assertRaisesRegex(UserError, "Enter the go-live"):
            self.import_history(date_to=go_live)

    def test_a11_two_people_begin_at_the_same_moment(self):
        """Neither sees the other's; the database lets one of them."""
        first = self.import_history()
        with self._unseen_at_first(), self.assertRaisesRegex(UserError, "Stop it"):
            self.import_history()
        self.assertEqual(self.account.history_ids, first)
        first.action_stop()
        second = self.import_history()
        with self._unseen_at_first(), self.assertRaisesRegex(UserError, "Stop it"):
            first.action_resume()
        self.assertEqual((first.state, second.state), ("paused", "running"))

    def _unseen_at_first(self):
        """Whoever looks for a back-fill that runs sees none the first time."""
        model = self.env.registry["amazon.account"]
        check, seen = model._check_no_history_runs, []

        def check_later(account, *args):
            if seen:
                check(account, *args)
            seen.append(account)

        return patch.object(model, "_check_no_history_runs", check_later)
