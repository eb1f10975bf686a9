"""Base class of the tests: a seller's account, a simulated Amazon, and queries on what
Odoo has stored.
"""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user, tagged

from odoo.addons.amazon_connector.amazon_api import forget_tokens
from odoo.addons.amazon_connector.models.orders import (
    amazon_account as amazon_account_orders,
)
from odoo.addons.amazon_connector.sim import SELLER, Seller, Simulator, contract

DE = "A1PA6795UKMFR9"
GB = "A1F83G8C2ARO7P"
FR = "A13V1IB3VIYZZH"

# Loggers of failures that tests provoke.
ACCOUNT_LOG = "odoo.addons.amazon_connector.models.connection.amazon_account"
SENDING_LOG = "odoo.addons.amazon_connector.models.outbox.amazon_account"

# All calls of all tests are checked against Amazon's models where they are available:
# see `test_contract`.
CHECKED = {"check_contract": contract.available(), "strict": True}
# Neither notes of what changed, nor mails that ask new users for a password.
QUIET = {"tracking_disable": True, "no_reset_password": True}
# Groups of the people who work with the connector.
ROLES = {
    "own": "sales_team.group_sale_salesman",
    "seller": "sales_team.group_sale_salesman_all_leads",
    "user": "amazon_connector.group_amazon_user",
    "manager": "amazon_connector.group_amazon_manager",
}
BOOKED = {
    "MUG-BLUE": "Blue mug",
    "MUG-WHITE": "White mug",
    "TEA-SENCHA": "Sencha",
}


