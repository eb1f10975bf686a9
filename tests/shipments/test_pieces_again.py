"""Pieces that come back, leave again, are cancelled or confirmed elsewhere meanwhile
(feature H6)."""

from .case import PiecesCase


class AgainCase(PiecesCase):
    def give_back(self, picking, count=1):
        """Goods of a delivery or of a receipt go back to where they came from.

        :return: the transfer, done
        """
        self.env.flush_all()
        wizard = (
            self.env["stock.return.picking"]
            .with_context(active_id=picking.id, active_model="stock.picking")
            .create({"picking_id": picking.id})
        )
        wizard.product_return_moves.quantity = count
        known = self.env["stock.picking"].search([("company_id", "=", self.company.id)])
        name = "create_returns" if hasattr(wizard, "create_returns") else None
        getattr(wizard, name or "action_create_returns")()
        back = (
            self.env["stock.picking"].search([("company_id", "=", self.company.id)])
            - known
        )
        self.pack(back)
        back.with_context(skip_backorder=True).button_validate()
        self.assertEqual(back.state, "done")
        return back

    def put_elsewhere(self, ref, count):
        """Somebody confirms pieces in Seller Central."""
        self.world.put_package(
            ref,
            reference="1",
            carrier="UPS",
            tracking="X1",
            items=[(self.item(ref), count)],
            shipped=self.world.now(),
        )


class TestSentAgain(AgainCase):
    def test_h6_goods_that_came_back_and_left_again_count_once(self):
        ref, order = self.mugs(3)
        picking = self.ship(order, MUG_BLUE=1)
        self.send()
        again = self.give_back(self.give_back(picking))
        self.assertEqual(again.sale_id, order)
        self.assertEqual(again.picking_type_code, "outgoing")
        self.assertFalse(again.carrier_tracking_ref)
        self.send()
        self.assertEqual(self.confirmed(ref), [{"MUG-BLUE": 1}])
        self.assertFalse(again.amazon_sync_status)
        self.assertEqual(self.waiting(order), [])
        self.ship(order, "0034002")
        self.send()
        self.assertEqual(self.confirmed(ref), [{"MUG-BLUE": 1}, {"MUG-BLUE": 2}])
        self.run_cron()
        self.assertEqual(order.amazon_status, "SHIPPED")

    def test_h6_goods_that_leave_again_are_not_those_that_wait(self):
        _ref, order = self.mugs(3)
        picking = self.ship(order, MUG_BLUE=1)
        self.send()
        self.give_back(self.give_back(picking))
        self.delivery(order).action_cancel()
        self.assertWaits(order, "2 of MUG-BLUE")

    def test_h6_what_the_buyer_returned_has_left(self):
        ref, order = self.mugs(3)
        picking = self.ship(order, MUG_BLUE=1)
        self.send()
        self.give_back(picking)
        self.ship(order, "0034002")
        self.send()
        self.assertEqual(self.confirmed(ref), [{"MUG-BLUE": 1}, {"MUG-BLUE": 2}])
        self.assertEqual(self.waiting(order), [])


