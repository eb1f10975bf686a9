"""What can not be cancelled, who may, and what is reopened (features I1, I2)."""

from odoo.exceptions import AccessError, UserError
from odoo.tools import mute_logger

from ..common import ACCOUNT_LOG
from .case import CancelCase


class TestNotCancelled(CancelCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["account.chart.template"].try_loading(
            "generic_coa", company=cls.company, install_demo=False
        )

    def test_i1_fba_is_amazons(self):
        ref = self.buy_fba("MUG-BLUE")
        self.store("MUG-BLUE", 5)
        self.run_cron()
        order = self.sale_order(ref)
        self.assertEqual(order.state, "sale")
        self.assertRefused(order, order.name, "FBA", "Seller Central", "by itself")
        self.assertRefused(order, "Seller Central", action=order._action_cancel)

    def test_i2_not_after_shipment(self):
        _ref, order = self.order("MUG-BLUE", "TEA-SENCHA")
        self.ship(order, MUG_BLUE=1)  # in part: that suffices
        words = order.name, "goods have already left", "Return", "refund the buyer"
        self.assertRefused(order, *words)
        self.run_cron()
        self.assertRefused(order, order.name, "can not be cancelled any more")

    def test_i2_not_after_shipment_that_only_amazon_knows_of(self):
        ref, order = self.order("MUG-BLUE")
        wizard = self.open_wizard(order)
        self.world.ship_fbm(ref)
        self.run_cron()
        self.assertRefused(order, "it is shipped, says Amazon")
        self.assertRefused(order, "says Amazon", action=wizard.action_confirm)

    def test_i2_not_when_a_part_had_left_before_the_import(self):
        item = self.world.item("MUG-BLUE", quantity=2)
        _ref, order = self.order(items=[item], status="PARTIALLY_SHIPPED")
        self.assertRefused(order, "shipped")
        order.amazon_status = "UNSHIPPED"
        self.assertRefused(order, "goods have already left")

    def test_i2_not_after_the_invoice(self):
        _ref, order = self.order("MUG-BLUE")
        order.order_line.qty_to_invoice = 1
        order._create_invoices().action_post()
        self.assertRefused(order, "already invoiced", "credit the invoice")

    def test_i2_locked_orders_are_unlocked_first(self):
        _ref, order = self.order("MUG-BLUE")
        order.action_lock()
        self.assertRefused(order, "locked")

    def test_i1_many_at_once_are_not_cancelled_silently(self):
        _ref, first = self.order("MUG-BLUE")
        _ref, second = self.order("MUG-BLUE")
        own = first.copy()
        orders = first + second + own
        for action in (
            orders.action_cancel,
            first._action_cancel,
            orders._action_cancel,
            self.env["sale.mass.cancel.orders"]
            .create({"sale_order_ids": orders.ids})
            .action_mass_cancel,
        ):
            self.assertRefused(first, first.name, "press “Cancel”", action=action)
        self.assertEqual(set(orders.mapped("state")), {"sale", "draft"})
        own.action_cancel()
        self.assertEqual(own.state, "cancel")

    def test_i1_cancelled_at_amazon_needs_no_telling(self):
        ref, order = self.order("MUG-BLUE")
        self.world.cancel(ref)
        order.amazon_status = "CANCELLED"
        order.with_context(disable_cancel_warning=True).action_cancel()
        self.assertEqual(order.state, "cancel")
        self.assertFalse(self.messages())

    def test_i1_order_of_other_channels_costs_nothing_more(self):
        """Orders that are not Amazon's are cancelled as ever, by the same SQL."""
        _ref, order = self.order("MUG-BLUE")
        own = order.copy()
        own.action_confirm()
        self.env.flush_all()
        self.env.invalidate_all()
        own.read()
        before = self.env.cr.sql_log_count
        self.assertFalse(own._amazon_unreported())
        self.assertEqual(self.env.cr.sql_log_count, before)


class TestReopened(CancelCase):
    def test_i1_reopened_before_it_was_reported(self):
        _ref, order = self.order("MUG-BLUE")
        self.cancel(order)
        order.action_draft()
        self.assertEqual(self.messages().state, "superseded")
        self.assertFalse(order.amazon_cancel_status)
        order.action_confirm()
        self.send_twice()
        self.assertEqual(self.world.cancellations(), {})
        self.assertEqual(len(self.amazon.feeds), 0)

    def test_i1_reopened_and_cancelled_again(self):
        ref, order = self.order("MUG-BLUE")
        self.cancel(order)
        order.action_draft()
        with self.assertRaisesRegex(UserError, "has to be told"):
            order._action_cancel()
        self.cancel(order, "CustomerExchange")
        self.send_twice()
        self.assertEqual(self.outbox(), [("done", 1)])
        self.assertEqual(
            self.world.cancellations(), {ref: {"MUG-BLUE": "CustomerExchange"}}
        )

    def test_i1_refused_order_is_delivered_after_all(self):
        ref, order = self.order("MUG-BLUE")
        ordered = order.date_order
        self.cancel(order)
        self.world.feeds.refuse(ref, "No.")
        self.send_twice()
        order.action_draft()
        order.action_confirm()
        self.assertEqual(order.date_order, ordered)
        self.ship(order)
        self.send()
        self.assertEqual([*self.world.shipments()], [ref])
        self.assertEqual([row.state for row in self.messages()], ["superseded", "done"])

    def test_i1_what_was_reported_is_not_reopened(self):
        _ref, order = self.order("MUG-BLUE")
        self.cancel(order)
        self.send()
        for _state in ("submitted", "done"):
            with self.assertRaisesRegex(UserError, "can not be reopened"):
                order.action_draft()
            self.send_later()
        self.assertEqual(order.state, "cancel")

    def test_i1_unreported_order_is_not_deleted(self):
        _ref, order = self.order("MUG-BLUE")
        self.cancel(order)
        with self.assertRaisesRegex(UserError, "does not know yet"):
            order.unlink()
        self.send_twice()
        order.unlink()
        self.assertFalse(order.exists())
        self.assertEqual(self.messages().state, "done")


class TestCancelRights(CancelCase):
    def test_i1_who_may_cancel_orders_may_cancel_amazons(self):
        ref, order = self.order("MUG-BLUE")
        seller = self.user("seller", "sales_team.group_sale_salesman_all_leads")
        self.env.flush_all()
        self.env.invalidate_all()
        mine = order.with_user(seller)
        self.cancel(mine)
        self.assertEqual(mine.amazon_cancel_status, "pending")
        self.world.feeds.refuse(ref, "No.")
        self.send_twice()
        self.assertIn("No.", mine.amazon_cancel_error)
        self.world.feeds.accept(ref)
        mine.action_retry_amazon_cancel()
        self.send_twice()
        self.assertEqual(mine.amazon_cancel_status, "done")
        self.assertEqual([*self.world.cancellations()], [ref])
        with self.assertRaises(AccessError):
            mine.env["amazon.submission"].search([])
        with self.assertRaises(AccessError):
            mine.env["amazon.feed"].search([])
        found = mine.env["sale.order"].search([("amazon_cancel_status", "=", "done")])
        self.assertEqual(found, mine)

    def test_i1_others_may_not(self):
        _ref, order = self.order("MUG-BLUE")
        clerk = self.user("clerk", "base.group_user")
        packer = self.user("packer", "stock.group_stock_user")
        for user in (clerk, packer):
            with self.assertRaises(AccessError):
                self.cancel(order.with_user(user))
        self.cancel(order)
        self.messages().state = "failed"
        for name in ("action_retry_amazon_cancel", "action_settle_amazon_cancel"):
            with self.assertRaises(AccessError):
                getattr(order.with_user(clerk), name)()
        self.assertEqual(self.messages().state, "failed")

    def test_i1_statuses_can_be_searched(self):
        states = {}
        for status, state in (
            ("pending", "todo"),
            ("processing", "submitted"),
            ("done", "done"),
            ("error", "failed"),
            (False, "superseded"),
        ):
            _ref, order = self.order("MUG-BLUE")
            self.cancel(order)
            self.messages()[-1].state = state
            states[status] = order
        everything = self.sale_orders()
        for status, order in states.items():
            for operator, found in (("=", order), ("!=", everything - order)):
                domain = [
                    ("amazon_cancel_status", operator, status),
                    ("company_id", "=", self.company.id),
                ]
                with self.subTest(f"{operator} {status}"):
                    self.assertEqual(self.env["sale.order"].search(domain), found)
        both = states["done"] + states[False]
        found = self.env["sale.order"].search(
            [
                ("amazon_cancel_status", "in", ["done", False]),
                ("company_id", "=", self.company.id),
            ]
        )
        self.assertEqual({*found}, {*both})

    @mute_logger(ACCOUNT_LOG)
    def test_i1_button_of_the_account_says_what_happens(self):
        _ref, order = self.order("MUG-BLUE")
        self.cancel(order)
        message = self.account.action_sync_pickings()["params"]["message"]
        self.assertEqual(message, "Sent, Amazon works on it: 1.")