@tagged("post_install", "-at_install")
class AmazonCase(TransactionCase):
    """An account linked to a simulated Amazon that starts empty in each test."""

    #: whether Amazon shows what its own models do not allow
    breaks_contract = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, **QUIET})
        cls.env["amazon.account"].search([]).action_archive()
        cls.env["product.product"].search(
            [("default_code", "in", list(BOOKED))]
        ).action_archive()
        cls.company = cls.env["res.company"].create(
            {"name": "Tea & Mugs", "currency_id": cls.env.ref("base.EUR").id}
        )
        cls.env.user.company_ids += cls.company
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.country = cls.env.ref("base.de")
        cls.products = {
            sku: cls._create_product(sku, name) for sku, name in BOOKED.items()
        }

    @classmethod
    def _new_user(cls, login, *groups, **values):
        """Create a user with the given groups.

        :return: res.users of the company
        """
        return new_test_user(
            cls.env,
            login,
            groups=",".join(groups),
            **{
                "company_id": cls.company.id,
                "company_ids": [Command.set(cls.company.ids)],
                **values,
            },
        )

    @classmethod
    def _create_responsible(cls, login="responsible"):
        """Create the user who gets the activities of the account.

        :return: res.users who is responsible for the account
        """
        return cls._new_user(
            login,
            "amazon_connector.group_amazon_user",
            email=f"{login}@example.com",
        )

    @classmethod
    def _create_product(cls, sku, name, **values):
        return cls.env["product.product"].create(
            {
                "name": name,
                "default_code": sku,
                "detailed_type": "product",
                "company_id": cls.company.id,
                "taxes_id": [Command.clear()],
                **values,
            }
        )

    @classmethod
    def _create_service(cls, sku, name):
        return cls.env["product.product"].create(
            {
                "name": name,
                "default_code": sku,
                "detailed_type": "service",
                "company_id": cls.company.id,
                "taxes_id": [Command.clear()],
            }
        )

    def setUp(self):
        super().setUp()
        forget_tokens()
        self.amazon = Simulator(seed=1, **CHECKED)
        self.amazon.start()
        self.addCleanup(self.amazon.stop)
        self.world = self.amazon.world
        self.account = self._link_account(SELLER)

    def tearDown(self):
        if self.breaks_contract:
            self.amazon.contract_violations.clear()
        self.assertEqual(self.amazon.contract_violations, [])
        super().tearDown()

    def _link_account(self, seller, **values):
        """Link a seller; its marketplaces are Germany, France and the UK."""
        shops = self.env["amazon.marketplace"]._by_api_ref([DE, FR, GB])
        account = self.env["amazon.account"].create(
            {
                "name": seller.name,
                "company_id": self.company.id,
                "environment": "simulator",
                "simulator_url": self.amazon.url,
                "lwa_client_id": seller.client_id,
                "lwa_client_secret": seller.client_secret,
                "refresh_token": seller.refresh_token,
                "seller_key": seller.merchant_token,
                "base_marketplace_id": shops[DE].id,
                "available_marketplace_ids": [
                    Command.set([shop.id for shop in shops.values()])
                ],
                "active_marketplace_ids": [
                    Command.set([shop.id for shop in shops.values()])
                ],
                "last_orders_sync": fields.Datetime.now() - timedelta(days=7),
                "team_id": False,
                **values,
            }
        )
        return account.with_company(self.company)

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

    def another_seller(self, **values):
        """Somebody else sells in Europe, too: a seller is linked in one account only.

        :return Seller: of the simulated Amazon
        """
        number = len(self.world.sellers)
        token = f"A1SIMSELLER{number}"
        return self.world.add_seller(
            Seller(
                **{"name": f"Shop {number}", "region": "eu", **values},
                merchant_token=token,
            )
        )

    def keys_of(self, seller):
        """Read the keys with which a seller's account is linked.

        :return dict: values of an account
        """
        return {
            "lwa_client_id": seller.client_id,
            "lwa_client_secret": seller.client_secret,
            "refresh_token": seller.refresh_token,
        }

    def set_page_size(self, size):
        """Amazon gives so many orders per page, else a hundred."""
        patcher = patch.object(amazon_account_orders, "PAGE_SIZE", size)
        patcher.start()
        self.addCleanup(patcher.stop)

    # === what people and crons do === #

    def buy(self, *skus, **details):
        """A buyer orders one piece of each SKU, or the items given as ``items``.

        :return str: Amazon's reference
        """
        items = details.pop("items", None) or [self.world.item(sku) for sku in skus]
        details = {"marketplace": DE, "channel": "fbm", **details}
        return self.world.place_order(items=items, **details)

    def buy_fba(self, *skus, **details):
        """A buyer orders what Amazon stores, and Amazon ships it.

        :return str: Amazon's reference
        """
        ref = self.buy(*skus, channel="fba", **details)
        self.world.ship_fba(ref)
        return ref

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

    def store(self, sku, quantity, lot=None, location=None):
        """Goods lie in a location, by default Amazon's.

        :return: stock.lot, empty without a name for it
        """
        lots = self.env["stock.lot"]
        product = self.products[sku]
        if lot:
            known = lots.search([("name", "=", lot), ("product_id", "=", product.id)])
            lots = known or lots.create(
                {
                    "name": lot,
                    "product_id": product.id,
                    "company_id": self.company.id,
                }
            )
        self.env["stock.quant"]._update_available_quantity(
            product, location or self.account.location_id, quantity, lot_id=lots
        )
        return lots

    def sync(self):
        """Press *Sync Orders*.

        :return str: the words of the notification
        """
        return self.account.action_sync_orders()["params"]["message"]

    def run_cron(self):
        """The scheduled action runs, as Odoo runs it."""
        cron = self.env.ref("amazon_connector.ir_cron_sync_orders")
        cron.ir_actions_server_id.run()

    # === what Odoo has stored === #

    def row(self, ref):
        """Find the connector's row of an order.

        :return: amazon.order of a reference
        """
        return self.env["amazon.order"].search([("amazon_order_ref", "=", ref)])

    def sale_order(self, ref):
        """Find the sales order that was imported.

        :return: sale.order of a reference
        """
        return self.env["sale.order"].search([("amazon_order_ref", "=", ref)])

    def sale_orders(self):
        """Find all sales orders, cancelled ones included.

        :return: all sale orders of the company
        """
        return self.env["sale.order"].search([("company_id", "=", self.company.id)])

    def lines(self, order):
        """Read the lines of a sales order as plain data.

        :return list: (product, quantity, total) of each line
        """
        return [
            (
                line.product_id.default_code or line.product_id.name,
                line.product_uom_qty,
                round(line.price_total, order.currency_id.decimal_places),
            )
            for line in order.order_line
            if not line.display_type
        ]

    def moves(self, orders):
        """Find the stock moves of sales orders.

        :return: stock.move of sale orders, in the order of their creation
        """
        lines = orders.order_line.ids
        return self.env["stock.move"].search(
            [("sale_line_id", "in", lines)], order="id"
        )

    def stored(self, sku, location=None):
        """Count the units of a SKU by lot.

        :return dict: name of the lot (or empty) -> quantity, in Amazon's location
        """
        quants = self.env["stock.quant"].search(
            [
                ("product_id", "=", self.products[sku].id),
                ("location_id", "=", (location or self.account.location_id).id),
                ("quantity", "!=", 0),
            ]
        )
        return {quant.lot_id.name or "": quant.quantity for quant in quants}

    def states(self):
        """Read how far the import of each order is.

        :return dict: Amazon reference -> state, of all noted orders
        """
        return {
            row.amazon_order_ref: row.state
            for row in self.env["amazon.order"].search(
                [("account_id", "=", self.account.id)]
            )
        }

    def listed(self, action):
        """Open an action, and read its list.

        :return: the records that a list shows
        """
        model = self.env[action["res_model"]]
        self.env.flush_all()
        return model.search(action["domain"])

    def count_sql(self, work):
        """Count the statements of some work, with nothing of it waiting before or after
        and nothing in the caches.

        :param callable work: called without arguments
        :return int: SQL statements
        """
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        work()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def assertCalls(self, *operations):
        """Amazon received these calls and no other, tokens aside."""
        received = [call.operation for call in self.amazon.received]
        self.assertEqual([name for name in received if name != "token"], [*operations])
