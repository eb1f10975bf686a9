"""What is reported is what left; what nobody delivers is said (features H6, H11)."""

from odoo.exceptions import UserError
from odoo.tests import Form

from .case import PiecesCase


class TestPieces(PiecesCase):
    def test_h6_lowered_line_reports_what_left(self):
        for kept in (1, 2):
            ref, order = self.mugs(3)
            order.order_line.product_uom_qty = kept
            self.ship(order, MUG_BLUE=kept)
            self.send()
            self.assertEqual(self.confirmed(ref), [{"MUG-BLUE": kept}])
            self.assertWaits(order, f"{3 - kept} of MUG-BLUE")

    def test_h6_raised_line_reports_what_left(self):
        ref, order = self.mugs(1)
        order.order_line.product_uom_qty = 2
        self.ship(order, MUG_BLUE=1)
        self.send()
        self.assertEqual(self.confirmed(ref), [{"MUG-BLUE": 1}])
        self.run_cron()
        self.assertEqual(order.amazon_status, "SHIPPED")
        self.assertEqual(self.waiting(order), [])

    def test_h6_corrected_delivery_reports_what_left(self):
        ref, order = self.mugs(2)
        picking = self.ship(order)
        picking.is_locked = False
        picking.move_ids.quantity = 1
        self.send()
        self.assertEqual(self.confirmed(ref), [{"MUG-BLUE": 1}])
        self.assertFalse(order.amazon_review)
        self.assertWaits(order, "1 of MUG-BLUE")

    def test_h6_nothing_of_a_corrected_delivery_is_left(self):
        ref, order = self.mugs(2)
        picking = self.ship(order)
        picking.move_ids.quantity = 0
        self.send()
        self.assertEqual(self.confirmed(ref), [])
        self.assertEqual(self.outbox(), [("superseded", 0)])
        self.assertFalse(picking.amazon_sync_status)
        self.assertWaits(order, "2 of MUG-BLUE")
        picking.move_ids.quantity = 2
        self.send()
        self.assertEqual(self.confirmed(ref), [{"MUG-BLUE": 2}])

    def test_h6_delivery_corrected_after_the_report_is_said(self):
        ref, order = self.mugs(2)
        picking = self.ship(order)
        self.send()
        picking.move_ids.quantity = 1
        self.send()
        self.assertEqual(self.confirmed(ref), [{"MUG-BLUE": 2}])
        self.assertIn("MUG-BLUE: reported 2, now 1", order.amazon_review)
        self.assertIn(picking.name, order.amazon_review)
        self.assertTrue(order.activity_ids)
        self.assertEqual(self.waiting(order), [])

    def test_h6_correction_knows_what_amazon_has_read(self):
        ref, order = self.mugs(3)
        first = self.ship(order, MUG_BLUE=2)
        self.send()
        self.run_cron()
        first.move_ids.quantity = 2
        self.assertFalse(order.amazon_review)
        self.assertEqual(first.amazon_package_ids.items, {self.item(ref): 2})

    def test_h6_goods_move_without_their_delivery(self):
        ref, order = self.mugs(1)
        picking = self.delivery(order)
        picking.carrier_id, picking.carrier_tracking_ref = self.dhl, "0034001"
        self.pack(picking)
        picking.move_ids._action_done()
        self.send()
        self.assertEqual(self.confirmed(ref), [{"MUG-BLUE": 1}])
        self.assertEqual(picking.amazon_sync_status, "done")


