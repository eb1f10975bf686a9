"""What left the house is confirmed to Amazon, package by package (features H1, H5)."""

from datetime import datetime, timedelta, timezone

from odoo import fields
from odoo.fields import Command

from ..common import DE
from ..shipping_case import ShippingCase


class TestShipments(ShippingCase):
    def test_h1_done_delivery_is_confirmed(self):
        ref, order = self.order("MUG-BLUE", "TEA-SENCHA")
        self.amazon.received.clear()
        picking = self.ship(order)

        self.assertEqual(self.outbox(), [("todo", 0)])
        self.assertEqual(picking.amazon_sync_status, "pending")
        self.assertCalls()  # nothing leaves in the transaction of the packer

        self.send()

        [number] = self.numbers(picking)
        self.assertEqual(
            self.world.shipments(),
            {ref: [(number, "DHL", "0034001", {"MUG-BLUE": 1, "TEA-SENCHA": 1})]},
        )
        self.assertCalls("confirmShipment")
        self.assertEqual(self.outbox(), [("done", 1)])
        self.assertRecordValues(
            picking, [{"amazon_sync_status": "done", "amazon_sync_error": False}]
        )
        self.assertFalse(self.mails())
        self.assertFalse(self.account.connection_message)

        self.send()
        self.assertEqual(len(self.confirmations()), 1)

    def test_h1_request_is_what_amazon_asks_for(self):
        ordered = datetime.now(timezone.utc) - timedelta(hours=2)
        ref, order = self.order("MUG-BLUE", created=ordered)
        picking = self.ship(order)
        picking.date_done -= timedelta(hours=1)
        self.send()
        [number] = self.numbers(picking)
        left = picking.date_done.isoformat() + ".000Z"
        self.assertEqual(
            self.confirmations(),
            [
                {
                    "marketplaceId": DE,
                    "packageDetail": {
                        "packageReferenceId": number,
                        "carrierCode": "DHL",
                        "trackingNumber": "0034001",
                        "shipDate": left,
                        "orderItems": [{"orderItemId": self.item(ref), "quantity": 1}],
                    },
                }
            ],
        )

    def test_h1_amazon_says_shipped_and_nothing_is_flagged(self):
        ref, order = self.order(items=[self.world.item("MUG-BLUE", quantity=3)])
        self.ship(order, MUG_BLUE=1)
        self.send()
        for status in ("PARTIALLY_SHIPPED", "SHIPPED"):
            self.run_cron()
            self.assertRecordValues(
                order,
                [{"amazon_status": status, "amazon_review": False, "state": "sale"}],
            )
            self.assertFalse(order.activity_ids)
            self.assertEqual(self.states(), {ref: "done"})
            if self.delivery(order):
                self.ship(order, "0034002")
                self.send()
        self.assertEqual(len(order.picking_ids), 2)

    def test_h1_backorder_is_a_package_of_its_own(self):
        ref, order = self.order(items=[self.world.item("MUG-BLUE", quantity=5)])
        first = self.ship(order, "A1", MUG_BLUE=2)
        self.send()
        second = self.ship(order, "A2")
        self.send()
        one, two = self.numbers(first, second)
        self.assertEqual(
            self.world.shipments(ref),
            [(one, "DHL", "A1", {"MUG-BLUE": 2}), (two, "DHL", "A2", {"MUG-BLUE": 3})],
        )

    def test_h1_what_is_not_amazons_is_not_confirmed(self):
        ref, order = self.order("MUG-BLUE")
        order.order_line = [
            Command.create({"product_id": self.products["TEA-SENCHA"].id})
        ]
        picking = self.ship(order)
        self.assertEqual(len(picking.move_ids), 2)
        self.send()
        self.assertEqual(
            self.world.shipments(ref),
            [(self.numbers(picking)[0], "DHL", "0034001", {"MUG-BLUE": 1})],
        )

    def test_h1_never_more_than_ordered(self):
        ref, order = self.order("MUG-BLUE")
        picking = self.ship(order, MUG_BLUE=4)
        self.send()
        self.assertEqual(
            self.world.shipments(ref),
            [(self.numbers(picking)[0], "DHL", "0034001", {"MUG-BLUE": 1})],
        )

    def test_h1_only_the_last_step_counts(self):
        self.warehouse.delivery_steps = "pick_ship"
        for product in self.products.values():
            self.env["stock.quant"]._update_available_quantity(
                product, self.warehouse.lot_stock_id, 10
            )
        ref, order = self.order("MUG-BLUE")
        pick = order.picking_ids.filtered(lambda p: p.picking_type_code == "internal")
        self.pack(pick)
        pick.button_validate()
        self.assertEqual(pick.state, "done")
        self.assertFalse(pick.amazon_sync_status)
        self.assertFalse(self.messages())

        last = self.ship(order)
        self.send()
        self.assertEqual(last.picking_type_code, "outgoing")
        self.assertEqual(len(self.world.shipments(ref)), 1)

    def test_h1_ship_date_is_one_that_amazon_takes(self):
        ref, order = self.order("MUG-BLUE")
        picking = self.ship(order)
        now = fields.Datetime.now()
        for stated in (now - timedelta(days=90), now + timedelta(days=3)):
            picking.date_done = stated
            package = picking.amazon_package_ids
            moment = package._get_ship_date().replace(tzinfo=None)
            self.assertGreaterEqual(moment, order.date_order)
            self.assertLessEqual(moment, fields.Datetime.now())
        self.send()
        self.assertEqual(len(self.world.shipments(ref)), 1)

    def test_h1_amazons_clock_is_behind_ours(self):
        """It would refuse what leaves now, as seen here, as something of the future."""
        ordered = datetime.now(timezone.utc) - timedelta(hours=2)
        ref, order = self.order("MUG-BLUE", created=ordered)
        self.ship(order)
        self.amazon.faults.add("confirmShipment", "skewed", seconds=-600)
        self.send()
        self.assertEqual(self.outbox(), [("done", 1)])
        self.assertEqual(len(self.world.shipments(ref)), 1)

    def test_h1_other_orders_and_fba_owe_nothing(self):
        order = self.env["sale.order"].create(
            {
                "company_id": self.company.id,
                "partner_id": self.env["res.partner"].create({"name": "Walk-in"}).id,
                "warehouse_id": self.warehouse.id,
                "order_line": [
                    Command.create({"product_id": self.products["MUG-BLUE"].id})
                ],
            }
        )
        order.action_confirm()
        picking = order.picking_ids
        self.pack(picking)
        picking.button_validate()
        self.assertEqual(picking.state, "done")
        self.assertFalse(picking.amazon_sync_status)
        self.buy_fba("MUG-BLUE")
        self.run_cron()
        self.assertFalse(self.messages())

    def test_h5_button_sends_now_and_counts(self):
        _ref, order = self.order("MUG-BLUE")
        self.ship(order)
        params = self.account.action_sync_pickings()["params"]
        self.assertEqual(params["message"], "Confirmed to Amazon: 1.")
        self.assertEqual(params["type"], "success")
        params = self.account.action_sync_pickings()["params"]
        self.assertEqual(params["message"], "Amazon knows of all shipments.")
