"""Kits of Manufacturing: a piece has left when all its parts have (feature H6)."""

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .case import BatchPiecesCase


# `python3 -m dev test --with mrp,sale_mrp` runs them, and so does CI.
@tagged("-standard", "amazon_with_sale_mrp")
class TestPiecesOfKits(BatchPiecesCase):
    """A gift box is two white mugs and a tea."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["product.product"].search(
            [("default_code", "=", "GIFT-BOX")]
        ).action_archive()
        cls.products["GIFT-BOX"] = cls._create_product("GIFT-BOX", "Tea for two")

    def setUp(self):
        super().setUp()
        self.bom = self._create_bom("GIFT-BOX", {"MUG-WHITE": 2, "TEA-SENCHA": 1})

    def boxes(self, count):
        """Place and import an order of kits.

        :return tuple: reference and sale order of so many gift boxes
        """
        return self.order(items=[self.world.item("GIFT-BOX", quantity=count)])

    def part(self, order, sku):
        """Find what is to be delivered of a part.

        :return: the open moves of a part
        """
        product = self.products[sku]
        return self.delivery(order).move_ids.filtered(lambda m: m.product_id == product)

    def ship_without_rest(self, order, **quantities):
        picking = self.delivery(order)
        picking.carrier_id, picking.carrier_tracking_ref = self.dhl, "0034001"
        self.pack(picking, **quantities)
        picking.with_context(
            skip_backorder=True, picking_ids_not_to_backorder=picking.ids
        ).button_validate()

    def test_h6_kit_without_a_part(self):
        ref, order = self.boxes(2)
        self.part(order, "TEA-SENCHA")._action_cancel()
        self.assertWaits(order, "2 of GIFT-BOX")
        self.ship(order)
        self.send()
        self.assertEqual(self.confirmed(ref), [])
        self.assertWaits(order, "2 of GIFT-BOX")

    def test_h6_part_of_a_kit_without_backorder(self):
        ref, order = self.boxes(2)
        self.ship_without_rest(order, MUG_WHITE=4, TEA_SENCHA=1)
        self.send()
        self.assertEqual(self.confirmed(ref), [{"GIFT-BOX": 1}])
        self.assertWaits(order, "1 of GIFT-BOX")

    def test_h6_demand_of_a_part_is_lowered(self):
        _ref, order = self.boxes(2)
        self.part(order, "MUG-WHITE").product_uom_qty = 3
        self.assertWaits(order, "1 of GIFT-BOX")

    def test_h6_half_a_kit_is_no_piece(self):
        ref, order = self.boxes(1)
        self.ship_without_rest(order, MUG_WHITE=1, TEA_SENCHA=1)
        self.send()
        self.assertEqual(self.confirmed(ref), [])
        self.assertWaits(order, "1 of GIFT-BOX")

    def test_h6_lowered_kit(self):
        ref, order = self.boxes(2)
        order.order_line.product_uom_qty = 1
        self.ship(order)
        self.send()
        self.assertEqual(self.confirmed(ref), [{"GIFT-BOX": 1}])
        self.assertWaits(order, "1 of GIFT-BOX")

    def test_h6_raised_kit(self):
        ref, order = self.boxes(1)
        order.order_line.product_uom_qty = 2
        self.ship(order, MUG_WHITE=2, TEA_SENCHA=1)
        self.send()
        self.assertEqual(self.confirmed(ref), [{"GIFT-BOX": 1}])
        self.assertEqual(self.waiting(order), [])

    def test_h6_corrected_part(self):
        ref, order = self.boxes(2)
        picking = self.ship(order)
        teas = picking.move_ids.filtered(
            lambda m: m.product_id == self.products["TEA-SENCHA"]
        )
        teas.quantity = 1
        self.send()
        self.assertEqual(self.confirmed(ref), [{"GIFT-BOX": 1}])
        self.assertWaits(order, "1 of GIFT-BOX")

    def test_h6_backorder_of_a_part_is_cancelled(self):
        ref, order = self.boxes(2)
        self.ship(order, MUG_WHITE=4, TEA_SENCHA=1)
        self.assertEqual(self.waiting(order), [])
        self.delivery(order).action_cancel()
        self.send()
        self.assertEqual(self.confirmed(ref), [{"GIFT-BOX": 1}])
        self.assertWaits(order, "1 of GIFT-BOX")

    def test_h6_parts_list_changes_while_the_kit_waits(self):
        ref, order = self.boxes(2)
        self.bom.bom_line_ids = [
            Command.create({"product_id": self.products["MUG-BLUE"].id})
        ]
        self.assertEqual(self.waiting(order), [])
        self.ship(order)
        self.send()
        self.assertEqual(self.confirmed(ref), [{"GIFT-BOX": 2}])
        self.assertEqual(self.waiting(order), [])

    def test_h6_amazon_cancels_a_piece_of_a_changed_kit(self):
        ref, order = self.boxes(3)
        self.bom.bom_line_ids[0].product_qty = 5
        self.world.cancel_item(ref, quantity=1)
        self.run_cron()
        self.ship_without_rest(order, MUG_WHITE=4, TEA_SENCHA=1)
        self.send()
        self.assertEqual(self.confirmed(ref), [{"GIFT-BOX": 1}])
        self.assertWaits(order, "1 of GIFT-BOX")

    def test_h6_part_is_replaced_by_hand(self):
        """The mug of another colour goes out instead: a person has to say so."""
        ref, order = self.boxes(1)
        self.part(order, "MUG-WHITE")._action_cancel()
        picking = self.delivery(order)
        moves = self.env["stock.move"]
        named = {"name": "Blue instead of white"} if "name" in moves._fields else {}
        moves.create(
            {
                **named,
                "product_id": self.products["MUG-BLUE"].id,
                "product_uom_qty": 2,
                "picking_id": picking.id,
                "company_id": self.company.id,
                "location_id": picking.location_id.id,
                "location_dest_id": picking.location_dest_id.id,
            }
        )
        self.ship(order)
        self.send()
        self.assertEqual(self.confirmed(ref), [])
        self.assertWaits(order, "1 of GIFT-BOX")

    def test_h6_rest_of_a_kit_is_delivered_after_all(self):
        ref, order = self.boxes(2)
        self.ship_without_rest(order, MUG_WHITE=4, TEA_SENCHA=1)
        self.assertWaits(order, "1 of GIFT-BOX")
        order.action_deliver_amazon_rest()
        self.assertEqual(self.waiting(order), [])
        self.ship(order, "0034002")
        self.send()
        self.assertEqual(self.confirmed(ref), [{"GIFT-BOX": 1}, {"GIFT-BOX": 1}])
        self.run_cron()
        self.assertEqual(order.amazon_status, "SHIPPED")

    def test_h6_part_that_is_sent_again_makes_no_second_kit(self):
        ref, order = self.boxes(2)
        picking = self.ship(order, MUG_WHITE=4, TEA_SENCHA=1)
        self.send()
        self.assertEqual(self.confirmed(ref), [{"GIFT-BOX": 1}])
        tea = picking.move_ids.filtered(
            lambda m: m.product_id == self.products["TEA-SENCHA"]
        )
        back = tea.copy(
            {
                "picking_id": picking.copy({"move_ids": []}).id,
                "location_id": tea.location_dest_id.id,
                "location_dest_id": tea.location_id.id,
                "origin_returned_move_id": tea.id,
                "sale_line_id": tea.sale_line_id.id,
                "product_uom_qty": 1,
            }
        )
        again = tea.copy(
            {
                "picking_id": picking.copy({"move_ids": []}).id,
                "origin_returned_move_id": back.id,
                "sale_line_id": tea.sale_line_id.id,
                "product_uom_qty": 1,
            }
        )
        for move in (back, again):
            move._action_confirm(merge=False)
            move.quantity, move.picked = 1, True
            move._action_done()
        self.send()
        self.assertEqual(self.confirmed(ref), [{"GIFT-BOX": 1}])

    def test_h8_transparency_codes_of_a_kit_are_one_for_each_piece(self):
        ref, order = self.boxes(2)
        mugs = self.part(order, "MUG-WHITE")
        picking = self.delivery(order)
        picking.carrier_id, picking.carrier_tracking_ref = self.dhl, "0034001"
        self.pack(picking)
        mugs.amazon_transparency_codes = "C1 C2 C3 C4"
        with self.assertRaisesRegex(UserError, "leave: 2, .* entered: 4"):
            picking.button_validate()
        mugs.amazon_transparency_codes = "C1 C2"
        picking.button_validate()
        self.send()
        [package] = self.world.order(ref).packages
        self.assertEqual(package["codes"], {self.item(ref): ["C1", "C2"]})

    def test_h6_kit_of_services_has_no_delivery(self):
        self.bom.bom_line_ids.unlink()
        service = self._create_service("WRAPPING", "Wrapping")
        self.bom.bom_line_ids = [Command.create({"product_id": service.id})]
        _ref, order = self.boxes(1)
        self.assertFalse(order.picking_ids)
        self.assertWaits(order, "1 of GIFT-BOX")
