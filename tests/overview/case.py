"""Base class for the dashboard: users of each role, cards, lists and problems."""

from odoo.fields import Command
from odoo.tests import new_test_user

from ..shipments.case import ShippingCase

CARD = (
    "orders_today_count",
    "to_ship_count",
    "ship_today_count",
    "late_count",
    "problem_count",
)
ROLES = {
    "own": "sales_team.group_sale_salesman",
    "seller": "sales_team.group_sale_salesman_all_leads",
    "user": "amazon_connector.group_amazon_user",
    "manager": "amazon_connector.group_amazon_manager",
}


class WatchCase(ShippingCase):
    breaks_contract = False

    def tearDown(self):
        if self.breaks_contract:
            self.amazon.contract_violations.clear()
        super().tearDown()

    def person(self, role, company=None):
        """Create a user with one role of the connector.

        :return: res.users who works in one company, by default the account's
        """
        company = company or self.company
        return new_test_user(
            self.env,
            f"watch_{role}_{company.id}",
            groups=ROLES[role],
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )

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

    def listed(self, action):
        """Open an action, and read its list.

        :return: the records that a list shows
        """
        model = self.env[action["res_model"]]
        self.env.flush_all()
        return model.search(action["domain"])

    def problems(self, account=None):
        """Read the list of problems.

        :return: amazon.problem of an account, in the order of their kinds
        """
        self.env.flush_all()
        rows = self.env["amazon.problem"].search(
            [("account_id", "=", (account or self.account).id)]
        )
        return rows.sorted(lambda row: (row.kind, row.document, row.id))

    def fail_order(self, ref=None):
        """An order that Odoo can not read; without a reference, a new one.

        :return str: Amazon's reference
        """
        ref = ref or self.buy("MUG-BLUE")
        self.world.tamper(ref, lambda order: order["orderItems"][0].pop("product"))
        self.breaks_contract = True
        self.run_cron()
        self.assertEqual(self.row(ref).state, "failed")
        return ref

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