class TestNobodyDelivers(PiecesCase):
    def test_h6_another_product_is_sent(self):
        ref, order = self.mugs(1)
        order.order_line.product_uom_qty = 0
        order.order_line = [
            (0, 0, {"product_id": self.products["TEA-SENCHA"].id, "price_unit": 0})
        ]
        self.ship(order)
        self.send()
        self.assertEqual(self.confirmed(ref), [])
        self.assertWaits(order, "1 of MUG-BLUE")

    def test_h6_no_backorder(self):
        _ref, order = self.mugs(3)
        picking = self.delivery(order)
        picking.carrier_id, picking.carrier_tracking_ref = self.dhl, "0034001"
        self.pack(picking, MUG_BLUE=1)
        picking.with_context(
            skip_backorder=True, picking_ids_not_to_backorder=picking.ids
        ).button_validate()
        self.assertWaits(order, "2 of MUG-BLUE")

    def test_h6_operation_that_never_leaves_a_backorder(self):
        _ref, order = self.mugs(3)
        self.delivery(order).picking_type_id.create_backorder = "never"
        self.ship(order, MUG_BLUE=2)
        self.assertWaits(order, "1 of MUG-BLUE")

    def test_h6_demand_is_lowered(self):
        _ref, order = self.mugs(3)
        self.delivery(order).move_ids.product_uom_qty = 2
        self.assertWaits(order, "1 of MUG-BLUE")
        self.ship(order)
        self.assertWaits(order, "1 of MUG-BLUE")

    def test_h6_backorder_is_cancelled(self):
        _ref, order = self.mugs(3)
        self.ship(order, MUG_BLUE=1)
        self.assertEqual(self.waiting(order), [])
        self.delivery(order).action_cancel()
        self.assertWaits(order, "2 of MUG-BLUE")

    def test_h6_one_of_two_lines_is_cancelled(self):
        _ref, order = self.order("MUG-BLUE", "TEA-SENCHA")
        moves = self.delivery(order).move_ids
        moves.filtered(
            lambda m: m.product_id.default_code == "TEA-SENCHA"
        )._action_cancel()
        self.assertWaits(order, "1 of TEA-SENCHA")

    def test_h6_delivery_is_cancelled_and_planned_anew(self):
        ref, order = self.mugs(2)
        self.delivery(order).action_cancel()
        self.assertWaits(order, "2 of MUG-BLUE")
        order.action_deliver_amazon_rest()
        self.assertEqual(self.waiting(order), [])
        self.assertFalse(order.amazon_problem_since)
        self.ship(order)
        self.send()
        self.assertEqual(self.confirmed(ref), [{"MUG-BLUE": 2}])

    def test_h6_lowered_line_is_delivered_after_all(self):
        ref, order = self.mugs(3)
        order.order_line.product_uom_qty = 1
        self.ship(order, MUG_BLUE=1)
        order.action_deliver_amazon_rest()
        self.assertEqual(self.waiting(order), [])
        self.ship(order, "0034002")
        self.send()
        self.assertEqual(self.confirmed(ref), [{"MUG-BLUE": 1}, {"MUG-BLUE": 2}])
        self.assertEqual(order.amazon_total_difference, 0)

    def test_h6_service_has_no_delivery(self):
        service = self._create_service("GIFT-CARD", "Gift card")
        _ref, order = self.order("GIFT-CARD")
        self.assertEqual(order.order_line.product_id, service)
        self.assertFalse(order.picking_ids)
        self.assertWaits(order, "1 of GIFT-CARD")
        action = order.action_deliver_amazon_rest()
        self.assertIn("1 of GIFT-CARD", action["params"]["message"])

    def test_h6_ways_out_end_it(self):
        for way in ("elsewhere", "cancelled"):
            ref, order = self.mugs(2)
            self.delivery(order).action_cancel()
            self.assertWaits(order, "2 of MUG-BLUE")
            if way == "cancelled":
                self.world.cancel(ref)
            else:
                self.world.put_package(
                    ref,
                    reference="1",
                    carrier="DHL",
                    tracking="X1",
                    items=[(self.item(ref), 2)],
                    shipped=self.world.now(),
                )
            self.run_cron()
            self.assertEqual(self.waiting(order), [])

    def test_h6_rest_is_cancelled_at_amazon(self):
        ref, order = self.mugs(3)
        self.ship(order, MUG_BLUE=1)
        self.send()
        self.delivery(order).action_cancel()
        self.assertWaits(order, "2 of MUG-BLUE")
        self.world.cancel_item(ref, quantity=2)
        self.run_cron()
        self.assertEqual(self.waiting(order), [])

    def test_h6_somebody_hears_of_it_once(self):
        _ref, order = self.mugs(2)
        self.send()
        self.assertFalse(self.mails())
        self.delivery(order).action_cancel()
        for _run in range(2):
            self.send()
        self.assertEqual(
            self.mails(),
            [("responsible@example.com", f"Amazon {self.account.name}: 1 failed")],
        )

    def test_h6_freed_pieces_are_not_offered_again(self):
        stock = self.warehouse.lot_stock_id
        self.store("MUG-BLUE", 8, location=stock)
        self.account.sync_stock = True
        ref, order = self.mugs(2)
        offer = order.order_line.amazon_offer_id
        offer.sync_stock = True
        self.delivery(order).action_assign()
        self.assertEqual(offer.available_quantity, 6)
        self.delivery(order).action_cancel()
        offer.invalidate_recordset()
        self.assertEqual(offer.available_quantity, 6)
        offer.write_date = "2020-01-01"
        self.world.cancel(ref)
        self.run_cron()
        offer.invalidate_recordset()
        self.assertEqual(offer.available_quantity, 8)
        since = order.write_date.replace(microsecond=0)
        self.assertIn("MUG-BLUE", self.account._find_changed_skus(since))

    def test_h6_form_shows_what_amazon_waits_for(self):
        _ref, order = self.mugs(2)
        self.delivery(order).action_cancel()
        with Form(order) as form:
            self.assertIn("2 of MUG-BLUE", form.amazon_waits_message)


