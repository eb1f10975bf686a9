"""Goods that come back are expected, or booked, once (features R2 and R3)."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.amazon_connector.models.orders.amazon_order import AmazonOrder

from ..everything import find_in_database
from .case import ReturnsCase

LOG = "odoo.addons.amazon_connector.models.returns.amazon_account"


@tagged("post_install", "-at_install")
class TestReturns(ReturnsCase):
    def test_r2_approved_request_is_an_expected_receipt(self):
        order = self.delivered()
        event = self.world.return_goods(
            order.amazon_order_ref, status="Pending", tracking="RT-7"
        )
        self.read_returns()
        self.assertFalse(self.returns(), "nobody has approved it")
        event.status = "Approved"
        self.read_returns()
        row = self.returns()
        self.assertEqual(
            (row.state, row.amazon_channel, row.return_ref, row.reason),
            ("expected", "fbm", event.number, "DEFECTIVE"),
        )
        picking = row.picking_id
        self.assertEqual(picking.carrier_tracking_ref, "RT-7")
        self.assertEqual(picking.move_ids.product_uom_qty, 1)
        stock = self.warehouse.lot_stock_id
        self.assertEqual(self.stored("MUG-BLUE", stock), {})
        self.read_returns()
        self.assertEqual(len(self.returns()), 1)
        delivered = order.order_line[0].qty_delivered
        picking.move_ids.quantity = 1
        picking.move_ids.picked = True
        picking._action_done()
        self.assertEqual(row.state, "received")
        self.assertEqual(self.stored("MUG-BLUE", stock), {"": 1})
        self.assertEqual(order.order_line[0].qty_delivered, delivered)

    def test_r2_return_that_can_not_be_booked_stops_no_other(self):
        orders = [self.delivered(), self.delivered()]
        for order in orders:
            self.world.return_goods(order.amazon_order_ref)
        returns = type(self.returns())
        expect = returns._expect

        def refuse(row, order, parts):
            if order == orders[0]:
                raise error
            return expect(row, order, parts)

        for error in (UserError("The operation type is archived."), KeyError("x")):
            with (
                self.subTest(error),
                patch.object(returns, "_expect", refuse),
                mute_logger(LOG),
            ):
                self.read_returns()
                pickings = {row.sale_order_id: row.picking_id for row in self.returns()}
                self.assertFalse(pickings.get(orders[0]))
                self.assertTrue(pickings[orders[1]])
        self.run_returns()
        self.assertTrue(all(row.picking_id for row in self.returns()))

    def test_r2_piece_of_an_order_that_has_left_in_part(self):
        stock = self.warehouse.lot_stock_id
        self.store("MUG-BLUE", 2, location=stock)
        order = self.order_in(items=[self.world.item("MUG-BLUE", 3)])
        picking = order.picking_ids
        picking.action_assign()
        picking.move_ids.picked = True
        picking._action_done()
        self.assertEqual(order.order_line[0].qty_delivered, 2)
        self.world.return_goods(order.amazon_order_ref)
        self.read_returns()
        self.assertEqual(self.returns().picking_id.move_ids.product_uom_qty, 1)

    def test_r2_same_article_in_two_items(self):
        """Reports name the SKU and not the item: it is one of which the buyer still has
        something."""
        self.store("MUG-BLUE", 2, location=self.warehouse.lot_stock_id)
        order = self.order_in(items=[self.world.item("MUG-BLUE")] * 2)
        first, second = order.picking_ids.move_ids.sorted("id")
        second.write({"quantity": 1, "picked": True})
        first.write({"quantity": 0, "picked": False})
        order.picking_ids._action_done()
        self.world.return_goods(order.amazon_order_ref)
        self.read_returns()
        row = self.returns()
        self.assertEqual((row.state, row.hold_reason), ("expected", False))
        self.assertEqual(row.picking_id.move_ids.origin_returned_move_id, second)
        rest = order.picking_ids.filtered(lambda picking: picking.state != "done")
        rest.move_ids.write({"quantity": 1, "picked": True})
        rest._action_done()
        self.world.return_goods(order.amazon_order_ref)
        self.read_returns()
        received = self.returns().picking_id.move_ids.origin_returned_move_id
        self.assertEqual(received, order.order_line.move_ids)

    def test_r2_goods_at_amazon_wait_while_orders_come_in(self):
        """Else Odoo writes a second quant beside the one that is locked."""
        order = self.shipped()
        self.world.return_goods(order.amazon_order_ref)
        with patch.object(AmazonOrder, "_lock_stock", lambda rows, company: False):
            self.read_returns()
        self.assertEqual(self.returns().state, "expected")
        cron = self.env.ref("amazon_connector.ir_cron_sync_returns")
        due = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        self.assertTrue(due.filtered(lambda t: t.call_at > fields.Datetime.now()))
        self.run_returns()
        self.assertEqual(self.returns().state, "booked")

    def test_r2_cancelled_receipt_needs_a_person(self):
        order = self.delivered()
        self.world.return_goods(order.amazon_order_ref, status="Approved")
        self.read_returns()
        row = self.returns()
        row.picking_id.action_cancel()
        self.assertEqual(row.state, "person")

    def test_r2_not_delivered_waits_for_the_delivery(self):
        order = self.order_in("MUG-BLUE")
        self.world.return_goods(order.amazon_order_ref)
        self.read_returns()
        row = self.returns()
        self.assertEqual((row.state, row.hold_reason), ("person", "not_delivered"))
        self.assertIn("Validate the delivery", row.message)

    def test_r2_fba_by_disposition_and_once(self):
        self.store("MUG-BLUE", 10)
        order = self.shipped(items=[self.world.item("MUG-BLUE", 3)])
        self.assertEqual(self.stored("MUG-BLUE"), {"": 7})
        ref = order.amazon_order_ref
        self.world.return_goods(ref)
        event = self.world.return_goods(ref, disposition="CUSTOMER_DAMAGED")
        self.read_returns()
        self.assertEqual(self.returns().mapped("state"), ["booked", "booked"])
        self.assertEqual(
            {(row.reason_text, row.disposition_text) for row in self.returns()},
            {("Defective", "Sellable"), ("Defective", "Damaged by the buyer")},
        )
        unsellable = self.account.unsellable_location_id
        self.assertEqual(self.stored("MUG-BLUE"), {"": 8})
        self.assertEqual(self.stored("MUG-BLUE", unsellable), {"": 1})
        event.at = self.world.now()  # the same return with another date
        self.read_returns()
        self.assertEqual(len(self.returns()), 2)
        self.assertEqual(self.stored("MUG-BLUE", unsellable), {"": 1})

    def test_r2_adjusted_stock_counts_it_already(self):
        self.store("MUG-BLUE", 10)
        order = self.shipped()
        self.world.return_goods(order.amazon_order_ref)
        quant = self.env["stock.quant"].search(
            [
                ("product_id", "=", self.products["MUG-BLUE"].id),
                ("location_id", "=", self.account.location_id.id),
            ]
        )
        quant.with_context(inventory_mode=True).inventory_quantity = 10
        quant.action_apply_inventory()
        self.read_returns()
        self.assertTrue(self.returns().is_counted)
        self.assertEqual(self.returns().state, "booked")
        self.assertEqual(self.stored("MUG-BLUE"), {"": 10})

    def test_r2_what_the_buyer_wrote_is_not_kept(self):
        order = self.shipped()
        words = "my neighbour Xaverius dropped it"
        self.world.return_goods(order.amazon_order_ref, comment=words)
        self.read_returns()
        self.assertEqual(self.returns().state, "booked")
        self.env.flush_all()
        self.assertEqual(find_in_database(self.env.cr, ["Xaverius"]), {})

    def test_r2_unknown_order_and_empty_report(self):
        self.shipped()
        self.read_returns()
        self.assertFalse(self.returns(), "Amazon cancels an empty report")
        ref = self.buy_fba("MUG-WHITE")
        self.world.return_goods(ref)
        self.read_returns()
        row = self.returns()
        self.assertEqual((row.state, row.hold_reason), ("person", "no_order"))
        self.sync()
        self.run_returns()
        self.assertEqual(row.state, "booked")

    def test_r3_says_what_is_missing(self):
        order = self.shipped()
        self.invoice(order)
        self.world.return_goods(order.amazon_order_ref)
        self.read_returns()
        row = self.returns()
        self.assertEqual(row.missing, "The refund")
        self.give_back(order, "3.00")
        self.run_returns()
        row.invalidate_recordset(["missing", "refunded_amount"])
        self.assertEqual((row.missing, row.refunded_amount), (False, 3))

    def test_r3_refund_without_goods_asks_a_person_after_a_month(self):
        order = self.delivered(quantity=1)
        self.invoice(order)
        self.account.finance_from = fields.Datetime.now() - timedelta(days=60)
        self.give_back(order)
        self.world.refunds[-1].posted -= timedelta(days=29)
        self.run_returns()
        self.assertFalse(self.returns(), "the goods may be on their way")
        self.refunds().posted_at -= timedelta(days=2)
        self.run_returns()
        row = self.returns()
        self.assertEqual(
            (row.state, row.hold_reason, row.sale_order_id, row.refund_id),
            ("person", "no_goods", order, self.refunds()),
        )
        self.assertEqual((row.missing, row.quantity), ("The goods", 1))
        self.assertIn("no goods came back", row.message)
        self.run_returns()
        self.assertEqual(len(self.returns()), 1)
        row.action_settle()
        self.assertEqual((row.state, row.missing), ("booked", False))
        self.run_returns()
        self.assertEqual((row.state, len(self.returns())), ("booked", 1))

    def _paid_back_long_ago(self, amount=None):
        """A buyer got money back a month ago for one piece that was delivered.

        :param str amount: None: all of it
        :return: sale.order
        """
        order = self.delivered(quantity=1)
        self.invoice(order)
        self.account.finance_from = fields.Datetime.now() - timedelta(days=60)
        self.give_back(order, amount)
        self.run_returns()
        self.refunds().posted_at -= timedelta(days=31)
        self.run_returns()
        return order

    def test_r3_goods_that_come_after_all_take_its_place(self):
        order = self._paid_back_long_ago()
        self.assertEqual(self.returns().hold_reason, "no_goods")
        self.world.return_goods(order.amazon_order_ref)
        self.read_returns()
        row = self.returns()
        self.assertEqual((row.state, row.refund_id.ids), ("expected", []))
        self.assertEqual(row.missing, "The goods")

    def test_r3_part_of_a_price_needs_no_goods(self):
        self._paid_back_long_ago("1.00")
        self.assertFalse(self.returns())

    def test_r3_price_that_went_back_in_two_parts_asks_for_the_goods(self):
        order = self._paid_back_long_ago("1.00")
        self.assertFalse(self.returns())
        self.give_back(order, f"{order.amount_total - 1:.2f}")
        self.run_returns()
        self.assertFalse(self.returns(), "the goods may be on their way")
        last = self.refunds()[-1]
        last.posted_at -= timedelta(days=31)
        self.run_returns()
        row = self.returns()
        self.assertEqual((row.hold_reason, row.refund_id), ("no_goods", last))

    def test_r3_replacements_are_linked(self):
        order = self.delivered(quantity=1)
        self.world.return_goods(order.amazon_order_ref)
        self.read_returns()
        self.assertFalse(self.returns().replacement_ids)
        ref = self.buy("MUG-BLUE", replacement_of=order.amazon_order_ref)
        self.sync()
        row = self.returns()
        row.invalidate_recordset()
        self.assertEqual(row.replacement_ids, self.sale_order(ref))

    def test_r2_packs_come_back_in_units(self):
        order = self.shipped()  # makes the offer
        order.order_line[0].amazon_offer_id.quantity_factor = 6
        self.store("MUG-BLUE", 30)
        order = self.shipped(items=[self.world.item("MUG-BLUE", 2)])
        before = self.stored("MUG-BLUE")[""]
        self.world.return_goods(order.amazon_order_ref)
        self.read_returns()
        self.assertEqual(self.returns().state, "booked")
        self.assertEqual(self.stored("MUG-BLUE")[""], before + 6)

    def test_r2_erasure_covers_the_receipts(self):
        order = self.delivered(quantity=1)
        self.world.return_goods(order.amazon_order_ref)
        self.read_returns()
        picking = self.returns().picking_id
        name = order.partner_id.name
        words = f"{name} called"
        picking.note = f"<p>{words}</p>"
        picking.message_post(body=words)
        picking.move_ids.quantity = 1
        picking.move_ids.picked = True
        picking._action_done()
        order._amazon_erase("request")
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertNotIn(name, f"{picking.note} {picking.message_ids.mapped('body')}")
        self.assertNotEqual(picking.partner_id.name, name)

    def test_r2_company_sees_its_own(self):
        order = self.shipped()
        self.world.return_goods(order.amazon_order_ref)
        self.read_returns()
        other = self.env["res.company"].create({"name": "Other"})
        user = self._new_user(
            "elsewhere",
            "amazon_connector.group_amazon_user",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        self.assertFalse(self.env["amazon.return"].with_user(user).search([]))
