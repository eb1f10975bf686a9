"""What people are asked before goods leave (feature W5)."""

from odoo.exceptions import UserError

from .case import PackingCase


class TestValidateDelivery(PackingCase):
    def test_w5_carrier_and_number_are_asked_for_in_one_window(self):
        ref, order = self.order("MUG-BLUE")
        self.pack(order.picking_ids)
        picking = self.as_worker(order.picking_ids)
        window = self.open_window(self.press_validate(picking))
        self.assertNotEqual(picking.state, "done")
        self.assertTrue(window.is_single)
        window.carrier_id = self.dhl
        window.tracking_ref = "0034007"
        window.save().action_confirm()
        self.assertEqual(picking.state, "done")
        self.send()
        self.assertEqual(self.world.shipments(ref)[0][1:3], ("DHL", "0034007"))

    def test_w5_what_is_entered_already_is_not_asked_for(self):
        _ref, order = self.order("MUG-BLUE")
        self.pack(order.picking_ids)
        picking = self.as_worker(order.picking_ids)
        picking.carrier_id = self.dhl
        window = self.open_window(self.press_validate(picking))
        self.assertEqual(window.carrier_id, self.dhl.with_user(self.worker))
        picking.carrier_tracking_ref = "0034007"
        self.press_validate(picking)
        self.assertEqual(picking.state, "done")

    def test_w5_a_window_without_a_number_says_so(self):
        _ref, order = self.order("MUG-BLUE")
        self.pack(order.picking_ids)
        picking = self.as_worker(order.picking_ids)
        window = self.open_window(self.press_validate(picking))
        window.carrier_id = self.dhl
        with self.assertRaisesRegex(UserError, "tracking number is missing"):
            window.save().action_confirm()
        self.assertNotEqual(picking.state, "done")

    def test_w5_each_package_is_asked_for_its_number(self):
        ref, order = self.order("MUG-BLUE", "TEA-SENCHA")
        picking = order.picking_ids
        self.pack(picking)
        boxes = self.env[picking.move_line_ids.result_package_id._name]
        for name, line in zip(("BOX-1", "BOX-2"), picking.move_line_ids, strict=True):
            line.result_package_id = boxes.create({"name": name})
        action = self.press_validate(self.as_worker(picking))
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(wizard.line_ids.package_id.mapped("name"), ["BOX-1", "BOX-2"])
        for number, line in enumerate(wizard.line_ids):
            line.write({"carrier_id": self.dhl.id, "tracking_ref": f"003400{number}"})
        wizard.with_user(self.worker).action_confirm()
        self.assertEqual(picking.state, "done")
        self.send()
        numbers = sorted(shipment[2] for shipment in self.world.shipments(ref))
        self.assertEqual(numbers, ["0034000", "0034001"])

    def test_w5_numbers_of_a_label_maker_are_divided_already(self):
        ref, order = self.order("MUG-BLUE", "TEA-SENCHA")
        picking = order.picking_ids
        self.pack(picking)
        boxes = self.env[picking.move_line_ids.result_package_id._name]
        for name, line in zip(("BOX-1", "BOX-2"), picking.move_line_ids, strict=True):
            line.result_package_id = boxes.create({"name": name})
        picking.carrier_tracking_ref = "A1, A2"
        action = self.press_validate(self.as_worker(picking))
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(wizard.line_ids.mapped("tracking_ref"), ["A1", "A2"])
        wizard.line_ids.carrier_id = self.dhl
        wizard.with_user(self.worker).action_confirm()
        self.send()
        numbers = sorted(shipment[2] for shipment in self.world.shipments(ref))
        self.assertEqual(numbers, ["A1", "A2"])

    def test_w5_an_unknown_sku_is_asked_about(self):
        order = self.order_unknown()
        picking = self.as_worker(order.picking_ids)
        picking.write({"carrier_id": self.dhl.id, "carrier_tracking_ref": "0034007"})
        action = self.press_validate(picking)
        self.assertEqual(action["name"], "Is it the right article?")
        window = self.open_window(action)
        self.assertIn("CUP-9 · Cup with a cat", window.unmatched_goods)
        self.assertNotEqual(picking.state, "done")
        window.save().action_confirm()
        self.assertEqual(picking.state, "done")

    def test_w5_unknown_sku_and_missing_number_are_one_question(self):
        order = self.order_unknown()
        picking = self.as_worker(order.picking_ids)
        window = self.open_window(self.press_validate(picking))
        self.assertIn("CUP-9", window.unmatched_goods)
        window.carrier_id = self.dhl
        window.tracking_ref = "0034007"
        window.save().action_confirm()
        self.assertEqual(picking.state, "done")

    def test_w5_several_of_the_list_are_one_window(self):
        orders = [self.order("MUG-BLUE")[1], self.order_unknown()]
        pickings = self.env["stock.picking"].union(*(one.picking_ids for one in orders))
        for picking in pickings:
            self.pack(picking)
        pickings = self.as_worker(pickings).with_context(
            active_model="stock.picking", active_ids=pickings.ids
        )
        action = pickings.button_validate()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(wizard.line_ids.picking_id, pickings)
        self.assertIn(orders[1].picking_ids.name, wizard.unmatched_goods)
        wizard.line_ids.write({"carrier_id": self.dhl.id, "tracking_ref": "0034007"})
        wizard.with_user(self.worker).action_confirm()
        self.assertEqual({*pickings.mapped("state")}, {"done"})

    def test_w5_programs_get_an_error_and_no_window(self):
        _ref, order = self.order("MUG-BLUE")
        self.pack(order.picking_ids)
        with self.assertRaises(UserError):
            order.picking_ids.button_validate()
