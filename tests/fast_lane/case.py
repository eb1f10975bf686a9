"""Base class for what leaves at once: Amazon knows all quantities."""

from datetime import timedelta

from odoo import fields

from ..stock_case import StockFeedCase


class StockNowCase(StockFeedCase):
    """Amazon has accepted everything; what is sold out goes by itself."""

    def setUp(self):
        super().setUp()
        self.account.stock_now = True
        self.tell()
        self.assertUpToDate()
        self.let_time_pass()
        self.account.last_orders_sync = fields.Datetime.now() - timedelta(minutes=5)
        self.amazon.received.clear()

    def minute(self):
        """The scheduled action of each minute runs."""
        cron = self.env.ref("amazon_connector.ir_cron_send_stock_now")
        cron.ir_actions_server_id.run()

    def urgent(self, *skus):
        return self.messages(*skus, kind="stock_now")

    def prove(self):
        """Some minutes later the listing is asked."""
        self.urgent().next_try_at = False
        self.minute()

    def calls(self):
        """Take the operations that were called.

        :return list: the calls since the last look, tokens aside
        """
        names = [call.operation for call in self.amazon.received]
        self.amazon.received.clear()
        return [name for name in names if name != "token"]

    def patches(self):
        """The quantities that were sent one by one.

        :return list: (SKU, quantity) of each patchListingsItem
        """
        return [
            (
                call.path.rpartition("/")[2],
                call.json["patches"][0]["value"][0]["quantity"],
            )
            for call in self.amazon.received
            if call.operation == "patchListingsItem"
        ]
