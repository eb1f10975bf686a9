"""Base classes for orders: what Amazon changes, and what it leaves out."""

from datetime import timedelta

from odoo import fields

from ..common import AmazonCase

ERIKA = {
    "name": "Erika Muster",
    "addressLine1": "Musterweg 1",
    "addressLine2": "c/o Teeladen",
    "city": "Berlin",
    "postalCode": "10115",
    "countryCode": "DE",
    "phone": "030 1234567",
}


def without_items(shown):
    shown["orderItems"] = []


def without_money(shown):
    shown.pop("proceeds", None)
    for item in shown["orderItems"]:
        item.pop("proceeds", None)
        item["product"].pop("price", None)


class ChangesCase(AmazonCase):
    def import_order(self, *skus, **details):
        """Place an order and import it.

        :return tuple: Amazon's reference, the imported sale order
        """
        ref = self.buy(*(skus or ("MUG-BLUE",)), **details)
        self.run_cron()
        order = self.sale_order(ref)
        self.assertEqual(order.state, "sale")
        return ref, order

    def deliver(self, order):
        """Ship what is on the delivery."""
        for move in order.picking_ids.move_ids:
            move.quantity = move.product_uom_qty
            move.picked = True
        order.picking_ids._action_done()
        self.assertEqual(order.picking_ids.mapped("state"), ["done"])

    def open_moves(self, order):
        """Read the deliveries of an order.

        :return list: (SKU, quantity) of what is still to deliver
        """
        return [
            (move.product_id.default_code, move.product_uom_qty)
            for move in order.picking_ids.move_ids
            if move.state not in ("done", "cancel")
        ]

    def reviews(self, order):
        """Read the activities of an order.

        :return list: what a person is asked to look at
        """
        return order.activity_ids.mapped("activity_type_id.name")

    def assertQuiet(self, order):
        """Nobody is bothered."""
        self.assertFalse(order.amazon_review)
        self.assertFalse(order.activity_ids)
        self.assertFalse(order.picking_ids.activity_ids)
        self.assertEqual(order.amazon_total_difference, 0.0)

    def assertAsked(self, order, *words):
        """A person is asked, once, with words what to do."""
        for word in words:
            self.assertIn(word, order.amazon_review)
        self.assertEqual(self.reviews(order), ["Amazon: order to review"])


class WholeCase(ChangesCase):
    def setUp(self):
        super().setUp()
        self.addCleanup(self.amazon.contract_violations.clear)

    def show(self, ref, *changes):
        """Amazon shows an order otherwise than it is; nothing: as it is."""

        def change(shown):
            for each in changes:
                each(shown)

        self.world.tamper(ref, change if changes else None)

    def pass_hours(self, row, hours):
        """Time goes by for a row that waits."""
        before = timedelta(hours=hours)
        row.next_try_at = fields.Datetime.now() - timedelta(minutes=1)
        if row.incomplete_since:
            row.incomplete_since -= before

    def messages(self, order):
        return order.amazon_review or ""
