"""The levers of an import on goods that expire (module product_expiry)."""

from datetime import datetime, timedelta, timezone

from odoo import fields
from odoo.tests import tagged

from .case import LeverCase


# `python3 -m dev test --with product_expiry` runs them, and so does CI: elsewhere no
# lot expires, so that they would have to be skipped.
@tagged("-standard", "amazon_with_product_expiry")
class TestLeversOnExpiry(LeverCase):
    def test_lot_that_lasts_for_some_deliveries(self):
        """Amazon gives each order its last day to ship, and Odoo reserves what lasts
        until that day: for an order that is late a lot may do that is none for others.
        """
        tea = self.products["TEA-SENCHA"]
        tea.write({"tracking": "lot", "use_expiration_date": True})
        now = fields.Datetime.now()
        for name, quantity, hours in (("L1", 3, 12), ("L2", 1, 1000)):
            lot = self._put("TEA-SENCHA", quantity, lot=name)
            lot.expiration_date = lot.removal_date = now + timedelta(hours=hours)
        today = datetime.now(timezone.utc) - timedelta(minutes=10)
        for days, quantity in ((0, 2), (4, 1), (0, 2), (4, 1)):
            items = [self.world.item("TEA-SENCHA", quantity=quantity)]
            self.buy(items=items, created=today - timedelta(days=days))
        books = self._assert_same_books(4)
        reserved = [line["quantity"] for line in books["stock.move.line"]]
        self.assertEqual(sum(reserved), 3)
