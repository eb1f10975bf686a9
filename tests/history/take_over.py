"""Helpers for the take-over from another connector (feature U2)."""

import base64
from datetime import timedelta

from odoo.fields import Command

from ..shipping_case import ShippingCase

REFS = [f"302-1234567-000000{number}" for number in range(10)]


class TakeOverCase(ShippingCase):
    def sell(self, sku="MUG-BLUE", ref=False, quantity=1, delivered=0):
        """An order that another connector made, some pieces of it delivered."""
        order = self.env["sale.order"].create(
            {
                "company_id": self.company.id,
                "partner_id": self.env["res.partner"].create({"name": "A buyer"}).id,
                "client_order_ref": ref,
                "order_line": [
                    Command.create(
                        {
                            "product_id": self.products[sku].id,
                            "product_uom_qty": quantity,
                            "price_unit": 9.99,
                        }
                    )
                ],
            }
        )
        order.action_confirm()
        order.date_order -= timedelta(hours=1)
        if delivered:
            self.store(sku, quantity, location=self.warehouse.lot_stock_id)
            picking = order.picking_ids
            picking.move_ids.quantity = delivered
            picking.move_ids.picked = True
            picking.with_context(skip_backorder=True).button_validate()
            self.assertEqual(picking.state, "done")
        return order

    def wizard(self, orders=None, offers=None, **values):
        """Open the window with the files of another connector.

        :param orders: text or bytes of the file, as ``offers``
        """

        def encode(text):
            text = text.encode() if isinstance(text, str) else text
            return text is not None and base64.b64encode(text)

        return self.env["amazon.take.over"].create(
            {
                "account_id": self.account.id,
                "orders_file": encode(orders),
                "orders_filename": "orders.csv",
                "offers_file": encode(offers),
                "offers_filename": "offers.csv",
                **values,
            }
        )

    def results(self, wizard):
        return [(line.name, line.result) for line in wizard.line_ids.sorted("id")]

    def take(self, **files):
        wizard = self.wizard(**files)
        wizard.action_take_over()
        return wizard

    def offers(self):
        return sorted(
            (
                offer.sku,
                offer.marketplace_id.name,
                offer.amazon_channel,
                offer.product_id.default_code or "",
            )
            for offer in self.env["amazon.offer"].search(
                [("account_id", "=", self.account.id)]
            )
        )