class TestNothingToReport(PiecesCase):
    def put_elsewhere(self, ref, count, number="1"):
        """Somebody confirms pieces in Seller Central."""
        self.world.put_package(
            ref,
            reference=number,
            carrier="UPS",
            tracking="X1",
            items=[(self.item(ref), count)],
            shipped=self.world.now(),
        )

    def test_h6_shipped_in_seller_central_needs_no_tracking_number(self):
        ref, order = self.mugs(2)
        self.put_elsewhere(ref, 2)
        self.run_cron()
        self.assertIn("no tracking number is needed", order.amazon_review)
        picking = self.delivery(order)
        self.pack(picking)
        picking.button_validate()
        self.assertEqual(picking.state, "done")
        self.send()
        self.assertEqual(self.confirmations(), [])
        self.assertEqual(picking.amazon_sync_status, "done")
        self.assertIn("knew already", self.messages().error_message)
        self.assertEqual(len(self.world.shipments(ref)), 1)

    def test_h6_amazon_is_looked_at_before_a_refusal_fails(self):
        ref, order = self.mugs(2)
        self.put_elsewhere(ref, 2)
        picking = self.ship(order)
        self.send()
        self.assertEqual(picking.amazon_sync_status, "done")
        [(_number, carrier, tracking, _items)] = self.world.shipments(ref)
        self.assertEqual((carrier, tracking), ("UPS", "X1"))
        self.assertIn("knew already", self.messages().error_message)
        self.assertFalse(self.mails())

    def test_h6_only_the_rest_is_reported(self):
        ref, order = self.mugs(3)
        self.put_elsewhere(ref, 2)
        self.run_cron()
        self.ship(order)
        self.send()
        self.assertEqual(self.confirmed(ref), [{"MUG-BLUE": 2}, {"MUG-BLUE": 1}])

    def test_h6_packages_of_others_are_never_overwritten(self):
        ref, order = self.mugs(2)
        picking = self.delivery(order)
        picking._amazon_note_packages(is_final=True)
        for number in (1, 2, picking.amazon_package_ids.id):
            self.assertNotEqual(picking.amazon_package_ids.package_ref, str(number))
        self.put_elsewhere(ref, 1, str(picking.amazon_package_ids.id))
        self.ship(order, MUG_BLUE=1)
        self.send()
        self.assertEqual(self.confirmed(ref), [{"MUG-BLUE": 1}, {"MUG-BLUE": 1}])
        number = picking.amazon_package_ids.package_ref
        self.assertLess(int(number), 2**53)

    def test_h6_goods_sent_again_need_no_tracking_number(self):
        ref, order = self.mugs(1)
        picking = self.ship(order)
        self.send()
        again = picking.copy({"carrier_id": False, "carrier_tracking_ref": False})
        again.move_ids.sale_line_id = order.order_line
        again.action_confirm()
        self.pack(again)
        self.assertEqual(again.sale_id, order)
        again.button_validate()
        self.assertEqual(again.state, "done")
        self.send()
        self.assertEqual(len(self.confirmations()), 1)


