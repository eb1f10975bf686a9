"""Base class for the FBA stock: Amazon's counts and Odoo's stock."""

from datetime import timedelta

from odoo import fields

from ..common import DE, AmazonCase

FBA_LOG = "odoo.addons.amazon_connector.models.fba.amazon_account"


class FbaStockCase(AmazonCase):
    """An account whose goods lie at Amazon; it has nothing there yet."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.keeper = cls.create_person(
            "keeper", "amazon_connector.group_amazon_user", "stock.group_stock_manager"
        )

    def setUp(self):
        super().setUp()
        self.world.fba_stocks.clear()
        self.products = dict(self.products)

    @classmethod
    def create_person(cls, login, *groups):
        """Create a user with the given groups.

        :return: res.users of the company
        """
        details = {"email": f"{login}@example.com", "name": login.title()}
        return cls._new_user(login, *groups, **details)

    def create_fba_offer(self, sku, product=None, marketplace=DE, **values):
        """Create an FBA offer.

        :return: amazon.offer of what Amazon stores
        """
        shop = self.env["amazon.marketplace"]._by_api_ref([marketplace])[marketplace]
        return self.env["amazon.offer"].create(
            {
                "account_id": self.account.id,
                "marketplace_id": shop.id,
                "sku": sku,
                "amazon_channel": "fba",
                "product_id": self.products[product].id if product else False,
                **values,
            }
        )

    # === what people and crons do === #

    def count(self, sku, units=None, marketplace=DE, **counts):
        """Amazon counts so many units that can be sold, and others by name."""
        if units is not None:
            counts["fulfillable"] = units
        self.world.fba_stock(sku, marketplace, **counts)

    def read_stock(self):
        """Press *Read FBA Stock*.

        :return str: the words of the notification
        """
        return self.account.action_read_fba_stock()["params"]["message"]

    def read_by_cron(self):
        """The scheduled action runs, as Odoo runs it."""
        cron = self.env.ref("amazon_connector.ir_cron_read_fba_stock")
        cron.ir_actions_server_id.run()

    def let_time_pass(self, **duration):
        """The last download is so much older."""
        for row in self.rows():
            row.read_at -= timedelta(**duration)
        self.account.fba_stock_read_at -= timedelta(**duration)

    def select(self, *skus):
        """Select rows of the report, as its user does.

        :return: the rows of these SKUs, else all, as the user responsible for the stock
        """
        rows = self.rows()
        rows = rows.filtered(lambda row: row.sku in skus) if skus else rows
        return rows.with_user(self.keeper)

    # === what Odoo has stored === #

    def rows(self):
        """Find the rows of Amazon's stock.

        :return: all rows of the account
        """
        rows = self.env["amazon.fba.stock"]
        return rows.search([("account_id", "=", self.account.id)])

    def compared(self):
        """Read the comparison of both stocks as plain data.

        :return dict: SKU -> (at Amazon, in Odoo, difference)
        """
        self.env.invalidate_all()
        return {
            row.sku: (row.amazon_quantity, row.odoo_quantity, row.difference)
            for row in self.rows()
        }

    def differing(self):
        """Apply the filter Differences.

        :return list: SKUs that the filter Differences shows
        """
        domain = [("account_id", "=", self.account.id), ("has_difference", "=", True)]
        return self.env["amazon.fba.stock"].search(domain).mapped("sku")

    def adjustments(self):
        """Find the moves that an adjustment has made.

        :return: stock.move of inventory adjustments in the Amazon location
        """
        location = self.account.location_id.id
        return self.env["stock.move"].search(
            [
                ("is_inventory", "=", True),
                "|",
                ("location_id", "=", location),
                ("location_dest_id", "=", location),
            ],
            order="id",
        )

    def assertReadNow(self):
        now = fields.Datetime.now()
        for row in self.rows():
            self.assertLess(now - row.read_at, timedelta(minutes=1))
