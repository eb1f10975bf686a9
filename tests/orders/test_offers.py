"""SKUs find their products (features C1, C2, C3)."""

from ..common import FR, AmazonCase


class TestOffers(AmazonCase):
    def _offers(self):
        return [
            (
                offer.sku,
                offer.marketplace_id.name,
                offer.amazon_channel,
                offer.product_id.default_code,
            )
            for offer in self.env["amazon.offer"].search(
                [("account_id", "=", self.account.id)], order="id"
            )
        ]

    def test_c1_offer_is_made_at_the_first_order(self):
        self.buy("MUG-BLUE")
        self.buy("MUG-BLUE", marketplace=FR)
        self.buy("MUG-BLUE")
        self.sync()
        self.assertEqual(
            sorted(self._offers()),
            [
                ("MUG-BLUE", "Amazon.de", "fbm", "MUG-BLUE"),
                ("MUG-BLUE", "Amazon.fr", "fbm", "MUG-BLUE"),
            ],
        )

    def test_c2_offer_decides_before_the_reference(self):
        ref = self.buy("MUG-BLUE")
        self.sync()
        offer = self.sale_order(ref).order_line.amazon_offer_id
        offer.product_id = self.products["MUG-WHITE"]
        second = self.buy("MUG-BLUE")
        self.sync()
        self.assertEqual(
            self.sale_order(second).order_line.product_id, self.products["MUG-WHITE"]
        )

    def test_c2_barcode_is_the_second_chance(self):
        self.products["TEA-SENCHA"].write(
            {"default_code": "TEA2", "barcode": "TEA-SENCHA"}
        )
        ref = self.buy("TEA-SENCHA")
        self.sync()
        self.assertEqual(
            self.sale_order(ref).order_line.product_id, self.products["TEA-SENCHA"]
        )

    def test_c2_unknown_sku_becomes_amazon_sale(self):
        ref = self.buy(
            items=[self.world.item("NO-SUCH-SKU", title="A tea cosy", price="7.00")]
        )
        self.sync()
        line = self.sale_order(ref).order_line
        self.assertRecordValues(
            line,
            [
                {
                    "product_id": self.env.ref(
                        "amazon_connector.product_amazon_sale"
                    ).id,
                    "name": "[NO-SUCH-SKU] A tea cosy",
                    "price_total": 7.0,
                }
            ],
        )
        self.assertEqual(self._offers(), [("NO-SUCH-SKU", "Amazon.de", "fbm", False)])
        move = self.sale_order(ref).picking_ids.move_ids
        self.assertIn("[NO-SUCH-SKU] A tea cosy", move.description_picking)

    def test_c2_reference_that_two_products_share_matches_none(self):
        self._create_product("TWICE", "One")
        self._create_product("TWICE", "Other")
        ref = self.buy(items=[self.world.item("TWICE", title="Which?", price="7.00")])
        self.sync()
        self.assertEqual(self.sale_order(ref).order_line.name, "[TWICE] Which?")

    def test_c2_product_that_came_later_is_found(self):
        self.buy(items=[self.world.item("LATER", price="7.00")])
        self.sync()
        self.assertEqual(self._offers(), [("LATER", "Amazon.de", "fbm", False)])
        product = self._create_product("LATER", "Came later")
        ref = self.buy(items=[self.world.item("LATER", price="7.00")])
        self.sync()
        self.assertEqual(self.sale_order(ref).order_line.product_id, product)

    def test_c3_pack_of_six_moves_six(self):
        self.buy("MUG-BLUE")
        self.sync()
        self.env["amazon.offer"].search([("sku", "=", "MUG-BLUE")]).quantity_factor = 6
        ref = self.buy(items=[self.world.item("MUG-BLUE", quantity=2, price="60.00")])
        self.sync()
        order = self.sale_order(ref)
        self.assertRecordValues(
            order.order_line,
            [{"product_uom_qty": 12.0, "price_unit": 10.0, "price_total": 120.0}],
        )
        self.assertEqual(order.picking_ids.move_ids.product_uom_qty, 12.0)
        self.assertEqual(order.amazon_total_difference, 0.0)
