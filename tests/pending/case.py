"""Base class for the pending orders: reserved goods, and what is free."""

from datetime import timedelta

from odoo import fields

from ..stock_case import StockFeedCase


class HoldCase(StockFeedCase):
    """Ten blue mugs, twenty white ones and thirty teas lie on the shelf; Amazon shows
    orders that are not paid yet, and their goods are reserved."""

    def setUp(self):
        super().setUp()
        self.account.hold_pending = True

    # === what people do === #

    def order_unpaid(self, *skus, **details):
        """A buyer orders, and Odoo sees the order before they have paid.

        :return str: Amazon's reference
        """
        ref = self.buy(*(skus or ("MUG-BLUE",)), status="PENDING", **details)
        self.run_cron()
        return ref

    def mugs(self, count, **details):
        """Place a pending order of several units of one product.

        :return str: reference of a pending order of so many blue mugs
        """
        items = [self.world.item("MUG-BLUE", quantity=count)]
        return self.order_unpaid(items=items, **details)

    def pay(self, *refs):
        """The payments are settled, and Odoo imports that."""
        for ref in refs:
            self.world.authorize_payment(ref)
        self.run_cron()

    def let_days_pass(self, ref, days):
        """The reservation began so long ago."""
        row = self.row(ref)
        began = timedelta(days=days)
        row.write(
            {"held_at": row.held_at - began, "held_until": row.held_until - began}
        )

    def release_overdue(self):
        """The scheduled action releases, as Odoo runs it."""
        cron = self.env.ref("amazon_connector.ir_cron_release_holds")
        cron.ir_actions_server_id.run()

    # === what Odoo has stored === #

    def holds(self, *refs):
        """Find the moves that reserve goods for pending orders.

        :return: stock.move that hold goods, of all orders or of some
        """
        domain = [("amazon_order_id", "!=", False)]
        if refs:
            domain = [("amazon_order_id.amazon_order_ref", "in", refs)]
        return self.env["stock.move"].search(domain, order="id")

    def held(self, *refs):
        """Read the reservations for pending orders as plain data.

        :return list: (SKU, wanted, reserved) of what is held
        """
        return [
            (move.product_id.default_code, move.product_uom_qty, move.quantity)
            for move in self.holds(*refs)
        ]

    def free(self):
        """Count the unreserved units of each SKU.

        :return dict: SKU -> what nobody has reserved on the shelf
        """
        self.env.flush_all()
        self.env.invalidate_all()
        quants = self.env["stock.quant"]
        return {
            sku: quants._get_available_quantity(product, self.shelf)
            for sku, product in self.products.items()
            if sku in self.all
        }

    def delivered(self, ref):
        """Read the delivery of an order as plain data.

        :return list: (SKU, wanted, reserved) on the delivery of an order
        """
        return [
            (move.product_id.default_code, move.product_uom_qty, move.quantity)
            for move in self.sale_order(ref).picking_ids.move_ids.sorted("id")
        ]

    def assertNothingHeld(self, **free):
        """No move is left, and all is free but what is named, by SKU with _ for -."""
        self.assertFalse(self.holds())
        self.assertFalse(self.env["amazon.order"].search([("held_until", "!=", False)]))
        changed = {name.replace("_", "-"): count for name, count in free.items()}
        self.assertEqual(self.free(), {**self.all, **changed})

    def now(self):
        return fields.Datetime.now()
