"""The journeys of docs/journeys.rst that no other tour makes, with their clicks."""

from odoo import fields
from odoo.tests import tagged

from ..common import DE
from ..tour_case import TourCase


@tagged("post_install", "-at_install")
class TestJourneys(TourCase):
    def _open_invoice(self, tour, invoice):
        action = self.env.ref("account.action_move_out_invoice_type")
        url = f"/web#action={action.id}&model=account.move&view_type=form"
        url += f"&id={invoice.id}"
        self.start_tour(url, f"amazon_connector_{tour}", login="admin")
        self.env.invalidate_all()

    def _invoiced(self):
        """Amazon ships an order, which is invoiced.

        :return: account.move
        """
        world = self.amazon.world
        item = world.item("TEA-SENCHA", title="Sencha of the tour", tax_rate="0")
        ref = world.place_order(channel="fba", marketplace=DE, items=[item])
        world.ship_fba(ref)
        self.account.action_sync_orders()
        order = self.env["sale.order"].search([("amazon_order_ref", "=", ref)])
        invoice = order._create_invoices()
        invoice.action_post()
        return invoice

    def test_w5_one_order_is_shipped(self):
        order = self._order_to_ship()
        self._open("ship_one_order", "sale_order_amazon_action", order)
        self.env.invalidate_all()
        self.assertEqual(order.picking_ids.state, "done")
        self.assertEqual(order.picking_ids.carrier_tracking_ref, "00340434161094042557")

    def test_r4_a_buyer_is_refunded(self):
        invoice = self._invoiced()
        self._open_invoice("refund", invoice)
        credit = self.env["account.move"].search(
            [("reversed_entry_id", "=", invoice.id)]
        )
        self.assertEqual(credit.amazon_refund_status, "pending")

    def test_l1_a_settlement_is_posted(self):
        self.account.finance_from = fields.Datetime.subtract(
            fields.Datetime.now(), days=7
        )
        self._invoiced()
        made = self.amazon.world.settle()
        self.account.action_sync_settlements()
        settlements = self.env["amazon.settlement"]
        settlement = settlements.search([("settlement_ref", "=", made.ref)])
        self.assertEqual(settlement.state, "draft", settlement.error_message)
        self._open("settlement", "amazon_settlement_action")
        self.assertEqual(settlement.state, "posted")
