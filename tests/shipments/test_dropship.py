"""What a vendor delivers to the buyer obeys like any delivery (feature H10)."""

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .case import ShippingCase


# `python3 -m dev test --with stock_dropshipping` runs them, and so does CI: elsewhere
# there are no purchases.
@tagged("-standard", "amazon_with_stock_dropshipping")
class TestDropship(ShippingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        vendor = cls.env["res.partner"].create({"name": "Pottery"})
        route = cls.env.ref("stock_dropshipping.route_drop_shipping")
        cls.products["MUG-BLUE"].write(
            {
                "route_ids": [Command.set(route.ids)],
                "seller_ids": [Command.create({"partner_id": vendor.id, "price": 1})],
            }
        )

    def bought(self, confirm=True):
        """A buyer orders what the vendor delivers.

        :return tuple: Amazon's reference, sale order, purchase order
        """
        ref, order = self.order("MUG-BLUE")
        purchase = order.order_line.purchase_line_ids.order_id
        self.assertEqual(len(purchase), 1)
        if confirm:
            purchase.button_confirm()
        return ref, order, purchase

    def test_h10_what_is_bought_is_going_to_be_delivered(self):
        _ref, order, purchase = self.bought(confirm=False)
        goods = order.order_line.filtered("amazon_item_ref")
        self.assertFalse(order.picking_ids)
        self.assertEqual(goods.amazon_waiting, 0)
        purchase.button_confirm()
        self.assertEqual(goods.amazon_waiting, 0)
        self.delivery(order).action_cancel()
        self.assertEqual(goods.amazon_waiting, 1)

    def test_h10_purchase_that_is_given_up_is_a_problem(self):
        _ref, order, purchase = self.bought(confirm=False)
        purchase.button_cancel()
        self.assertEqual(order.order_line.filtered("amazon_item_ref").amazon_waiting, 1)

    def test_h10_wish_of_the_buyer_stops_the_delivery(self):
        ref, order, _purchase = self.bought()
        self.world.request_cancellation(ref)
        self.run_cron()
        picking = self.delivery(order)
        self.assertEqual(picking.picking_type_code, "dropship")
        picking.carrier_id, picking.carrier_tracking_ref = self.dhl, "0034001"
        self.pack(picking)
        with self.assertRaisesRegex(UserError, "asked Amazon to cancel"):
            picking.button_validate()

    def test_h10_whoever_buys_hears_of_a_cancellation(self):
        for by_amazon in (True, False):
            ref, order, purchase = self.bought()
            self.assertFalse(purchase.activity_ids)
            if by_amazon:
                self.world.cancel(ref)
                self.run_cron()
            else:
                order._amazon_cancel_and_tell("NoInventory")
            self.assertEqual(order.state, "cancel")
            self.assertTrue(purchase.activity_ids)

    def test_h10_corrected_address_reaches_the_vendor(self):
        ref, order, purchase = self.bought()
        self.world.change_address(ref, addressLine1="New Street 5")
        self.run_cron()
        self.assertEqual(purchase.dest_address_id.street, "New Street 5")
        self.assertEqual(self.delivery(order).partner_id.street, "New Street 5")
        self.assertIn("tell the vendor", purchase.activity_ids.note)

    def test_h10_shipment_of_the_vendor_is_reported(self):
        ref, order, _purchase = self.bought()
        self.ship(order)
        self.send()
        self.assertEqual(len(self.world.shipments(ref)), 1)
