"""Orders that are shipped and invoiced, and money that goes back."""

from datetime import timedelta

from odoo import fields

from ..settlements.case import SettlementCase


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
