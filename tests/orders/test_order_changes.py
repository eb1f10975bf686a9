"""What Amazon changes after the import (features D3, D10, D11)."""

from odoo.exceptions import UserError

from .case import ChangesCase

ERIKA = {
    "name": "Erika Muster",
    "addressLine1": "Musterweg 1",
    "city": "Berlin",
    "postalCode": "10115",
    "countryCode": "DE",
}


class TestCancelledAtAmazon(ChangesCase):
    def test_d3_cancelled_order_is_cancelled_here(self):
        ref, order = self.import_order()
        self.world.cancel(ref)
        self.assertEqual(self.sync(), "Updated: 1.")
        self.assertEqual(order.state, "cancel")
        self.assertEqual(order.picking_ids.state, "cancel")
        self.assertEqual(order.amazon_status, "CANCELLED")
        self.assertQuiet(order)
        self.assertEqual(self.states(), {ref: "done"})

    def test_d3_cancelled_after_delivery_is_for_a_person(self):
        ref, order = self.import_order()
        self.deliver(order)
        self.world.cancel(ref)
        self.run_cron()
        self.assertEqual(order.state, "sale")
        self.assertEqual(order.picking_ids.state, "done")
        self.assertAsked(order, "goods have already left", "Return")

        order.action_amazon_reviewed()
        self.assertFalse(order.amazon_review)
        self.assertFalse(order.activity_ids)

    def test_d3_the_same_is_not_asked_twice(self):
        ref, order = self.import_order()
        self.deliver(order)
        self.world.cancel(ref)
        self.run_cron()
        self.world.touch(ref)
        self.run_cron()
        self.assertAsked(order, "goods have already left")