class TestTrackingNumbers(PiecesCase):
    def test_h11_two_numbers_for_one_package_are_asked_about(self):
        for text in ("T1,T2", "T1;T2", "T1/T2", "T1+T2", "0034043401 0034043402"):
            _ref, order = self.mugs(2)
            picking = self.delivery(order)
            picking.carrier_id, picking.carrier_tracking_ref = self.dhl, text
            self.pack(picking)
            with self.assertRaisesRegex(UserError, "2 numbers"):
                picking.button_validate()

    def test_h11_as_many_packages_as_numbers(self):
        ref, order = self.order("MUG-BLUE", "TEA-SENCHA")
        picking = self.delivery(order)
        picking.carrier_id, picking.carrier_tracking_ref = self.dhl, "T1 / T2"
        self.pack(picking)
        boxes = self.env[picking.move_line_ids.result_package_id._name]
        for line in picking.move_line_ids:
            line.result_package_id = boxes.create({"name": f"BOX-{line.id}"})
        picking.button_validate()
        self.send()
        self.assertEqual(
            [tracking for _n, _c, tracking, _i in self.world.shipments(ref)],
            ["T1", "T2"],
        )

    def test_h11_one_number_stays_one(self):
        for text, number in (
            ("1Z 999 AA1 01 2345", "1Z 999 AA1 01 2345"),
            (" 0034001\n", "0034001"),
            ("RR 123 456\n", "RR 123 456"),
            ("T1, T1", "T1"),
        ):
            ref, order = self.mugs(1)
            self.ship(order, text)
            self.send()
            [(_number, _carrier, tracking, _items)] = self.world.shipments(ref)
            self.assertEqual(tracking, number)

    def test_h11_package_with_two_numbers_of_its_own(self):
        ref, order = self.mugs(1)
        picking = self.delivery(order)
        picking.carrier_id = self.dhl
        self.pack(picking)
        boxes = self.env[picking.move_line_ids.result_package_id._name]
        picking.move_line_ids.result_package_id = boxes.create({"name": "BOX-1"})
        for text in ("T1,T2", "T1;T2", "0034043401 0034043402"):
            picking.amazon_package_ids.tracking_ref = text
            with self.assertRaisesRegex(UserError, "BOX-1 has 2 tracking numbers"):
                picking.button_validate()
        picking.amazon_package_ids.tracking_ref = " 0034 0434 01 "
        picking.button_validate()
        self.send()
        [(_number, _carrier, tracking, _items)] = self.world.shipments(ref)
        self.assertEqual(tracking, "0034 0434 01")
        picking.amazon_package_ids.tracking_ref = "T1/T2"
        self.send()
        self.assertIn("2 tracking numbers", picking.amazon_sync_error)

    def test_h11_question_comes_after_a_correction_too(self):
        _ref, order = self.mugs(1)
        picking = self.ship(order)
        self.send()
        picking.carrier_tracking_ref = "T1;T2"
        self.send()
        self.assertEqual(picking.amazon_sync_status, "error")
        self.assertIn("2 numbers", picking.amazon_sync_error)
