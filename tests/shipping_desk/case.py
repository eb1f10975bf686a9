"""Base class for the shipping desk: many deliveries at once."""

from odoo.tools.safe_eval import safe_eval

from ..packing.case import WORKER, PackingCase

__all__ = ["WORKER", "DeskCase"]


class DeskCase(PackingCase):
    def setUp(self):
        super().setUp()
        for sku in self.products:
            self.store(sku, 1000, location=self.warehouse.lot_stock_id)

    def deliveries(self, count, *skus):
        """Buyers order and Odoo imports it.

        :return: stock.picking, the open ones of so many new orders
        """
        refs = [self.buy(*(skus or ("MUG-BLUE",))) for _number in range(count)]
        self.run_cron()
        orders = self.env["sale.order"].search([("amazon_order_ref", "in", refs)])
        return orders.picking_ids.sorted("id")

    def scan(self, pickings):
        """Type carrier and tracking numbers."""
        pickings.carrier_id = self.dhl
        for number, picking in enumerate(pickings):
            picking.carrier_tracking_ref = f"00340{number:04}"

    def desk(self):
        """Read what the desk shows by itself.

        :return: stock.picking in the order of the screen
        """
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "amazon_connector.stock_picking_amazon_desk_action"
        )
        domain = [("company_id", "=", self.company.id), *safe_eval(action["domain"])]
        return self.env["stock.picking"].search(
            domain, order="date_deadline, amazon_one_item, id"
        )

    def words(self, action):
        """Read a notification.

        :return str: what it says
        """
        self.assertEqual(action["tag"], "display_notification")
        return action["params"]["message"]
