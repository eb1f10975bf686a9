"""Base classes for the privacy: a buyer whose data can be found anywhere, and who would
get what Odoo sends."""

import threading
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from unittest.mock import patch

import odoo
from odoo import fields

from ..everything import find_in_database
from ..history.case import HistoryCase
from ..history.take_over import TakeOverCase
from ..shipping_case import ShippingCase

# Where a buyer may stand: the customer, the gift on order and delivery.
DOCUMENTS = {
    "res_partner": {"Zwiebelmann", "Lauchgasse", "zwiebelkey", "5550177"},
    "sale_order": {"Radieschen"},
    "sale_order_line": {"Radieschen"},
    "stock_picking": {"Radieschen"},
}
SWITCHES = (
    # whichever of them the series has
    "stock_move_sms_validation",
    "stock_text_confirmation",
    "stock_move_email_validation",
)
PHONE = "+49 30 5550177"

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


@contextmanager
def outside_of_tests(env):
    """Odoo behaves as it does for people; text messages wait in the queue."""
    with ExitStack() as stack:

        def pretend(owner, name, value):
            stack.enter_context(patch.object(owner, name, value, create=True))

        pretend(threading.current_thread(), "testing", False)
        pretend(type(env.registry), "in_test_mode", lambda registry: False)
        pretend(odoo.modules.module, "current_test", False)
        pretend(type(env["sms.sms"]), "send", lambda messages, **options: None)
        yield


class ContactCase(ShippingCase):
    def setUp(self):
        super().setUp()
        self.customer = self.env["res.partner"].create(
            {
                "name": "Ordinary Otto",
                "email": "otto@example.com",
                "phone": PHONE,
                "company_id": self.company.id,
                "country_id": self.env.ref("base.de").id,
            }
        )
        template = self.env["sms.template"].create(
            {
                "name": "Delivery",
                "model_id": self.env["ir.model"]._get_id("stock.picking"),
                "body": "Your parcel {{ object.name }} is on its way",
            }
        )
        self.company.write(
            {
                "stock_sms_confirmation_template_id": template.id,
                "has_received_warning_stock_sms": True,
                "stock_mail_confirmation_template_id": self.env.ref(
                    "stock.mail_template_data_delivery_confirmation"
                ).id,
                **dict.fromkeys(set(SWITCHES) & {*self.company._fields}, True),
            }
        )

    def amazon_order(self):
        """A buyer at Amazon who is also a customer of the seller's own shop."""
        _ref, order = self.order(
            address={
                "name": "Erika",
                "city": "Berlin",
                "countryCode": "DE",
                "phone": PHONE,
            }
        )
        order.partner_shipping_id.write({"email": "erika@example.com", "phone": PHONE})
        order.partner_id.write({"email": "erika@example.com", "phone": PHONE})
        return order

    def ordinary_order(self):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "warehouse_id": self.warehouse.id,
                "order_line": [
                    odoo.fields.Command.create(
                        {"product_id": self.products["MUG-BLUE"].id}
                    )
                ],
            }
        )
        order.action_confirm()
        return order

    def packed(self, order):
        """Pack a delivery and give it a carrier.

        :return: the delivery, ready to be validated
        """
        picking = self.delivery(order)
        picking.carrier_id, picking.carrier_tracking_ref = self.dhl, "0034001"
        self.pack(picking)
        return picking

    def sent(self):
        """Find the text messages and mails that came about since the set-up.

        :return set: to whom text messages and mails of the company go
        """
        texts = self.env["sms.sms"].search([]) - self.known_texts
        mails = self.env["mail.mail"].search([]) - self.known_mails
        return {
            *(("sms", text.partner_id.name) for text in texts),
            *(("mail", partner.name) for partner in mails.recipient_ids),
        }

    def keep_in_mind(self):
        self.known_texts = self.env["sms.sms"].search([])
        self.known_mails = self.env["mail.mail"].search([])


class OldOrdersCase(HistoryCase, ErasureCase):
    """Erika bought before the go-live."""


class TakenOverCase(TakeOverCase, ErasureCase):
    """Another connector imported what Erika bought."""
