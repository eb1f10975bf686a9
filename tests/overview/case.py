"""Base class for the dashboard: users of each role, cards, lists and problems."""

from ..shipping_case import ShippingCase

CARD = (
    "orders_today_count",
    "to_ship_count",
    "ship_today_count",
    "late_count",
    "problem_count",
)


class WatchCase(ShippingCase):
    def orders(self, count, **details):
        """Place orders at Amazon, and import them.

        :return: sale.order, so many that Odoo imported
        """
        refs = [self.buy("MUG-BLUE", **details) for _number in range(count)]
        self.run_cron()
        return self.sale_orders().filtered(lambda order: order.amazon_order_ref in refs)

    def card(self, account=None):
        """Read the card of an account on the dashboard.

        :return tuple: the numbers on the card of an account, see CARD
        """
        self.env.invalidate_all()
        account = account or self.account
        return tuple(account[name] for name in CARD)

    def problems(self, account=None):
        """Read the list of problems.

        :return: amazon.problem of an account, in the order of their kinds
        """
        self.env.flush_all()
        rows = self.env["amazon.problem"].search(
            [("account_id", "=", (account or self.account).id)]
        )
        return rows.sorted(lambda row: (row.kind, row.document, row.id))

    def fail_shipment(self):
        """A delivery that Amazon refuses to take note of.

        :return: stock.picking
        """
        ref, order = self.order("MUG-BLUE")
        self.world.cancel(ref)
        picking = self.ship(order)
        self.send()
        self.assertEqual(picking.amazon_sync_status, "error")
        return picking

    def sql(self, read):
        """Count the statements of a query that starts with empty caches.

        :return int: SQL statements of the call
        """
        # What is remembered for ever, such as access rights and languages, is asked for
        # now: with records at hand it would not be.
        self.env.flush_all()
        self.env.invalidate_all()
        read()
        return self.count_sql(read)