class TestMeanwhile(AgainCase):
    def test_h6_piece_cancelled_after_the_first_delivery(self):
        ref, order = self.mugs(3)
        self.ship(order, MUG_BLUE=1)
        self.send()
        self.world.cancel_item(ref, quantity=1)
        self.run_cron()
        self.assertIn("goods have already left", order.amazon_review)
        picking = self.ship(order, "0034002")  # the buyer gets one too many
        self.send()
        self.assertEqual(self.confirmed(ref), [{"MUG-BLUE": 1}, {"MUG-BLUE": 1}])
        self.assertEqual(picking.amazon_sync_status, "done")
        self.run_cron()
        self.assertEqual(order.amazon_status, "SHIPPED")
        self.assertFalse(self.mails())

    def test_h6_rest_of_a_shipped_order_is_nothing_to_report(self):
        ref, order = self.mugs(3)
        self.ship(order, MUG_BLUE=2)
        self.send()
        self.world.cancel_item(ref, quantity=1)
        self.run_cron()
        self.assertEqual(order.amazon_status, "SHIPPED")
        rest = self.delivery(order)
        self.pack(rest)
        rest.button_validate()
        self.assertEqual(rest.state, "done")
        self.send()
        self.assertEqual(self.outbox(), [("done", 1)])

    def test_h6_piece_cancelled_that_odoo_has_not_read(self):
        ref, order = self.mugs(3)
        self.world.cancel_item(ref, quantity=1)
        picking = self.ship(order)
        self.send()
        self.assertEqual(self.confirmed(ref), [{"MUG-BLUE": 2}])
        self.assertEqual(picking.amazon_sync_status, "done")
        self.assertFalse(self.mails())

    def test_h6_part_confirmed_elsewhere_that_odoo_has_not_read(self):
        ref, order = self.mugs(3)
        self.put_elsewhere(ref, 2)
        picking = self.ship(order)
        self.send()
        self.assertEqual(self.confirmed(ref), [{"MUG-BLUE": 2}, {"MUG-BLUE": 1}])
        self.assertEqual(picking.amazon_sync_status, "done")
        self.assertFalse(self.mails())

    def test_h6_all_of_a_delivery_confirmed_elsewhere(self):
        ref, order = self.mugs(3)
        self.put_elsewhere(ref, 2)
        picking = self.ship(order, MUG_BLUE=2)
        self.send()
        self.assertEqual(self.confirmed(ref), [{"MUG-BLUE": 2}])
        self.assertEqual(picking.amazon_sync_status, "done")
        self.assertIn("knew already", self.messages().error_message)
        self.ship(order, "0034002")
        self.send()
        self.assertEqual(self.confirmed(ref), [{"MUG-BLUE": 2}, {"MUG-BLUE": 1}])
        self.assertFalse(self.mails())

    def test_h6_refusal_for_another_reason_is_for_a_person(self):
        ref, order = self.mugs(2)
        self.world.tax_sources = set()
        self.world.order(ref).programs = ["INVOICE_BY_AMAZON"]
        picking = self.ship(order)
        self.send()
        self.assertEqual(picking.amazon_sync_status, "error")
        self.assertEqual(len(self.confirmations()), 1)
        self.assertEqual(picking.amazon_package_ids.items, {self.item(ref): 2})

    def test_h6_reopened_order_that_nobody_confirms(self):
        ref, order = self.mugs(2)
        order._amazon_cancel_and_tell("NoInventory")
        self.assertEqual(self.waiting(order), [])
        order.action_draft()
        self.assertWaits(order, "2 of MUG-BLUE")
        order.action_deliver_amazon_rest()
        self.assertEqual(order.state, "sale")
        self.assertEqual(self.waiting(order), [])
        self.ship(order)
        self.send()
        self.assertEqual(self.confirmed(ref), [{"MUG-BLUE": 2}])


class TestCountedOnce(AgainCase):
    def test_h6_goods_in_another_box_after_the_report(self):
        ref, order = self.mugs(2)
        picking = self.ship(order, MUG_BLUE=1)
        self.send()
        lines = picking.move_line_ids
        boxes = self.env[lines.result_package_id._name]
        lines.result_package_id = boxes.create({"name": "BOX-2"})
        for quantity, review in ((1, False), (2, "reported 1, now 2")):
            lines.quantity = quantity
            self.send()
            self.assertEqual(self.confirmed(ref), [{"MUG-BLUE": 1}])
            self.assertIn(review or "", order.amazon_review or "")
            self.assertEqual(bool(order.amazon_review), bool(review))
        self.assertEqual(len(self.confirmations()), 1)

    def test_h6_two_deliveries_leave_together(self):
        ref, order = self.mugs(3)
        first = self.delivery(order)
        second = first.copy({"move_ids": [], "move_line_ids": []})
        move = first.move_ids
        moves = self.env["stock.move"].create(move._split(2))
        moves.picking_id = second
        moves._action_confirm(merge=False)
        both = first | second
        both.carrier_id = self.dhl
        first.carrier_tracking_ref, second.carrier_tracking_ref = "0034001", "0034002"
        for picking in both:
            self.pack(picking)
        self.assertEqual(second.sale_id, order)
        both.button_validate()
        self.assertEqual({*both.mapped("state")}, {"done"})
        self.send()
        self.assertEqual(self.confirmed(ref), [{"MUG-BLUE": 1}, {"MUG-BLUE": 2}])

    def test_h6_delivered_by_the_dozen(self):
        ref, order = self.mugs(12)
        move = self.delivery(order).move_ids
        dozen = self.env.ref("uom.product_uom_dozen")
        move.write({"product_uom": dozen.id, "product_uom_qty": 1})
        self.assertEqual(self.waiting(order), [])
        self.ship(order, MUG_BLUE=0.5)
        self.send()
        self.assertEqual(self.confirmed(ref), [{"MUG-BLUE": 6}])
        self.delivery(order).action_cancel()
        self.assertWaits(order, "6 of MUG-BLUE")
