"""Packages, packs, kits, carriers as Amazon counts and names them (features C3, H1)."""

from unittest.mock import patch

from ..kits import KITS, PartsList
from ..shipping_case import ShippingCase


class TestPackages(ShippingCase):
    def _pack_boxes(self, picking, *contents):
        """Put goods into packages, each with what is in it by SKU.

        :return: amazon.package of each
        """
        for content in contents:
            for move in picking.move_ids:
                quantity = content.get(move.product_id.default_code)
                if quantity:
                    self.env["stock.move.line"].create(
                        {
                            "move_id": move.id,
                            "picking_id": picking.id,
                            "product_id": move.product_id.id,
                            "quantity": quantity,
                            "location_id": move.location_id.id,
                            "location_dest_id": move.location_dest_id.id,
                            "picked": True,
                        }
                    )
            lines = picking.move_line_ids.filtered(lambda ml: not ml.result_package_id)
            boxes = self.env[lines.result_package_id._name]
            lines.result_package_id = boxes.create({"name": f"BOX-{lines.ids[0]}"})
        return picking.amazon_package_ids.sorted("id")

    def test_h1_two_packages_with_their_own_tracking_numbers(self):
        items = [
            self.world.item("MUG-BLUE", quantity=3),
            self.world.item("TEA-SENCHA"),
        ]
        ref, order = self.order(items=items)
        picking = self.delivery(order)
        picking.carrier_id = self.dhl
        one, two = self._pack_boxes(
            picking, {"MUG-BLUE": 2}, {"MUG-BLUE": 1, "TEA-SENCHA": 1}
        )
        self.assertIn("2 × [MUG-BLUE]", one.content)
        one.tracking_ref, two.tracking_ref = "A1", "A2"
        picking.button_validate()
        self.assertEqual(picking.state, "done")
        self.send()
        first, second = self.numbers(picking)
        self.assertEqual(
            self.world.shipments(ref),
            [
                (first, "DHL", "A1", {"MUG-BLUE": 2}),
                (second, "DHL", "A2", {"MUG-BLUE": 1, "TEA-SENCHA": 1}),
            ],
        )
        self.assertEqual(picking.amazon_sync_status, "done")

        two.tracking_ref = "A2-corrected"
        self.send()
        self.assertEqual(
            [shipment[2] for shipment in self.world.shipments(ref)],
            ["A1", "A2-corrected"],
        )
        self.assertEqual(len(self.confirmations()), 3)

    def test_h1_numbers_of_a_label_maker_go_to_their_packages(self):
        ref, order = self.order("MUG-BLUE", "TEA-SENCHA")
        picking = self.delivery(order)
        picking.carrier_id = self.dhl
        self._pack_boxes(picking, {"MUG-BLUE": 1}, {"TEA-SENCHA": 1})
        picking.carrier_tracking_ref = "A1, A2"
        picking.button_validate()
        self.send()
        self.assertEqual(
            [shipment[2:] for shipment in self.world.shipments(ref)],
            [("A1", {"MUG-BLUE": 1}), ("A2", {"TEA-SENCHA": 1})],
        )

    def test_h1_packs_of_six_are_counted_in_packs(self):
        ref, order = self.order("MUG-BLUE")
        self.ship(order)
        order.order_line.amazon_offer_id.quantity_factor = 6
        ref, order = self.order(items=[self.world.item("MUG-BLUE", quantity=2)])
        self.assertEqual(order.order_line[0].product_uom_qty, 12)
        first = self.ship(order, "A1", MUG_BLUE=8)
        second = self.ship(order, "A2", MUG_BLUE=3)
        third = self.ship(order, "A3")
        self.send()
        one, _two, three = self.numbers(first, second, third)
        self.assertEqual(
            self.world.shipments(ref),
            [
                (one, "DHL", "A1", {"MUG-BLUE": 1}),
                (three, "DHL", "A3", {"MUG-BLUE": 1}),
            ],
        )
        self.assertFalse(second.amazon_sync_status)  # no pack is complete with it

    def test_h1_kit_is_confirmed_when_its_parts_are_complete(self):
        kit = self._create_product("GIFT-BOX", "Tea for two")
        parts = {self.products["MUG-WHITE"]: 2, self.products["TEA-SENCHA"]: 1}
        ref, order = self.order(items=[self.world.item("GIFT-BOX", quantity=2)])
        picking = self._explode(order, kit, parts)
        with patch(KITS, lambda products: {kit: PartsList(kit, parts)}):
            first = self.ship(order, "A1", MUG_WHITE=2, TEA_SENCHA=2)
            second = self.ship(order, "A2")
        self.assertEqual(picking, first)
        self.send()
        one, two = self.numbers(first, second)
        self.assertEqual(
            self.world.shipments(ref),
            [(one, "DHL", "A1", {"GIFT-BOX": 1}), (two, "DHL", "A2", {"GIFT-BOX": 1})],
        )

    def _explode(self, order, kit, parts):
        """Without Manufacturing the delivery is taken apart by hand.

        :return: the delivery
        """
        picking = order.picking_ids
        move = picking.move_ids.filtered(lambda m: m.product_id == kit)
        for product, quantity in parts.items():
            vals = {"product_id": product.id, "product_uom_qty": quantity * 2}
            part = move.copy({**vals, "picking_id": picking.id})
            part.sale_line_id = move.sale_line_id
            part.state = "confirmed"
        move.state = "draft"
        move.unlink()
        self.assertEqual(len(picking.move_ids), 2)
        return picking

    def test_h1_carriers(self):
        known = self.env["amazon.carrier"].search([("code", "=", "GLS")])
        methods = {
            "DHL": self._create_method("DHL Express 12:00"),
            "DHL eCommerce": self._create_method("DHL eCommerce NL"),
            "Hermes Logistik Gruppe": self._create_method("Hermes"),
            "GLS": self._create_method("Our courier", amazon_carrier_id=known.id),
            "Cargo bike": self._create_method("Cargo bike"),
            "Upside Couriers": self._create_method("Upside Couriers"),
        }
        expected = {}
        for name, method in methods.items():
            ref, order = self.order("MUG-BLUE")
            self.ship(order, carrier=method)
            expected[ref] = name
        self.send()
        self.assertEqual(
            {ref: rows[0][1] for ref, rows in self.world.shipments().items()}, expected
        )
        codes = [body["packageDetail"]["carrierCode"] for body in self.confirmations()]
        self.assertEqual(codes.count("Other"), 2)
        methods["DHL"].name = "Something else"
        self.assertEqual(methods["DHL"].amazon_carrier_id.code, "DHL")
