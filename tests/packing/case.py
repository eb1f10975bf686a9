"""Base class for those who pack: a worker of the warehouse who sees no orders."""

from odoo.fields import Command
from odoo.tests import Form

from ..shipping_case import ShippingCase

# On 19.0 nobody reads a delivery with a carrier who may not read contacts' places.
WORKER = "stock.group_stock_user,base.group_partner_manager"
UNKNOWN = {"sku": "CUP-9", "title": "Cup with a cat, 0.3 l"}


class PackingCase(ShippingCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.worker = cls._new_user("worker", WORKER)

    def order_unknown(self, **details):
        """A buyer orders what has no product in Odoo.

        :return: sale.order
        """
        item = self.world.item(UNKNOWN["sku"], title=UNKNOWN["title"])
        _ref, order = self.order(items=[item], **details)
        return order

    def plain_order(self):
        """Receive an order that is not from Amazon.

        :return: sale.order, a quotation
        """
        return self.env["sale.order"].create(
            {
                "partner_id": self.env["res.partner"].create({"name": "Buyer"}).id,
                "company_id": self.company.id,
                "warehouse_id": self.warehouse.id,
                "order_line": [
                    Command.create({"product_id": self.products["MUG-BLUE"].id})
                ],
            }
        )

    def as_worker(self, record):
        """Look at a record as somebody of the warehouse, with nothing in the caches.

        :return: the record in their environment
        """
        self.env.flush_all()
        self.env.invalidate_all()
        company = {"allowed_company_ids": self.company.ids}
        return record.with_user(self.worker).with_context(**company)

    def press_validate(self, picking):
        """Press the button of the form.

        :return: what it leads to; a window is a dict
        """
        return picking.with_context(amazon_ask=True).button_validate()

    def open_window(self, action):
        """Open the window that an action shows.

        :return: Form of amazon.validate.delivery
        """
        self.assertEqual(action["res_model"], "amazon.validate.delivery")
        window = self.env[action["res_model"]].with_user(self.worker)
        return Form(window.with_context(**action["context"]).browse(action["res_id"]))
