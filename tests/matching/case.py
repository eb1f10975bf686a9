"""Base class for the matching: SKUs without a product, and what people do with them."""

from odoo.fields import Command
from odoo.tests import new_test_user

from ..catalogue.case import CatalogueCase
from ..common import DE
from ..shipping_case import ShippingCase

__all__ = ["STAND_IN", "CatalogueCase", "MatchCase", "PastOrdersCase"]

STAND_IN = "Amazon Sale"


class MatchCase(ShippingCase):
    def setUp(self):
        super().setUp()
        self.products = dict(self.products)
        self.shelf = self.warehouse.lot_stock_id
        self.stand_in = self.env.ref("amazon_connector.product_amazon_sale")

    def shop(self, api_ref=DE):
        """Find a marketplace by Amazon's identifier.

        :return: amazon.marketplace
        """
        return self.env["amazon.marketplace"]._by_api_ref([api_ref])[api_ref]

    def product(self, reference, name, **values):
        """Create a storable product.

        :return: product.product, new
        """
        self.products[reference] = self._create_product(reference, name, **values)
        return self.products[reference]

    def user(self, login, *groups):
        """Create a user with the given groups.

        :return: res.users of the account's company
        """
        return new_test_user(
            self.env,
            login,
            groups=",".join(groups),
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )

    # === what people and crons do === #

    def offer(self, sku, marketplace=DE, account=None, **values):
        """Amazon lists a SKU that has no product in Odoo.

        :return: amazon.offer
        """
        return self.env["amazon.offer"].create(
            {
                "account_id": (account or self.account).id,
                "marketplace_id": self.shop(marketplace).id,
                "sku": sku,
                **values,
            }
        )

    def sell(self, sku, price="10.00", channel="fbm", **details):
        """A buyer orders what Odoo has no product for, and Odoo imports it.

        :return: sale.order
        """
        items = details.pop("items", None) or [self.world.item(sku, price=price)]
        buy = self.buy_fba if channel == "fba" else self.buy
        ref = buy(items=items, **details)
        self.run_cron()
        return self.sale_order(ref)

    def open_list(self):
        """Open the menu *SKUs to Match*.

        :return: amazon.match that are listed
        """
        action = self.env["amazon.match"].action_open()
        self.env.flush_all()
        return self.env[action["res_model"]].search([("is_ignored", "=", False)])

    def row(self, *skus):
        """Find the lines of the list of unknown SKUs.

        :return: amazon.match of SKUs, in their order
        """
        self.open_list()
        rows = self.env["amazon.match"].search([("sku", "in", skus)])
        return rows.sorted(lambda row: skus.index(row.sku))

    def match(self, sku, product):
        """A person chooses the product of a SKU and confirms it.

        :return str: the words of the notification
        """
        row = self.row(sku)
        row.product_id = product
        return row.action_confirm()["params"]["message"]

    def run_matching(self):
        """The scheduled action runs, as Odoo runs it."""
        cron = self.env.ref("amazon_connector.ir_cron_match_products")
        cron.ir_actions_server_id.run()
        self.env.invalidate_all()

    # === what Odoo has stored === #

    def suggestions(self, rows=None):
        """Read the suggested products as plain data.

        :return list: (SKU, reference of the product, why) of the list
        """
        self.env.invalidate_all()
        rows = self.open_list() if rows is None else rows
        return [
            (row.sku, row.product_id.default_code or "", row.reason or "")
            for row in rows.sorted("sku")
        ]

    def notes(self):
        """Read the notes in the account's chatter.

        :return str: what the account's log says
        """
        return "\n".join(self.account.message_ids.mapped("body"))

    def waiting(self, orders):
        """Read the open deliveries of orders as plain data.

        :return list: (reference, quantity, reserved) of what is to deliver
        """
        return [
            (move.product_id.default_code, move.product_uom_qty, move.quantity)
            for move in orders.picking_ids.move_ids
            if move.state not in ("done", "cancel")
        ]


class PastOrdersCase(MatchCase):
    def kettle(self, **values):
        """Create a product with stock that no offer knows.

        :return: product.product, five of them on the shelf
        """
        kettle = self.product("KETTLE", "Kettle", **values)
        self.store("KETTLE", 5, location=self.shelf)
        return kettle

    def tax(self, amount, price_include):
        return self.env["account.tax"].create(
            {
                "name": f"{amount} % {price_include}",
                "amount": amount,
                "price_include": price_include,
                "company_id": self.company.id,
                "country_id": self.country.id,
                "tax_group_id": self.env["account.tax.group"]
                .create(
                    {
                        "name": "Tax",
                        "company_id": self.company.id,
                        "country_id": self.country.id,
                    }
                )
                .id,
            }
        )
