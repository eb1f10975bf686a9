"""How far an order is, on order, delivery and in the chatter (feature W2)."""

from datetime import timedelta

from markupsafe import escape

from odoo import fields
from odoo.exceptions import AccessError

from .case import TimelineCase


class TestTimeline(TimelineCase):
    def test_w2_each_point_is_reached_one_after_the_other(self):
        order = self.ready()
        begun = ["bought", "paid", "imported"]
        rest = ["picked", "shipped", "accepted", "promise", "paid_out"]
        states = self.states(order)
        self.assertEqual([*states], [*begun, *rest])
        self.assertEqual([states[name] for name in begun], ["done"] * 3)
        self.assertEqual([states[name] for name in rest], ["now", *["todo"] * 4])

        self.ship(order, tracking="0034005")
        states = self.states(order)
        self.assertEqual((states["picked"], states["shipped"]), ("done", "done"))
        self.assertEqual(states["accepted"], "now")
        self.assertEqual(self.step(order, "shipped")["detail"], "DHL Paket 0034005")

        self.send()
        states = self.states(order)
        self.assertEqual(states["accepted"], "done")
        self.assertIn("now", (states["promise"], states["paid_out"]))

    def test_w2_the_delivery_shows_the_same_to_those_who_pack(self):
        order = self.ready()
        picking = self.as_worker(order.picking_ids)
        self.assertEqual(picking.amazon_timeline, order.amazon_timeline)

    def test_w2_red_where_it_hangs(self):
        order = self.ready()
        order.amazon_ship_by = fields.Datetime.now() - timedelta(hours=1)
        self.assertEqual(self.states(order)["picked"], "problem")
        unknown = self.order_unknown()
        step = self.step(unknown, "picked")
        self.assertEqual((step["state"], step["detail"]), ("problem", "Which product?"))

    def test_w2_red_where_amazon_refused(self):
        order = self.ready()
        self.ship(order)
        self.messages()._set_failed("permanent", "Amazon said no.")
        step = self.step(order, "accepted")
        self.assertEqual(
            (step["state"], step["detail"]), ("problem", "Amazon said no.")
        )

    def test_w2_a_cancelled_order_ends_there(self):
        order = self.ready()
        window = self.env["amazon.cancel.order"]
        window.create({"order_id": order.id, "reason": "NoInventory"}).action_confirm()
        self.assertIn("done", self.states(order)["accepted"])
        self.assertNotIn("shipped", self.states(order))

    def test_w2_fba_is_shipped_by_amazon(self):
        ref = self.buy_fba("MUG-BLUE")
        self.run_cron()
        states = self.states(self.sale_order(ref))
        self.assertNotIn("picked", states)
        self.assertEqual(states["shipped"], "done")

    def test_w2_other_orders_have_no_timeline(self):
        order = self.plain_order()
        self.assertFalse(order.amazon_timeline)

    def test_w2_each_point_leads_to_what_it_is_about(self):
        order = self.ready()
        self.ship(order)
        targets = {
            "bought": "ir.actions.act_url",
            "imported": "amazon.order",
            "shipped": "stock.picking",
            "accepted": "amazon.submission",
            "paid_out": "amazon.settlement.line",
        }
        order = order.with_user(self.responsible)
        for name, target in targets.items():
            action = order.action_open_amazon_step(name)
            with self.subTest(name):
                self.assertEqual(action.get("res_model", action["type"]), target)

    def test_w2_those_who_pack_get_what_they_may_see(self):
        order = self.ready()
        picking = self.as_worker(order.picking_ids)
        action = picking.action_open_amazon_step("accepted")
        self.assertEqual(action["res_model"], "stock.picking")
        stranger = self._new_user("stranger", "base.group_user")
        with self.assertRaises(AccessError):
            order.picking_ids.with_user(stranger).action_open_amazon_step()
        with self.assertRaises(AccessError):
            order.picking_ids.with_user(stranger).get_progress()

    def test_w2_the_chatter_tells_it_without_the_buyer(self):
        buyer, street = "Erika Zwiebelmann", "Knollenweg 7"
        self.store("MUG-BLUE", 9, location=self.warehouse.lot_stock_id)
        _ref, order = self.order(
            "MUG-BLUE",
            buyer={"name": buyer},
            address={
                "name": buyer,
                "addressLine1": street,
                "city": "Berlin",
                "countryCode": "DE",
            },
        )
        self.assertIn("Bought and paid at", self.notes(order))
        self.ship(order, tracking="0034005")
        self.assertNotIn("Amazon accepted", self.notes(order))
        self.send()
        name = escape(order.picking_ids.name)
        accepted = f"Amazon accepted the shipment of {name}: DHL Paket 0034005."
        for record in (order, order.picking_ids):
            text = self.notes(record)
            self.assertEqual(text.count(accepted), 1)
            self.assertNotIn("Zwiebelmann", text)
            self.assertNotIn(street, text)
        self.send()
        self.assertEqual(self.notes(order).count(accepted), 1)

    def test_w2_a_lost_answer_is_noted_when_it_is_known(self):
        order = self.ready()
        self.ship(order)
        self.amazon.faults.add("confirmShipment", "lost")
        self.send()
        self.assertNotIn("Amazon accepted", self.notes(order))
        self.send_later()
        self.assertEqual(self.notes(order).count("Amazon accepted"), 1)

    def test_w2_status_follows_at_once_and_amazon_is_still_checked(self):
        order = self.ready()
        words = self.env["amazon.order"]._get_amazon_status_words()
        self.assertEqual(order.amazon_status_text, words["UNSHIPPED"])
        self.ship(order)
        self.assertEqual(order.amazon_status_text, words["UNSHIPPED"])
        self.send()
        self.assertEqual(order.amazon_status_text, words["SHIPPED"])
        self.assertEqual(order.amazon_status, "UNSHIPPED")
        self.assertTrue(self.messages().check_at)

    def test_w2_the_form_looks_again_until_amazon_has_answered(self):
        order = self.ready()
        self.assertEqual(order.get_progress()["seconds"], 0)
        self.ship(order)
        for record in (order, order.picking_ids):
            self.assertGreater(record.get_progress()["seconds"], 0)
        self.send()
        for record in (order, order.picking_ids):
            self.assertEqual(record.get_progress()["seconds"], 0)
