"""The whole app on a phone: each entry of the menu, nothing scrolls sideways (feature
K1)."""

import pathlib
import re

from odoo.tests import tagged

from ..tour_case import TourCase

TOUR = pathlib.Path(__file__).parents[2] / "static/tests/tours/phone_tour.js"


@tagged("post_install", "-at_install")
class TestTourPhone(TourCase):
    browser_size = "390x844"
    touch_enabled = True

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
