"""A buyer asks to cancel, and who decides (features D11, I1)."""

from lxml import etree

from odoo.exceptions import AccessError, UserError

from .case import CancelCase


class TestWishes(CancelCase):
    def wish(self):
        ref, order = self.order("MUG-BLUE")
        self.world.request_cancellation(ref)
        self.run_cron()
        return ref, order

    def test_d11_wish_that_nobody_has_is_not_accepted(self):
        _ref, order = self.order("MUG-BLUE")
        for record in (order, order.picking_ids):
            for verb in ("accept", "refuse"):
                with self.assertRaisesRegex(UserError, "No buyer asks to cancel"):
                    getattr(record, f"action_{verb}_amazon_cancel")()
        self.assertEqual(order.state, "sale")
        self.assertFalse(order.amazon_cancel_refused)
        self.assertFalse(self.messages())

    def test_d11_wish_that_a_colleague_refused_is_not_accepted(self):
        _ref, order = self.wish()
        order.action_refuse_amazon_cancel()
        with self.assertRaisesRegex(UserError, "a colleague has decided"):
            order.picking_ids.action_accept_amazon_cancel()
        self.assertEqual(order.state, "sale")
        self.assertFalse(self.messages())

    def test_d11_accepted_twice_is_accepted_once(self):
        ref, order = self.wish()
        order.action_accept_amazon_cancel()
        order.action_accept_amazon_cancel()
        self.send_twice()
        self.assertEqual([*self.world.cancellations()], [ref])

    def test_d11_who_packs_decides_nothing(self):
        """By RPC, for their screens have no such button on the order."""
        packer = self.user("packer", "stock.group_stock_user")
        _ref, order = self.wish()
        for record in (order, order.picking_ids):
            for verb in ("accept", "refuse"):
                mine = record.with_user(packer)
                with self.subTest(f"{verb} {record}"), self.assertRaises(AccessError):
                    getattr(mine, f"action_{verb}_amazon_cancel")()
        self.assertEqual(order.state, "sale")
        self.assertTrue(order.amazon_cancel_requested)
        self.assertFalse(order.amazon_cancel_refused)
        self.assertFalse(self.messages())

    def test_d11_wish_of_goods_that_are_picked(self):
        self.warehouse.delivery_steps = "pick_pack_ship"
        self.store("MUG-BLUE", 10, location=self.warehouse.lot_stock_id)
        ref, order = self.order("MUG-BLUE")
        pick = order.picking_ids.filtered(lambda p: p.state == "assigned")
        self.pack(pick)
        pick.button_validate()
        self.world.request_cancellation(ref)
        self.run_cron()
        self.assertTrue(order.amazon_cancel_requested)
        order.action_accept_amazon_cancel()
        self.assertEqual(order.state, "cancel")
        self.send_twice()
        self.assertEqual([*self.world.cancellations()], [ref])

    def test_d11_banner_asks_before_it_acts(self):
        for model, view in (
            ("sale.order", "sale.view_order_form"),
            ("stock.picking", "stock.view_picking_form"),
        ):
            arch = self.env[model].get_view(self.env.ref(view).id, "form")["arch"]
            [button] = etree.fromstring(arch).xpath(
                "//button[@name='action_accept_amazon_cancel']"
            )
            self.assertTrue(button.get("confirm"))

    def test_i1_cancel_has_no_preset_reason(self):
        _ref, order = self.order("MUG-BLUE")
        wizard = self.open_wizard(order)
        self.assertFalse(wizard.reason)
        with self.assertRaisesRegex(UserError, "reason"):
            wizard.action_confirm()
        self.assertEqual(order.state, "sale")
