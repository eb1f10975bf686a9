"""Small things of many screens (features K1, W6)."""

import json
from datetime import timedelta

from lxml import etree

from odoo import fields
from odoo.tests import tagged

from .case import WatchCase

#: fields of a view that one sees
SHOWN = "//field[ancestor::tree or ancestor::list or ancestor::form or ancestor::t]"


@tagged("post_install", "-at_install")
class TestScreens(WatchCase):
    def test_k1_a_phone_gets_cards(self):
        actions = self.env["ir.actions.act_window"].search(
            [
                ("view_mode", "!=", "form"),
                ("res_model", "=like", "amazon.%"),
                ("mobile_view_mode", "=", "kanban"),
            ]
        )
        self.assertGreater(len(actions), 15)
        for action in actions:
            modes = action.view_mode.split(",")
            self.assertIn("kanban", modes, action.xml_id)
            cards = dict(map(reversed, action.views))["kanban"]
            arch = self.env[action.res_model].get_view(cards, "kanban")["arch"]
            self.assertRegex(arch, "o_amazon_(cards|dashboard)", action.xml_id)
        views = self.env.ref("amazon_connector.sale_order_amazon_action").view_ids
        self.assertIn(
            self.env.ref("amazon_connector.sale_order_view_kanban_amazon"),
            views.view_id,
        )

    def test_k1_chart_has_a_text(self):
        self.orders(2)
        self.env.invalidate_all()
        bars = json.loads(self.account.orders_graph)[0]["values"]
        text = self.account.orders_graph_text
        self.assertTrue(text.endswith(f"{bars[-1]['label']}: 2"), text)
        for bar in bars:
            self.assertIn(f"{bar['label']}: {bar['value']}", text)

    def test_k1_no_zero_seconds(self):
        now = fields.Datetime.now()
        self.assertEqual(self.account._say_when(now), "just now")
        self.assertEqual(
            self.account._say_when(now - timedelta(minutes=5)), "5 minutes ago"
        )

    def test_w6_moments_have_no_seconds(self):
        views = self.env["ir.ui.view"].search(
            [("name", "=like", "amazon.%"), ("model", "=like", "amazon.%")]
        )
        self.assertGreater(len(views), 40)
        without = []
        for view in views:
            model = self.env[view.model]
            if view.model == "amazon.call":  # a log, where seconds count
                continue
            arch = etree.fromstring(view.arch)
            # On a form somebody types some; a card names what its template needs.
            is_form = arch.tag == "form"
            for node in arch.xpath(SHOWN):
                field = model._fields.get(node.get("name"))
                if not field or field.type != "datetime" or node.get("widget"):
                    continue
                if not is_form or field.readonly:
                    without.append(f"{view.xml_id}: {field.name}")
        self.assertEqual(without, [])

    def test_w6_amazon_orders_are_no_quotations_of_mine(self):
        arch = etree.fromstring(
            self.env["sale.order"].get_view(
                self.env.ref("sale.sale_order_view_search_inherit_quotation").id,
                "search",
            )["arch"]
        )
        [node] = arch.xpath("//filter[@name='my_quotation']")
        self.assertIn("('amazon_order_ref', '=', False)", node.get("domain"))

    def test_w6_no_buttons_that_are_wrong_for_amazon(self):
        arch = etree.fromstring(
            self.env["sale.order"].get_view(view_type="form")["arch"]
        )
        for path in (
            "//button[@id='create_invoice_percentage']",
            "//button[@name='action_open_delivery_wizard']",
            "//header//button[@name='action_draft']",
        ):
            nodes = arch.xpath(path)
            self.assertTrue(nodes)
            for node in nodes:
                self.assertIn("amazon_order_ref", node.get("invisible"))
        [invoice] = arch.xpath("//button[@id='create_invoice']")
        self.assertIn("amazon_is_history", invoice.get("invisible"))

    def test_d11_cancelling_by_the_banner_asks(self):
        for model in ("sale.order", "stock.picking"):
            arch = etree.fromstring(self.env[model].get_view(view_type="form")["arch"])
            nodes = arch.xpath("//button[@name='action_accept_amazon_cancel']")
            self.assertTrue(nodes, model)
            for node in nodes:
                self.assertTrue(node.get("confirm"), model)

    def test_k1_nothing_to_say_is_no_text(self):
        [order] = self.orders(1)
        self.assertFalse(order.amazon_waits_message)
        self.env["delivery.carrier"].search([]).amazon_carrier_id = self.env[
            "amazon.carrier"
        ].search([], limit=1)
        self.env.invalidate_all()
        self.assertFalse(self.account.unknown_carriers_message)
