"""Base classes for the stock: what Odoo has, what is sent, and what Amazon shows; also
for the rooms that count or hold goods."""

from unittest.mock import patch

from odoo import fields

from odoo.addons.amazon_connector.models.account.queue_step import TimeBudget
from odoo.addons.amazon_connector.models.stock_count.amazon_account import AmazonAccount

from .common import DE, AmazonCase

STOCK_LOG = "odoo.addons.amazon_connector.models.stock.amazon_account"


class StockCase(AmazonCase):
    """An account that sends stock, with an offer of each product in Germany; Amazon
    knows nothing of Odoo's stock yet and has its own idea of it. Somebody has confirmed
    the first quantities, and all of them go by feed: what is special about the first
    ones and about the fast lane has tests of its own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.responsible = cls._create_responsible()

    def setUp(self):
        super().setUp()
        self.account.write(
            {
                "sync_stock": True,
                "stock_now": False,
                "stock_confirmed_at": fields.Datetime.now(),
                "user_id": self.responsible.id,
            }
        )
        self.products = dict(self.products)
        self.shelf = self.warehouse.lot_stock_id
        self.world.feeds.take = 0  # Amazon works off a feed at once
        self.offers = {sku: self.create_offer(sku) for sku in self.products}

    def create_place(self, name, parent, **values):
        """Create a place where goods of the company lie."""
        return self.env["stock.location"].create(
            {
                "name": name,
                "usage": "internal",
                "location_id": parent.id,
                "company_id": self.company.id,
                **values,
            }
        )

    def create_offer(self, sku, marketplace=DE, **values):
        """Create one offer; see `create_offers`.

        :return: an FBM offer that sends stock, listed at Amazon too
        """
        return self.create_offers([sku], marketplace, **values)

    def create_offers(self, skus, marketplace=DE, **values):
        shop = self.env["amazon.marketplace"]._by_api_ref([marketplace])[marketplace]
        for sku in skus:
            self.world.add_listing(sku, marketplace)
        return self.env["amazon.offer"].create(
            [
                {
                    "account_id": self.account.id,
                    "marketplace_id": shop.id,
                    "sku": sku,
                    "product_id": self.products.get(sku) and self.products[sku].id,
                    "sync_stock": True,
                    **values,
                }
                for sku in skus
            ]
        )

    def create_consumable(self, sku, name):
        """Create a product without inventory.

        :return: product.product of which Odoo counts no stock
        """
        return self.env["product.product"].create(
            {"name": name, "default_code": sku, "company_id": self.company.id}
        )

    # === what people and crons do === #

    def stock(self, location=None, **quantities):
        """So much lies on the shelf then, by SKU with _ for -."""
        location = location or self.shelf
        for name, quantity in quantities.items():
            sku = name.replace("_", "-")
            there = sum(self.stored(sku, location).values())
            if quantity != there:
                self.store(sku, quantity - there, location=location)

    def scan(self):
        """The scheduled action scans the stock, as Odoo runs it."""
        cron = self.env.ref("amazon_connector.ir_cron_sync_stock")
        cron.ir_actions_server_id.run()

    def send(self):
        """The scheduled action sends messages, and asks what became of them."""
        cron = self.env.ref("amazon_connector.ir_cron_send_submissions")
        cron.ir_actions_server_id.run()

    def send_later(self):
        """Time goes by, then the scheduled action runs."""
        self.let_waits_end()
        self.send()

    def let_waits_end(self):
        self.messages().next_try_at = False
        self.env["amazon.rate.limit"].search([]).next_allowed_at = False

    def tell(self):
        """The stock is scanned and sent, and Amazon's result is read."""
        self.scan()
        self.send()
        self.send_later()

    def press(self, action="action_sync_stock"):
        """Start the stock update by its button.

        :return str: the words of the notification
        """
        return getattr(self.account, action)()["params"]["message"]

    def let_time_pass(self, minutes=60):
        """What was written is so much older; the next daily scan is not due."""
        self.env.flush_all()
        for table, column in (
            ("stock_quant", "write_date"),
            ("stock_move", "write_date"),
            ("stock_move", "date"),
            ("amazon_offer", "write_date"),
            ("amazon_offer", "forgotten_at"),
            ("product_template", "write_date"),
        ):
            self.env.cr.execute(
                f"UPDATE {table} SET {column} = {column} - interval '%s minutes'",
                [minutes],
            )
        self.env.invalidate_all()

    def compute(self):
        """Scan what changed, without any call."""
        self.account.sudo()._in_company()._compute_stock()

    def counting(self):
        """Record for which SKUs the stock is calculated.

        :return tuple: list that gets the SKUs that are counted, each time; the
        context in which it does"""
        counted = []
        count_stored = AmazonAccount._count_stored

        def count(account, product_ids, *args):
            products = account.env["product.product"].browse(product_ids)
            counted.append(sorted(products.mapped("default_code")))
            return count_stored(account, product_ids, *args)

        return counted, patch.object(AmazonAccount, "_count_stored", count)

    # === what Odoo has stored === #

    def messages(self, *skus, kind="stock"):
        """Find messages to Amazon about the stock.

        :return: all amazon.submission about stock, by SKU
        """
        rows = self.env["amazon.submission"].search(
            [("account_id", "=", self.account.id), ("kind", "=", kind)]
        )
        if skus:
            rows = rows.filtered(lambda row: row.offer_id.sku in skus)
        return rows.sorted(lambda row: (row.offer_id.sku, row.id))

    def outbox(self):
        """Read the messages about the stock as plain data.

        :return dict: SKU -> (state, quantity) of the messages
        """
        return {row.offer_id.sku: (row.state, row.quantity) for row in self.messages()}

    def sent(self):
        """Read the feeds at the simulator.

        :return list: of each feed {SKU: quantity}, as Amazon received it
        """
        return [
            {
                message["sku"]: message["patches"][0]["value"][0]["quantity"]
                for message in feed.json["messages"]
            }
            for feed in self.world.feeds
        ]

    def budget(self):
        return TimeBudget(60)


