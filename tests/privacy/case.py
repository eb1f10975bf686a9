"""Base class for the erasure: a buyer whose data can be found anywhere."""

from datetime import timedelta

from odoo import fields

from ..everything import find_in_database
from ..shipments.case import ShippingCase

ERIKA = {"name": "Erika Zwiebelmann", "key": "zwiebelkey"}
STREET = "Lauchgasse 77"
PLANTED = ("Zwiebelmann", "Lauchgasse", "zwiebelkey", "5550177", "Radieschen")
ERASED = "Amazon Customer (erased)"


class ErasureCase(ShippingCase):
    def address(self, **details):
        return {
            "name": ERIKA["name"],
            "addressLine1": STREET,
            "addressLine2": "Hinterhaus Zwiebelmann",
            "city": "Berlin",
            "postalCode": "10115",
            "countryCode": "DE",
            "phone": "+49 5550177",
            **details,
        }

    def erikas_order(self, *skus, gift="Radieschen for you!\nErika", **details):
        """Erika orders, and Odoo imports it.

        :return: sale.order
        """
        skus = skus or ("MUG-BLUE",)
        items = [self.world.item(sku, gift_message=gift) for sku in skus]
        details = {"buyer": ERIKA, "address": self.address(), **details}
        ref = self.buy(items=items, **details)
        self.run_cron()
        return self.sale_order(ref)

    def shipped_order(self, days=31, **details):
        """Erika's order left so many days ago."""
        order = self.erikas_order(**details)
        self.ship(order)
        self.age(order, days)
        return order

    def age(self, orders, days):
        """Time goes by."""
        orders.order_line.move_ids.date = fields.Datetime.now() - timedelta(days=days)

    def run_erasure(self):
        """The scheduled action runs, as Odoo runs it."""
        cron = self.env.ref("amazon_connector.ir_cron_erase_buyers")
        cron.ir_actions_server_id.run()

    def found(self, *words):
        """Search the database for the personal data of the test's buyers.

        :return dict: table -> planted words that stand in it
        """
        self.env.flush_all()
        return find_in_database(self.env.cr, words or PLANTED)

    def proofs(self):
        return self.env["amazon.erasure"].search(
            [("account_id", "=", self.account.id)], order="id"
        )