class TestChangedAfterInvoice(ChangesCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["account.chart.template"].try_loading(
            "generic_coa", company=cls.company, install_demo=False
        )

    def _invoiced(self):
        ref, order = self.import_order("MUG-BLUE", "TEA-SENCHA")
        order.order_line.qty_to_invoice = 1
        invoice = order._create_invoices()
        invoice.action_post()
        self.assertEqual(invoice.amount_total, order.amazon_total)
        return ref, order, invoice

    def test_d3_cancelled_after_invoice_is_for_a_person(self):
        ref, order, invoice = self._invoiced()
        self.world.cancel(ref)
        self.run_cron()
        self.assertEqual((order.state, invoice.state), ("sale", "posted"))
        self.assertAsked(order, "already invoiced", "credit the invoice")

    def test_d10_changed_after_invoice_is_for_a_person(self):
        ref, order, _invoice = self._invoiced()
        lines = self.lines(order)
        self.world.cancel_item(ref, "MUG-BLUE")
        self.run_cron()
        self.assertEqual(self.lines(order), lines)
        self.assertAsked(order, "already invoiced", "quantity now 0")


class TestChanges(ChangesCase):
    def test_d10_nothing_changes_when_amazon_changes_nothing(self):
        ref, order = self.import_order("MUG-BLUE", "TEA-SENCHA")
        order.order_line[0].name = "Corrected by hand"
        before = order.order_line.read(["name", "price_unit", "product_uom_qty"])
        self.world.touch(ref)
        self.run_cron()
        self.assertEqual(
            order.order_line.read(["name", "price_unit", "product_uom_qty"]), before
        )
        self.assertQuiet(order)

    def test_d10_item_cancelled_in_part_before_delivery(self):
        ref, order = self.import_order(
            items=[
                self.world.item("MUG-BLUE", quantity=3, price="10.00"),
                self.world.item("TEA-SENCHA", price="12.90"),
            ]
        )
        self.world.cancel_item(ref, "MUG-BLUE", 2)
        self.run_cron()
        self.assertEqual(
            self.lines(order), [("MUG-BLUE", 1.0, 10.0), ("TEA-SENCHA", 1.0, 12.9)]
        )
        self.assertEqual(
            sorted(self.open_moves(order)), [("MUG-BLUE", 1.0), ("TEA-SENCHA", 1.0)]
        )
        self.assertEqual(order.amazon_total, 22.9)
        self.assertQuiet(order)

    def test_d10_item_cancelled_as_a_whole_before_delivery(self):
        ref, order = self.import_order("MUG-BLUE", "TEA-SENCHA")
        self.world.cancel_item(ref, "MUG-BLUE")
        self.run_cron()
        self.assertEqual(self.open_moves(order), [("TEA-SENCHA", 1.0)])
        self.assertQuiet(order)

    def test_d10_item_cancelled_after_delivery_is_for_a_person(self):
        ref, order = self.import_order("MUG-BLUE", "TEA-SENCHA")
        lines = self.lines(order)
        self.deliver(order)
        self.world.cancel_item(ref, "MUG-BLUE")
        self.run_cron()
        self.assertEqual(self.lines(order), lines)
        self.assertAsked(order, "goods have already left", "quantity now 0")

    def test_d10_new_address_before_delivery(self):
        ref, order = self.import_order(address=ERIKA)
        self.world.change_address(ref, addressLine1="Neue Gasse 7", city="Potsdam")
        self.run_cron()
        self.assertRecordValues(
            order.partner_shipping_id,
            [{"street": "Neue Gasse 7", "city": "Potsdam", "type": "delivery"}],
        )
        self.assertEqual(order.picking_ids.partner_id, order.partner_shipping_id)
        self.assertEqual(
            order.picking_ids.move_ids.partner_id, order.partner_shipping_id
        )
        self.assertEqual(order.partner_id.street, "Musterweg 1")
        self.assertQuiet(order)

    def test_d10_new_address_after_delivery_is_for_a_person(self):
        ref, order = self.import_order(address=ERIKA)
        self.deliver(order)
        self.world.change_address(ref, addressLine1="Neue Gasse 7")
        self.run_cron()
        self.assertEqual(order.partner_shipping_id.street, "Musterweg 1")
        self.assertAsked(order, "changed the address")

    def test_d10_address_corrected_by_hand_stays(self):
        ref, order = self.import_order(address=ERIKA)
        order.partner_shipping_id.street = "Musterweg 1a"
        self.world.touch(ref)
        self.run_cron()
        self.assertEqual(order.partner_shipping_id.street, "Musterweg 1a")
        self.assertQuiet(order)

    def test_d10_shipped_elsewhere_is_for_a_person(self):
        ref, order = self.import_order()
        self.world.ship_fbm(ref)
        self.run_cron()
        self.assertAsked(order, "delivery is still to do")
        self.assertEqual(order.picking_ids.state, "confirmed")

    def test_partly_shipped_order_delivers_only_the_rest(self):
        ref = self.buy(
            items=[
                self.world.item("MUG-BLUE", quantity=3, price="10.00"),
                self.world.item("TEA-SENCHA", price="12.90"),
            ]
        )
        self.world.ship_fbm(ref, {"TEA-SENCHA": 1})
        self.world.ship_fbm(ref, {"MUG-BLUE": 1})
        self.run_cron()
        order = self.sale_order(ref)
        self.assertEqual(
            self.lines(order), [("MUG-BLUE", 3.0, 30.0), ("TEA-SENCHA", 1.0, 12.9)]
        )
        self.assertEqual(self.open_moves(order), [("MUG-BLUE", 2.0)])
        self.assertQuiet(order)


class TestBuyerAsksToCancel(ChangesCase):
    def _asked(self):
        ref, order = self.import_order()
        self.world.request_cancellation(ref, "Ordered by mistake")
        self.run_cron()
        self.assertTrue(order.amazon_cancel_requested)
        return ref, order

    def test_d11_delivery_is_blocked_until_a_person_decides(self):
        _ref, order = self._asked()
        for validate in (
            order.picking_ids.button_validate,
            order.picking_ids._action_done,
        ):
            with self.assertRaisesRegex(UserError, "asked Amazon to cancel"):
                validate()

    def test_d11_refused_request_frees_the_delivery_for_good(self):
        ref, order = self._asked()
        order.action_refuse_amazon_cancel()
        self.world.touch(ref)
        self.run_cron()
        self.assertFalse(order.amazon_cancel_requested)
        self.deliver(order)

    def test_d11_accepted_request_cancels_the_order(self):
        _ref, order = self._asked()
        order.action_accept_amazon_cancel()
        self.assertEqual(order.state, "cancel")
        self.assertEqual(order.picking_ids.state, "cancel")
        self.assertFalse(order.amazon_cancel_requested)

    def test_d11_request_that_was_there_at_the_import(self):
        ref = self.buy("MUG-BLUE")
        self.world.request_cancellation(ref, "Ordered by mistake")
        self.run_cron()
        order = self.sale_order(ref)
        self.assertTrue(order.amazon_cancel_requested)
        with self.assertRaises(UserError):
            order.picking_ids.button_validate()

    def test_d11_request_can_not_be_accepted_once_goods_have_left(self):
        _ref, order = self._asked()
        self.deliver_around(order)
        with self.assertRaisesRegex(UserError, "goods have already left"):
            order.action_accept_amazon_cancel()

    def deliver_around(self, order):
        """Goods leave although nobody decided, say by a move of their own."""
        move = order.picking_ids.move_ids.copy({"picking_id": False})
        move.write({"state": "assigned", "quantity": 1, "picked": True})
        move._action_done()

    def test_d11_request_after_delivery_blocks_nothing(self):
        ref, order = self.import_order()
        self.deliver(order)
        self.world.request_cancellation(ref, "Ordered by mistake")
        self.run_cron()
        self.assertFalse(order.amazon_cancel_requested)