class StockFeedCase(StockCase):
    def setUp(self):
        super().setUp()
        self.stock(MUG_BLUE=10, MUG_WHITE=20, TEA_SENCHA=30)
        self.all = {"MUG-BLUE": 10, "MUG-WHITE": 20, "TEA-SENCHA": 30}
        self.mug = self.offers["MUG-BLUE"]

    def accept(self, *skus):
        """Amazon took what was written down."""
        for row in self.messages(*skus):
            row.write({"state": "done", "attempts": 1})
            row.offer_id.write(
                {"sent_quantity": row.quantity, "sent_at": fields.Datetime.now()}
            )
        self.let_time_pass()

    def available(self, *skus):
        """Check that offers and scan agree on the quantity.

        :return dict: SKU -> what would be sent, as the offers show it"""
        self.env.invalidate_all()
        shown = {
            sku: offer.available_quantity
            for sku, offer in self.offers.items()
            if not skus or sku in skus
        }
        self.account.stock_read_until = False
        self.compute()
        for sku, quantity in shown.items():
            self.assertEqual(self.offers[sku].stock_quantity, quantity, sku)
        return shown

    def shown(self):
        """Read what the offers show to people.

        :return dict: SKU -> (at Amazon, state) as the offers show it
        """
        self.env.invalidate_all()
        return {
            sku: (offer.sent_at and offer.sent_quantity, offer.stock_state)
            for sku, offer in self.offers.items()
        }

    def at_amazon(self):
        """Read the quantities at the simulator.

        :return dict: SKU -> quantity that buyers see
        """
        quantities = self.world.quantities()
        return {sku: quantities[sku] for sku in self.offers}

    def mails(self):
        """Read the mails of the account.

        :return list: (to whom, subject) of what goes out for the account
        """
        mails = self.env["mail.mail"].search(
            [("model", "=", "amazon.account"), ("res_id", "=", self.account.id)]
        )
        return [(mail.recipient_ids.email, mail.subject) for mail in mails]

    def assertUpToDate(self):
        self.assertEqual(self.at_amazon(), self.all)
        self.assertEqual(
            self.shown(),
            {sku: (quantity, "done") for sku, quantity in self.all.items()},
        )
        self.assertEqual(
            self.outbox(),
            {sku: ("done", quantity) for sku, quantity in self.all.items()},
        )
