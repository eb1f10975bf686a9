"""Kits that Amazon ships leave in parts (feature G2)."""

from unittest.mock import patch

from ..common import AmazonCase
from ..kits import KITS, KitCase, PartsList


class TestFbaKits(KitCase, AmazonCase):
    """A kit lies in parts at Amazon's location. The parts list is that of Manufacturing
    where it is installed, else one that answers alike."""

    def setUp(self):
        super().setUp()
        self.has_mrp = "mrp.bom" in self.env
        self.kit = self._create_product("GIFT-BOX", "Tea for two")
        self.service = self._create_service("HONEY-500", "Wrapping")
        self.parts = {
            self.products["MUG-WHITE"]: 2,
            self.products["TEA-SENCHA"]: 1,
            self.service: 1,
        }
        if self.has_mrp:
            self._create_bom()
        else:
            seam = patch(
                KITS, lambda products: {self.kit: PartsList(self.kit, self.parts)}
            )
            seam.start()
            self.addCleanup(seam.stop)

    def test_g2_parts_of_a_kit_are_moved(self):
        ref = self.buy_fba(items=[self.world.item("GIFT-BOX", quantity=3)])
        with self._without_bom_lines():
            self.run_cron()
        order = self.sale_order(ref)
        self.assertEqual(self.row(ref).state, "done")
        self.assertFalse(order.picking_ids)
        line = order.order_line[0]
        self.assertRecordValues(
            self.moves(order),
            [
                {
                    "product_id": self.products[sku].id,
                    "quantity": quantity,
                    "state": "done",
                    "sale_line_id": line.id,
                    "picking_id": False,
                }
                for sku, quantity in (("MUG-WHITE", 6.0), ("TEA-SENCHA", 3.0))
            ],
        )
        self.assertEqual(self.stored("MUG-WHITE"), {"": -6.0})
        if self.has_mrp:  # only Manufacturing knows how many kits that makes
            self.assertEqual(line.qty_delivered, 3.0)
            self.assertTrue(all(self.moves(order).mapped("bom_line_id")))

    def test_g2_part_with_lots_flags_the_kit_as_a_whole(self):
        self.products["TEA-SENCHA"].tracking = "lot"
        ref = self.buy_fba("GIFT-BOX")
        with self._without_bom_lines():
            self.run_cron()
            order = self.sale_order(ref)
            self.assertFalse(self.moves(order))
            self.assertIn("Sencha: 1 Units shipped, 0 with", order.amazon_stock_message)
            self.store("TEA-SENCHA", 1, "L1")
            order.action_book_amazon_stock()
        self.assertEqual(len(self.moves(order)), 2)
        self.assertFalse(order.amazon_stock_message)
