"""What those who pack read on a delivery, without rights on orders (feature W5)."""

from datetime import timedelta

from lxml import etree

from odoo import fields

from .case import PackingCase


class TestDeliverySays(PackingCase):
    def test_w5_order_service_and_marks_are_on_the_delivery(self):
        ref, order = self.order("MUG-BLUE", programs=("PRIME", "AMAZON_BUSINESS"))
        order.write(
            {
                "amazon_service_level": "NEXT_DAY",
                "amazon_gift_message": "For you",
                "amazon_ship_by": fields.Datetime.now() + timedelta(hours=5),
            }
        )
        picking = self.as_worker(order.picking_ids)
        self.assertEqual(picking.amazon_order_ref, ref)
        self.assertEqual(picking.amazon_shop, order.amazon_marketplace_id.name)
        self.assertEqual(picking.amazon_service_level, "Next day")
        self.assertEqual(picking.amazon_ship_by, order.amazon_ship_by)
        marks = ("prime", "business", "gift")
        self.assertEqual([picking[f"amazon_is_{name}"] for name in marks], [True] * 3)
        self.assertTrue(picking.amazon_is_late_risk)

    def test_w5_a_delivery_without_marks_has_none(self):
        _ref, order = self.order("MUG-BLUE")
        order.amazon_ship_by = fields.Datetime.now() + timedelta(days=3)
        picking = self.as_worker(order.picking_ids)
        marks = ("prime", "business", "gift", "late_risk")
        self.assertEqual([picking[f"amazon_is_{name}"] for name in marks], [False] * 4)
        self.assertFalse(picking.amazon_unmatched_goods)

    def test_w5_gift_wrap_makes_a_gift(self):
        _ref, order = self.order("MUG-BLUE")
        order.order_line[:1].copy({"order_id": order.id, "amazon_kind": "gift_wrap"})
        order.order_line[-1:].amazon_kind = "gift_wrap"
        self.assertTrue(self.as_worker(order.picking_ids).amazon_is_gift)

    def test_w5_an_unknown_sku_is_named_and_is_not_available(self):
        order = self.order_unknown()
        picking = self.as_worker(order.picking_ids)
        self.assertEqual(picking.move_ids.product_id.name, "Amazon Sale")
        goods = "CUP-9 · Cup with a cat, 0.3 l"
        self.assertEqual(picking.move_ids.amazon_goods, goods)
        self.assertEqual(picking.move_line_ids.mapped("amazon_goods"), [goods])
        self.assertEqual(picking.amazon_unmatched_goods, f"1 × {goods}")
        self.assertEqual(picking.products_availability, "SKU without product")
        self.assertEqual(picking.products_availability_state, "late")

    def test_w5_a_known_product_is_available_as_ever(self):
        self.store("MUG-BLUE", 5, location=self.warehouse.lot_stock_id)
        _ref, order = self.order("MUG-BLUE")
        picking = self.as_worker(order.picking_ids)
        self.assertFalse(picking.move_ids.amazon_goods)
        self.assertEqual(picking.products_availability_state, "available")

    def test_w5_the_form_shows_nothing_green_for_it(self):
        view = self.env["stock.picking"].get_view(
            self.env.ref("stock.view_picking_form").id, "form"
        )
        tree = etree.fromstring(view["arch"])
        [shown] = tree.xpath("//field[@name='products_availability']")
        green = "products_availability_state == 'available'"
        self.assertEqual(shown.get("decoration-success"), green)
        buttons = tree.xpath("//button[@name='button_validate']")
        self.assertEqual(
            [one.get("context") for one in buttons], ["{'amazon_ask': True}"] * 2
        )

    def test_w5_the_reference_is_searched_by_those_who_see_no_orders(self):
        ref, order = self.order("MUG-BLUE")
        _other, other = self.order("TEA-SENCHA")
        pickings = self.as_worker(self.env["stock.picking"])
        mine = [("company_id", "=", self.company.id)]
        found = pickings.search([*mine, ("amazon_order_ref", "ilike", ref[:11])])
        self.assertEqual(found, order.picking_ids)
        found = pickings.search([*mine, ("amazon_order_ref", "!=", False)])
        self.assertEqual(found, order.picking_ids | other.picking_ids)
        self.assertFalse(pickings.search([*mine, ("amazon_order_ref", "=", False)]))

    def test_w5_late_risk_is_searched(self):
        _ref, order = self.order("MUG-BLUE")
        _other, other = self.order("TEA-SENCHA")
        order.amazon_ship_by = fields.Datetime.now() + timedelta(hours=5)
        other.amazon_ship_by = fields.Datetime.now() + timedelta(days=5)
        pickings = self.as_worker(self.env["stock.picking"])
        mine = [("company_id", "=", self.company.id)]
        late, rest = order.picking_ids, other.picking_ids
        for value, found in ((True, late), (False, rest)):
            domain = [*mine, ("amazon_is_late_risk", "=", value)]
            self.assertEqual(pickings.search(domain), found)
        order.picking_ids.action_cancel()
        domain = [*mine, ("amazon_is_late_risk", "=", True)]
        self.assertFalse(pickings.search(domain))
