"""What the packer is asked for, what may be corrected, who may do what (features H2,
H4)."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user
from odoo.tools import mute_logger

from odoo.addons.amazon_connector.amazon_api import SellingPartner

from ..shipping_case import ShippingCase


class TestBeforeValidation(ShippingCase):
    def _refuse(self, picking, *words):
        with self.assertRaises(UserError) as caught:
            picking.button_validate()
        for text in words:
            self.assertIn(text, str(caught.exception))
        self.assertNotEqual(picking.state, "done")

    def test_h2_carrier_and_tracking_number_are_asked_for(self):
        _ref, order = self.order("MUG-BLUE")
        picking = order.picking_ids
        self.pack(picking)
        self._refuse(picking, picking.name, "the carrier is missing")
        picking.carrier_id = self.dhl
        self._refuse(picking, picking.name, "tracking number is missing")
        picking.carrier_tracking_ref = "  "
        self._refuse(picking, "tracking number is missing", "Additional Info")
        picking.carrier_tracking_ref = "0034001"
        picking.button_validate()
        self.assertEqual(picking.state, "done")

    def test_h2_each_package_needs_a_number(self):
        _ref, order = self.order("MUG-BLUE", "TEA-SENCHA")
        picking = order.picking_ids
        picking.carrier_id = self.dhl
        self.pack(picking)
        boxes = self.env[picking.move_line_ids.result_package_id._name]
        for name, line in zip(("BOX-1", "BOX-2"), picking.move_line_ids, strict=True):
            line.result_package_id = boxes.create({"name": name})
        self.assertEqual(picking.amazon_package_ids.mapped("name"), ["BOX-1", "BOX-2"])
        picking.amazon_package_ids[0].tracking_ref = "A1"
        self._refuse(picking, "package BOX-2 is missing", "Packages for Amazon")

    def test_h2_label_maker_tells_the_number_by_itself(self):
        _ref, order = self.order("MUG-BLUE")
        picking = order.picking_ids
        picking.carrier_id = self.dhl
        self.assertFalse(self.dhl._makes_labels(picking.picking_type_id))
        picking.picking_type_id.print_label = True
        maker = self.dhl.new(
            {"delivery_type": False, "integration_level": "rate_and_ship"}
        )
        self.assertTrue(maker._makes_labels(picking.picking_type_id))

    def test_h2_orders_that_amazon_confirms_by_itself(self):
        for program, name in (
            ("FBM_SHIP_PLUS", "Ship+"),
            ("AMAZON_EASY_SHIP", "Easy Ship"),
            ("IN_STORE_PICK_UP", "In-Store Pickup"),
        ):
            with self.subTest(program):
                _ref, order = self.order("MUG-BLUE", programs=(program,))
                picking = order.picking_ids
                self.assertIn(name, picking.amazon_no_sync_reason)
                self.pack(picking)
                picking.button_validate()
                self.assertEqual(picking.state, "done")
                self.assertFalse(picking.amazon_sync_status)
        self.send()
        self.assertEqual(self.confirmations(), [])
        self.assertFalse(self.messages())

    def test_h2_missing_number_that_slipped_through_is_reported(self):
        ref, order = self.order("MUG-BLUE")
        picking = order.picking_ids
        picking.carrier_id = self.dhl
        self.pack(picking)
        picking._action_done()
        self.send()
        self.assertEqual(picking.amazon_sync_status, "error")
        self.assertIn("the tracking number is missing", picking.amazon_sync_error)
        self.assertEqual(self.confirmations(), [])

        picking.carrier_tracking_ref = "0034001"
        self.assertEqual(picking.amazon_sync_status, "pending")
        self.send()
        self.assertEqual(len(self.world.shipments(ref)), 1)


class TestCorrections(ShippingCase):
    def setUp(self):
        super().setUp()
        self.ref, order = self.order("MUG-BLUE")
        self.picking = self.ship(order)

    def _assert_reported(self, carrier, tracking):
        [number] = self.numbers(self.picking)
        self.assertEqual(
            self.world.shipments(),
            {self.ref: [(number, carrier, tracking, {"MUG-BLUE": 1})]},
        )
        self.assertEqual(self.picking.amazon_sync_status, "done")

    def test_h4_corrected_number_edits_the_same_package(self):
        self.send()
        self.picking.carrier_tracking_ref = "0034002"
        self.assertEqual(self.picking.amazon_sync_status, "pending")
        self.send()
        self.assertEqual(self.outbox(), [("done", 1), ("done", 1)])
        self._assert_reported("DHL", "0034002")

        self.picking.carrier_id = self._create_method("UPS Standard")
        self.send()
        self._assert_reported("UPS", "0034002")

        self.picking.carrier_tracking_ref = "0034002"  # the same again
        self.picking.note = "Left at the door"
        self.assertEqual(len(self.messages()), 3)

    def test_h4_correction_before_sending_needs_no_second_message(self):
        self.picking.carrier_tracking_ref = "0034002"
        self.send()
        self.assertEqual(self.outbox(), [("done", 1)])
        self._assert_reported("DHL", "0034002")

    def test_h4_correction_waits_for_its_package(self):
        self.amazon.faults.add("confirmShipment", "lost")
        self.send()
        self.picking.carrier_tracking_ref = "0034002"
        first, second = self.messages()
        self.assertEqual((first.state, second.state), ("unknown", "todo"))
        first.next_try_at = fields.Datetime.now() + timedelta(hours=6)
        self.send()
        self.assertEqual(len(self.confirmations()), 1)
        self.send_later()
        self.assertEqual([row[0] for row in self.outbox()], ["done", "done"])
        self._assert_reported("DHL", "0034002")

    def test_h4_correction_while_the_batch_is_sent(self):
        _ref, order = self.order("TEA-SENCHA")
        last = self.ship(order, tracking="0034009")
        confirm = SellingPartner.confirm_shipment

        def correct_the_last(partner, shipment):
            if shipment.order_id == self.ref:
                last.carrier_tracking_ref = "0034010"
            return confirm(partner, shipment)

        with patch.object(SellingPartner, "confirm_shipment", correct_the_last):
            self.send()
        self.assertEqual(self.outbox(), [("done", 1)] * 3)
        numbers = [shipment[0][2] for shipment in self.world.shipments().values()]
        self.assertEqual(numbers, ["0034001", "0034010"])

    def test_h4_packages_of_an_order_leave_one_after_the_other(self):
        rows = self.messages()
        rows.copy({"dedup_key": "later"})
        claimed = self.env["amazon.submission"]._claim(self.account, "shipment")
        self.assertEqual(claimed, rows)
        self.assertFalse(self.env["amazon.submission"]._claim(self.account, "shipment"))
        rows._set_done()
        later = self.env["amazon.submission"]._claim(self.account, "shipment")
        self.assertEqual(later.dedup_key, "later")

    def test_h4_one_event_is_one_row(self):
        with self.assertRaisesRegex(Exception, "unique_event"):
            with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                self.messages().copy({"dedup_key": self.messages().dedup_key})


class TestRights(ShippingCase):
    def test_h1_packer_without_rights_on_amazon_can_deliver(self):
        ref, order = self.order("MUG-BLUE")
        packer = new_test_user(
            self.env,
            "packer",
            groups="stock.group_stock_user",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        self.env.flush_all()
        self.env.invalidate_all()
        picking = order.picking_ids.with_user(packer)
        picking.carrier_id = self.dhl
        with self.assertRaisesRegex(UserError, "tracking number is missing"):
            picking.button_validate()
        picking.carrier_tracking_ref = "0034001"
        self.pack(picking)
        picking.button_validate()
        self.assertEqual(picking.amazon_sync_status, "pending")
        picking.carrier_tracking_ref = "0034002"
        self.send()
        self.assertEqual(self.world.shipments(ref)[0][2], "0034002")
        picking.carrier_tracking_ref = "0034003"
        self.send()
        self.assertEqual(self.world.shipments(ref)[0][2], "0034003")
        with self.assertRaises(AccessError):
            picking.env["amazon.submission"].search([])
        with self.assertRaises(AccessError):
            self.account.with_user(packer).action_sync_pickings()
