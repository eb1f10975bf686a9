"""Base class for what is shipped: packing, delivering, and what Amazon knows then."""

from odoo import fields

from .common import AmazonCase


class ShippingCase(AmazonCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dhl = cls._create_method("DHL Paket")
        cls.responsible = cls._create_responsible()

    def setUp(self):
        super().setUp()
        self.account.user_id = self.responsible

    @classmethod
    def _create_method(cls, name, **values):
        """Create a shipping method.

        :return: delivery.carrier
        """
        product = cls.env["product.product"].create(
            {"name": name, "detailed_type": "service", "company_id": cls.company.id}
        )
        return cls.env["delivery.carrier"].create(
            {
                "name": name,
                "product_id": product.id,
                "delivery_type": "fixed",
                "company_id": cls.company.id,
                **values,
            }
        )

    # === what people and crons do === #

    def order(self, *skus, **details):
        """A buyer orders and Odoo imports it.

        :return tuple: Amazon's reference, the sale order
        """
        ref = self.buy(*(skus or ("MUG-BLUE",)), **details)
        self.run_cron()
        return ref, self.sale_order(ref)

    def delivery(self, order):
        """Find the open delivery of an order.

        :return: the delivery that is still to do
        """
        return order.picking_ids.filtered(
            lambda picking: picking.state not in ("done", "cancel")
        )

    def pack(self, picking, **quantities):
        """Put goods on the delivery, by SKU with _ for -; nothing named: all."""
        for move in picking.move_ids.filtered(lambda move: move.state != "cancel"):
            sku = (move.product_id.default_code or "").replace("-", "_")
            move.quantity = (
                quantities.get(sku, 0) if quantities else move.product_uom_qty
            )
            move.picked = bool(move.quantity)

    def ship(self, order, tracking="0034001", carrier=None, **quantities):
        """Pack and validate; what is left becomes a backorder.

        :return: the delivery
        """
        picking = self.delivery(order)
        picking.carrier_id = carrier or self.dhl
        picking.carrier_tracking_ref = tracking
        self.pack(picking, **quantities)
        picking.with_context(skip_backorder=True).button_validate()
        self.assertEqual(picking.state, "done")
        return picking

    def send(self):
        """The scheduled action runs, as Odoo runs it."""
        self.sending_began = fields.Datetime.now()
        cron = self.env.ref("amazon_connector.ir_cron_send_submissions")
        cron.ir_actions_server_id.run()

    def send_later(self):
        """Time goes by, then the scheduled action runs."""
        self.messages().next_try_at = False
        self.env["amazon.rate.limit"].search([]).next_allowed_at = False
        self.send()

    # === what Odoo has stored === #

    def messages(self):
        """Find the messages to Amazon, in the order of their creation.

        :return: all amazon.submission of the account, the first one first
        """
        return self.env["amazon.submission"].search(
            [("account_id", "=", self.account.id)], order="id"
        )

    def outbox(self):
        """Read how far each message is.

        :return list: (state, tries) of all messages
        """
        return [(row.state, row.attempts) for row in self.messages()]

    def numbers(self, *pickings):
        """Read the references under which packages are confirmed to Amazon.

        :return list: Amazon's references of the packages
        """
        return [
            package.package_ref
            for picking in pickings
            for package in picking.amazon_package_ids.sorted("id")
        ]

    def item(self, ref, position=0):
        """Find Amazon's number of an item by its position.

        :return str: number of an item at Amazon
        """
        return self.world.order(ref).items[position].id

    def confirmations(self):
        """Read the confirmations of shipments at the simulator.

        :return list: bodies of confirmShipment that Amazon received
        """
        return [call.json for call in self.amazon.calls("confirmShipment")]

    def mails(self):
        """Read the mails of the account.

        :return list: (to whom, subject) of what goes out for the account
        """
        mails = self.env["mail.mail"].search(
            [("model", "=", "amazon.account"), ("res_id", "=", self.account.id)]
        )
        return [(mail.recipient_ids.email, mail.subject) for mail in mails]
