"""What a vendor delivers, or is bought or made for one order (feature H10)."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..everything import find_in_database
from .case import BatchPiecesCase


# `python3 -m dev test --with stock_dropshipping` runs them, and so does CI.
@tagged("-standard", "amazon_with_stock_dropshipping")
class TestBought(BatchPiecesCase):
    """The blue mug comes from its vendor: straight to the buyer, or through the
    warehouse."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.buyer = cls._new_user(
            "purchaser", "purchase.group_purchase_user", email="purchaser@example.com"
        )
        cls.vendor = cls.env["res.partner"].create(
            {"name": "Mug Factory", "buyer_id": cls.buyer.id}
        )
        for sku in ("MUG-BLUE", "TEA-SENCHA"):
            cls.products[sku].seller_ids = [
                Command.create(
                    {
                        "partner_id": cls.vendor.id,
                        "price": 2,
                        "company_id": cls.company.id,
                    }
                )
            ]

    # === what is set up === #

    def dropship(self, sku="MUG-BLUE"):
        route = self.env.ref("stock_dropshipping.route_drop_shipping")
        self.products[sku].route_ids = [Command.set(route.ids)]

    def buy_to_order(self, sku="MUG-BLUE"):
        route = self.env.ref("purchase_stock.route_warehouse0_buy")
        self.products[sku].route_ids = [Command.set(route.ids)]
        self._make_to_order(sku)

    def purchases(self):
        """Find what is bought for the orders.

        :return: purchase.order of the company, the first one first
        """
        return self.env["purchase.order"].search(
            [("company_id", "=", self.company.id)], order="id"
        )

    def activities(self, document):
        """Read the activities of a document.

        :return list: (user, text) of what is to do about a document
        """
        self.env.flush_all()
        return [
            (activity.user_id, f"{activity.summary or ''} {activity.note or ''}")
            for activity in document.activity_ids
        ]

    def assertHears(self, document, user, *words):
        """Somebody, and nobody else, is asked in such words to see to a document."""
        found = self.activities(document)
        self.assertEqual({hears for hears, _text in found}, {user})
        for word in words:
            self.assertTrue(any(word in text for _user, text in found), found)

    def assertDelivered(self, order, city):
        """The vendor's delivery is the vendor's, and its goods go to a city."""
        self.assertEqual(order.picking_ids.partner_id, self.vendor)
        self.assertEqual(order.picking_ids.move_ids.partner_id.city, city)

    def move_away(self, ref):
        """The buyer corrects the address, and Odoo reads it."""
        self.world.change_address(ref, addressLine1="Neue Allee 9", city="Bremen")
        self.run_cron()

    # === Dropship === #

    def test_h10_dropship_is_bought(self):
        self.dropship()
        ref, order = self.mugs(3)
        purchase = self.purchases()
        self.assertEqual(purchase.order_line.product_qty, 3)
        self.assertEqual(purchase.partner_id, self.vendor)
        self.assertEqual(purchase.dest_address_id, order.partner_shipping_id)
        self.assertEqual(purchase.order_line.sale_line_id, order.order_line)
        self.assertFalse(order.picking_ids)
        self.assertEqual(self.waiting(order), [])
        purchase.button_confirm()
        self.assertEqual(self.waiting(order), [])
        picking = self.ship(order)
        self.assertEqual(picking.picking_type_code, "dropship")
        self.send()
        self.assertEqual(self.confirmed(ref), [{"MUG-BLUE": 3}])

    def test_h10_levers_buy_as_odoo_does(self):
        self.dropship()
        self.buy_to_order("TEA-SENCHA")
        for _number in range(3):
            self.buy("MUG-BLUE", "TEA-SENCHA", "MUG-WHITE")
        books = self._assert_same_books(3)
        self.assertTrue(books["purchase.order.line"])

    def test_h10_vendor_is_stopped_when_amazon_cancels(self):
        for is_confirmed in (False, True):
            with self.subTest(is_confirmed):
                self.dropship()
                ref, order = self.mugs(1)
                purchase = self.purchases()[-1]
                if is_confirmed:
                    purchase.button_confirm()
                self.world.cancel(ref)
                self.run_cron()
                self.assertEqual(order.state, "cancel")
                self.assertHears(purchase, self.buyer, order.name)

    def test_h10_vendor_is_stopped_when_a_user_cancels(self):
        self.dropship()
        _ref, order = self.mugs(1)
        purchase = self.purchases()
        purchase.button_confirm()
        order._amazon_cancel_and_tell("NoInventory")
        self.assertEqual(order.state, "cancel")
        self.assertHears(purchase, self.buyer, order.name)

    def test_h10_purchase_of_nobody_is_for_the_responsible(self):
        self.vendor.buyer_id = False
        for buy in (self.dropship, self.buy_to_order):
            with self.subTest(buy.__name__):
                buy()
                ref, order = self.mugs(1)
                purchase = self.purchases()[-1]
                self.assertFalse(purchase.user_id)
                self.world.cancel(ref)
                self.run_cron()
                self.assertHears(purchase, self.responsible, order.name)

    def test_h10_buyer_wants_less(self):
        self.dropship()
        ref, order = self.mugs(3)
        purchase = self.purchases()
        self.world.cancel_item(ref, quantity=1)
        self.run_cron()
        self.assertEqual(purchase.order_line.product_qty, 2)
        self.assertEqual(self.activities(purchase), [])
        purchase.button_confirm()
        self.world.cancel_item(ref, quantity=1)
        self.run_cron()
        self.assertEqual(order.order_line.product_uom_qty, 1)
        self.assertHears(purchase, self.buyer, order.name, "1 instead of 2")

    def test_h10_cancelled_purchase_is_waited_for(self):
        self.dropship()
        _ref, order = self.mugs(2)
        self.purchases().button_cancel()
        self.assertWaits(order, "2 of MUG-BLUE")

    def test_h10_corrected_address_reaches_the_vendor(self):
        self.dropship()
        ref, order = self.mugs(1)
        purchase = self.purchases()
        self.move_away(ref)
        self.assertEqual(order.partner_shipping_id.city, "Bremen")
        self.assertEqual(purchase.dest_address_id, order.partner_shipping_id)
        self.assertEqual(self.activities(purchase), [])
        purchase.button_confirm()
        self.assertDelivered(order, "Bremen")

    def test_h10_corrected_address_of_what_is_ordered(self):
        self.dropship()
        ref, order = self.mugs(1)
        purchase = self.purchases()
        purchase.button_confirm()
        self.move_away(ref)
        self.assertEqual(purchase.dest_address_id.city, "Bremen")
        self.assertDelivered(order, "Bremen")
        self.assertHears(purchase, self.buyer, order.name, "address")

    def test_h10_two_orders_on_one_purchase(self):
        self.dropship()
        ref, order = self.mugs(1)
        purchase = self.purchases()
        _ref, other = self.mugs(1)
        purchase = self.purchases()[0]
        line = self.purchases().order_line.filtered(
            lambda line: line.sale_line_id == other.order_line
        )
        line.order_id = purchase  # a purchaser puts them together
        before = other.partner_shipping_id
        purchase.dest_address_id = order.partner_shipping_id
        self.move_away(ref)
        self.assertNotEqual(purchase.dest_address_id.city, "Bremen")
        self.assertHears(purchase, self.buyer, order.name, "address")
        self.assertEqual(other.partner_shipping_id, before)

    def test_p2_buyer_of_a_dropship_is_erased(self):
        self.dropship()
        address = {
            "name": "Erika Zwiebelmann",
            "addressLine1": "Lauchgasse 77",
            "city": "Berlin",
            "countryCode": "DE",
        }
        _ref, order = self.order(address=address)
        purchase = self.purchases()
        purchase.button_confirm()
        words = "Please send it to Erika Zwiebelmann"
        purchase.message_post(body=words)
        self.ship(order)
        order.order_line.move_ids.date = fields.Datetime.now() - timedelta(days=31)
        self.env.ref("amazon_connector.ir_cron_erase_buyers").ir_actions_server_id.run()
        self.assertTrue(order.amazon_erased_at)
        self.assertEqual(
            find_in_database(self.env.cr, ("Zwiebelmann", "Lauchgasse")), {}
        )

    def test_p2_buyer_of_another_dropship_is_kept(self):
        self.dropship()
        _ref, order = self.mugs(1)
        self.purchases().button_confirm()
        self.ship(order)
        self.env["purchase.order"].create(
            {
                "partner_id": self.vendor.id,
                "company_id": self.company.id,
                "picking_type_id": self.purchases().picking_type_id.id,
                "dest_address_id": order.partner_shipping_id.id,
            }
        )
        buyer = order.partner_shipping_id | order.partner_id
        reasons = buyer._amazon_reasons_to_keep(order)
        self.assertEqual(reasons.get(order.partner_shipping_id), "elsewhere")

    def test_h10_wish_to_cancel_holds_a_dropship(self):
        self.dropship()
        ref, order = self.mugs(1)
        self.purchases().button_confirm()
        self.world.request_cancellation(ref)
        self.run_cron()
        self.assertTrue(order.amazon_cancel_requested)
        self.assertHears(self.purchases(), self.buyer, order.name, "asked Amazon")
        picking = self.delivery(order)
        picking.carrier_id, picking.carrier_tracking_ref = self.dhl, "0034001"
        self.pack(picking)
        with self.assertRaisesRegex(UserError, "asked Amazon to cancel"):
            picking.button_validate()
        order.action_refuse_amazon_cancel()
        picking.button_validate()
        self.assertEqual(picking.state, "done")

    def test_h10_wish_before_the_vendor_has_the_order(self):
        self.dropship()
        ref, order = self.mugs(1)
        purchase = self.purchases()
        self.world.request_cancellation(ref)
        self.run_cron()
        self.assertHears(purchase, self.buyer, order.name, "Order its goods only once")
        order.action_accept_amazon_cancel()
        self.assertEqual(order.state, "cancel")
        self.send()

    def test_h10_vendor_sends_a_part(self):
        self.dropship()
        ref, order = self.mugs(3)
        self.purchases().button_confirm()
        picking = self.ship(order, MUG_BLUE=2)
        self.assertEqual(picking.picking_type_code, "dropship")
        self.send()
        self.assertEqual(self.confirmed(ref), [{"MUG-BLUE": 2}])
        self.assertEqual(self.waiting(order), [])
        self.delivery(order).action_cancel()
        self.assertWaits(order, "1 of MUG-BLUE")
        action = order.action_deliver_amazon_rest()  # to Odoo it is ordered
        self.assertIn("plans no delivery of 1 of MUG", action["params"]["message"])
        self.assertWaits(order, "1 of MUG-BLUE")

    # === Made to order === #

    def test_h10_bought_to_order(self):
        self.buy_to_order()
        ref, order = self.mugs(2)
        purchase = self.purchases()
        self.assertEqual(purchase.order_line.product_qty, 2)
        self.assertFalse(purchase.dest_address_id)
        self.assertEqual(order.picking_ids.state, "waiting")
        self.assertEqual(self.waiting(order), [])
        purchase.button_confirm()
        receipt = purchase.picking_ids
        self.move_away(ref)
        self.assertEqual(self.activities(purchase), [])
        self.assertEqual(receipt.partner_id, self.vendor)
        delivery = order.picking_ids - receipt
        self.assertEqual(delivery.partner_id.city, "Bremen")
        self.world.cancel(ref)
        self.run_cron()
        self.assertHears(purchase, self.buyer, order.name)

    def test_h10_bought_to_order_and_cancelled_here(self):
        self.buy_to_order()
        _ref, order = self.mugs(2)
        purchase = self.purchases()
        purchase.button_confirm()
        order._amazon_cancel_and_tell("NoInventory")
        self.assertHears(purchase, self.buyer, order.name)

    def test_h10_made_to_order(self):
        self._manufacture("MUG-BLUE", {"TEA-SENCHA": 1})
        self._make_to_order("MUG-BLUE")
        for cancel in (self.cancel_at_amazon, self.cancel_here):
            with self.subTest(cancel.__name__):
                ref, order = self.mugs(2)
                production = order.mrp_production_ids
                self.assertEqual(production.product_qty, 2)
                self.assertEqual(self.waiting(order), [])
                cancel(ref, order)
                self.assertEqual(order.state, "cancel")
                self.assertHears(production, self.responsible, order.name)

    def cancel_at_amazon(self, ref, _order):
        self.world.cancel(ref)
        self.run_cron()

    def cancel_here(self, _ref, order):
        order._amazon_cancel_and_tell("NoInventory")

    def test_h8_import_into_the_eu_from_the_vendor(self):
        self.dropship()
        _ref, order = self.mugs(1)
        order.order_line.amazon_ioss_number = "IM1234567890"
        self.company.country_id = self.env.ref("base.de")
        for code, is_import in (("cn", True), ("fr", False)):
            self.vendor.country_id = self.env.ref(f"base.{code}")
            if order.picking_ids:
                order.picking_ids.invalidate_recordset()
            else:
                self.purchases().button_confirm()
            self.assertEqual(order.picking_ids.amazon_is_eu_import, is_import)
