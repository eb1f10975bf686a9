"""Deliveries in steps, archived accounts, what the button says (features H10, H5)."""

from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError

from .case import FeedCase


class TestSteps(FeedCase):
    def pick(self):
        """Import an order of a warehouse that picks before it ships, and pick it.

        :return tuple: reference, order whose goods are picked and have not left
        """
        self.warehouse.delivery_steps = "pick_ship"
        for product in self.products.values():
            self.env["stock.quant"]._update_available_quantity(
                product, self.warehouse.lot_stock_id, 10
            )
        ref, order = self.order("MUG-BLUE")
        self.assertEqual(order.order_line.mapped("amazon_waiting"), [0])
        pick = order.picking_ids.filtered(lambda p: p.state == "assigned")
        self.pack(pick)
        pick.button_validate()
        self.assertEqual(pick.state, "done")
        self.assertEqual(order.order_line.mapped("amazon_waiting"), [0])
        return ref, order, pick

    def test_h10_picked_goods_take_a_new_address(self):
        ref, order, pick = self.pick()
        before = pick.partner_id
        self.world.change_address(ref, addressLine1="New Street 5")
        self.run_cron()
        self.assertFalse(order.amazon_review)
        self.assertEqual(order.partner_shipping_id.street, "New Street 5")
        last = order.picking_ids.filtered(lambda p: p.picking_type_code == "outgoing")
        self.assertEqual(last.partner_id, order.partner_shipping_id)
        self.assertEqual(pick.partner_id, before)

    def test_h10_picked_order_is_cancelled_as_amazon_says(self):
        ref, order, _pick = self.pick()
        self.world.cancel(ref)
        self.run_cron()
        self.assertEqual(order.state, "cancel")
        self.assertFalse(order.amazon_review)

    def test_h10_three_steps_and_only_the_last_is_a_delivery(self):
        self.warehouse.delivery_steps = "pick_pack_ship"
        self.store("MUG-BLUE", 10, location=self.warehouse.lot_stock_id)
        ref, order = self.order(items=[self.world.item("MUG-BLUE", quantity=3)])
        for number, street in enumerate(("New Street 5", "Newer Street 6")):
            step = order.picking_ids.filtered(lambda p: p.state == "assigned")
            self.pack(step, **({"MUG_BLUE": 2} if number else {}))
            step.with_context(skip_backorder=True).button_validate()
            self.world.change_address(ref, addressLine1=street)
            self.run_cron()
            self.assertFalse(order.amazon_review)
            self.assertEqual(order.partner_shipping_id.street, street)
            self.assertEqual(order.order_line.mapped("amazon_waiting"), [0])
            self.assertFalse(self.messages())
        last = order.picking_ids.filtered(
            lambda p: p.picking_type_code == "outgoing" and p.state == "assigned"
        )
        last.carrier_id, last.carrier_tracking_ref = self.dhl, "0034001"
        self.pack(last, MUG_BLUE=2)
        last.with_context(skip_backorder=True).button_validate()
        self.assertEqual(last.partner_id.street, "Newer Street 6")
        self.send()
        [(*_carrier, items)] = self.world.shipments(ref)
        self.assertEqual(items, {"MUG-BLUE": 2})
        self.assertEqual(order.order_line.mapped("amazon_waiting"), [0])


class TestArchivedAccount(FeedCase):
    def test_h10_corrections_and_retries_leave_its_rows_held(self):
        _ref, order = self.order("MUG-BLUE")
        picking = self.ship(order)
        _ref, other = self.order("TEA-SENCHA")
        failed = self.ship(other)
        self.messages()[-1].state = "failed"
        self.account.action_archive()
        picking.carrier_tracking_ref = "0034002"
        self.assertEqual(self.outbox(), [("held", 0), ("failed", 0)])
        self.assertIn("is archived", self.messages()[0].error_message)
        for delivery in (picking, failed):
            with self.assertRaisesRegex(UserError, "is archived"):
                delivery.action_retry_amazon_sync()
        failed.carrier_tracking_ref = "0034003"
        self.assertEqual(self.outbox(), [("held", 0), ("held", 0)])
        self.assertIn("is archived", self.messages()[1].error_message)
        self.send()
        self.assertEqual(self.confirmations(), [])
        self.account.action_unarchive()
        self.send()
        self.assertEqual(
            [body["packageDetail"]["trackingNumber"] for body in self.confirmations()],
            ["0034002", "0034003"],
        )

    def test_h10_nothing_is_asked_for_it_and_its_rows_are_held(self):
        _ref, waiting = self.order("MUG-BLUE")
        self.ship(waiting)
        _ref, order = self.order("TEA-SENCHA")
        self.account.action_archive()
        picking = self.delivery(order)
        self.pack(picking)
        picking.button_validate()
        self.assertEqual(picking.state, "done")
        self.assertEqual(self.outbox(), [("held", 0), ("held", 0)])
        for row in self.messages():
            self.assertIn("is archived", row.error_message)
        self.assertIn("is archived", picking.amazon_no_sync_reason)
        self.account.action_unarchive()
        self.assertEqual(self.outbox(), [("todo", 0), ("todo", 0)])

    def test_h10_its_orders_are_cancelled_and_deleted(self):
        ref, order = self.order("MUG-BLUE")
        _ref, other = self.order("MUG-BLUE")
        self.account.action_archive()
        for cancelled in (order, other):
            action = cancelled.with_context(disable_cancel_warning=True).action_cancel()
            self.assertNotIsInstance(action, dict)
            self.assertEqual(cancelled.state, "cancel")
            self.assertIn("is archived", cancelled.amazon_cancel_note)
        other.unlink()
        self.assertEqual([row.state for row in self.messages()], ["held", "superseded"])
        self.account.action_unarchive()
        self.send_twice()
        self.assertEqual([*self.world.cancellations()], [ref])


class TestButtonSpeaksOfAll(FeedCase):
    def press(self):
        params = self.account.action_sync_pickings()["params"]
        return params["message"], params["type"]

    def test_h5_button_speaks_of_all_that_is_not_done(self):
        self.assertEqual(self.press(), ("Amazon knows of all shipments.", "success"))
        states = ("failed", "sending", "held", "unknown", "todo")
        for state in states:
            _ref, order = self.order("MUG-BLUE")
            self.ship(order)
            self.messages()[-1].write(
                {
                    "state": state,
                    "sent_at": fields.Datetime.now(),
                    "next_try_at": "2099-01-01",
                }
            )
        with patch.object(type(self.account), "_send_submissions", _nothing):
            message, kind = self.press()
        self.assertEqual(kind, "warning")
        for text in ("Failed: 1", "Being sent at the moment: 1", "Held back: 1"):
            self.assertIn(text, message)
        self.assertIn("Answer lost: 1", message)
        self.assertIn("Waiting to be sent: 1", message)


def _nothing(_account, _budget):
    from collections import Counter

    return Counter()
