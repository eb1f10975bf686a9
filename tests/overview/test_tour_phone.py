"""The whole app on a phone: each entry of the menu, nothing scrolls sideways (feature
K1)."""

import pathlib
import re

from odoo import fields
from odoo.tests import tagged

from ..common import DE
from ..tour_case import TourCase

TOUR = pathlib.Path(__file__).parents[2] / "static/tests/tours/phone_tour.js"


@tagged("post_install", "-at_install")
class TestTourPhone(TourCase):
    browser_size = "390x844"
    touch_enabled = True

    def _trade(self):
        """Let Amazon ship and pay, with orders to ship."""
        self.account.finance_from = fields.Datetime.subtract(
            fields.Datetime.now(), days=7
        )
        world = self.amazon.world
        item = world.item("TEA-SENCHA", title="Sencha of the tour", tax_rate="0")
        refs = [
            world.place_order(channel=channel, marketplace=DE, items=[item])
            for channel in ("fba", "fbm", "fbm")
        ]
        world.ship_fba(refs[0])
        self.account.action_sync_orders()
        order = self.env["sale.order"].search([("amazon_order_ref", "=", refs[0])])
        order._create_invoices().action_post()
        self.env["amazon.fba.stock"].create(
            {
                "account_id": self.account.id,
                "stock_pool": DE,
                "marketplace_id": self.account.base_marketplace_id.id,
                "sku": "TEA-SENCHA",
                "title": "Sencha of the tour",
            }
        )
        world.settle()
        self.account.action_sync_settlements()

    def test_k1_each_entry_of_the_menu_fits_a_phone(self):
        self._trade()
        app = "amazon_connector.amazon_menu"
        self._open("phone", "amazon_overview_action", menu=app)

    def test_w2_the_timeline_of_an_order_fits_a_phone(self):
        order = self._order_to_ship()
        self._open("order_on_phone", "sale_order_amazon_action", order)

    def test_k1_the_account_fits_a_phone(self):
        self.account.action_test_connection()
        self._open("account_on_phone", "amazon_account_action", self.account)

    def test_k1_no_entry_of_the_menu_is_left_out(self):
        root = self.env.ref("amazon_connector.amazon_menu")
        menus = self.env["ir.ui.menu"].search([("id", "child_of", root.id)])
        names = {
            menu.get_external_id()[menu.id].split(".")[1]
            for menu in menus.filtered("action")
            if "target" not in menu.action._fields or menu.action.target != "new"
        }
        self.assertEqual(names, {*re.findall(r"(\w+_menu): \"", TOUR.read_text())})
