"""Orders that are shipped and invoiced, and money that goes back."""

from datetime import timedelta

from odoo import fields

from ..settlements.case import SettlementCase, row

__all__ = ["ReturnsCase", "row"]


class ReturnsCase(SettlementCase):
    def setUp(self):
        super().setUp()
        self.account.finance_from = fields.Datetime.now() - timedelta(days=7)

    def shipped(self, *skus, **details):
        """Place an order that Amazon fulfils, and import its shipment.

        :return: sale.order that Amazon has shipped
        """
        ref = self.buy_fba(*(skus or ["MUG-BLUE"]), **details)
        self.sync()
        return self.sale_order(ref)

    def give_back(self, order, amount=None, **how):
        """A buyer gets money back.

        :return str: Amazon's number of the refund
        """
        return self.world.refund_payment(order.amazon_order_ref, amount, **how)

    def run_returns(self):
        cron = self.env.ref("amazon_connector.ir_cron_sync_returns")
        cron.ir_actions_server_id.run()

    def refunds(self):
        return self.env["amazon.refund"].search(
            [("account_id", "=", self.account.id)], order="id"
        )

    def returns(self):
        return self.env["amazon.return"].search(
            [("account_id", "=", self.account.id)], order="id"
        )

    def read_returns(self):
        """A day passes: the reports are asked for, made and read."""
        self.account.returns_asked_at = False
        self.env["amazon.report"].search([]).unlink()
        self.run_returns()
        cron = self.env.ref("amazon_connector.ir_cron_read_reports")
        for _step in ("ask for it", "read it"):
            self.env["amazon.report"].search([]).next_try_at = False
            cron.ir_actions_server_id.run()
        self.run_returns()

    def delivered(self, sku="MUG-BLUE", quantity=2):
        """Sell goods and deliver them.

        :return: sale.order that left the house
        """
        stock = self.warehouse.lot_stock_id
        self.store(sku, quantity, location=stock)
        item = self.world.item(sku, quantity)
        order = self.order_in(items=[item])
        picking = order.picking_ids
        picking.action_assign()
        picking.move_ids.picked = True
        picking.carrier_tracking_ref = "T-1"
        picking._action_done()
        return order
