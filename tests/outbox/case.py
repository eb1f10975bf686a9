"""Base classes for the outbox: feeds, what Amazon received, the results, and faults."""

from datetime import timedelta
from unittest.mock import patch

from odoo.addons.amazon_connector.models.stock.amazon_account import AmazonAccount
from odoo.addons.amazon_connector.models.stock.amazon_offer import AmazonOffer

from ..fault_case import FaultCase
from ..shipping_case import ShippingCase

#: what carries something to Amazon; of feeds it does not say yet what came of it
TELLING = ("confirmShipment", "createFeed")
SENDING = ("createFeedDocument", "uploadFeedDocument", "createFeed")
SENT = ["createFeedDocument", "uploadFeedDocument", "createFeed"]
ASKED = ["getFeed", "getFeedDocument", "downloadFeedDocument"]
FEEDS_LOG = "odoo.addons.amazon_connector.models.outbox.amazon_account"


class FeedCase(ShippingCase):
    def setUp(self):
        super().setUp()
        self.restocked = []  # SKUs whose quantity at Amazon is not known any more
        self._replace(
            AmazonOffer,
            "_restate_quantity",
            lambda offers: self.restocked.extend(sorted(offers.mapped("sku"))),
        )
        self._replace(
            AmazonAccount,
            "_trigger_stock_cron",
            lambda account: self.restocked.append("go"),
        )

    def _replace(self, model, name, function):
        patcher = patch.object(model, name, function)
        patcher.start()
        self.addCleanup(patcher.stop)

    # === what people and crons do === #

    def cancel(self, order, reason=None):
        """A person presses *Cancel*, chooses a reason and confirms.

        :return: amazon.cancel.order
        """
        wizard = self.open_wizard(order)
        wizard.reason = reason or wizard.reason or "NoInventory"
        wizard.action_confirm()
        return wizard

    def open_wizard(self, order):
        """Open the window that asks for the reason of a cancellation.

        :return: amazon.cancel.order, as the form opens it
        """
        action = order.action_cancel()
        wizards = order.env[action["res_model"]].with_context(**action["context"])
        return wizards.create({})

    def send_twice(self):
        """What is due goes to Amazon, and in time it is asked what became of it."""
        self.send_later()
        self.send_later()

    def let_worker_die(self):
        """A worker claimed rows and was not seen again; time goes by."""
        feed = self.env["amazon.feed"]._claim(self.account, "cancellation")
        self.let_time_pass(minutes=21)
        return feed

    def let_time_pass(self, **times):
        """Feeds and messages were sent longer ago."""
        for record in (*self.feeds(), *self.messages()):
            if record.sent_at:
                record.sent_at -= timedelta(**times)

    # === what Odoo has stored === #

    def feeds(self):
        """Find the feeds, in the order of their creation.

        :return: all amazon.feed of the account, the first one first
        """
        return self.env["amazon.feed"].search(
            [("account_id", "=", self.account.id)], order="id"
        )

    def feed_states(self):
        """Read how far each feed is.

        :return list: (state, messages, accepted, refused) of all feeds
        """
        return [
            (feed.state, feed.message_count, feed.accepted_count, feed.refused_count)
            for feed in self.feeds()
        ]

    def received(self):
        """Read the feeds at the simulator.

        :return list: (marketplaces, accepted, refused) of feeds that Amazon has
        """
        return [
            (feed.marketplaces, feed.accepted, feed.refused)
            for feed in self.amazon.feeds
        ]

    def operations(self):
        """Take the names of the calls at the simulator, and clear its list.

        :return list: the calls since the last time, without those for tokens
        """
        names = [call.operation for call in self.amazon.received]
        self.amazon.received.clear()
        return [name for name in names if name != "token"]

    def is_due_later(self, rows):
        """Check that the last run gave rows a next attempt in its future: by now it may
        have come, for a machine may be slow and a wait a second.

        :return bool: whether all of them wait
        """
        began = self.sending_began
        return all(row.next_try_at and row.next_try_at > began for row in rows)


class CancelledCase(FeedCase):
    """An order was cancelled in Odoo, and the cancellation is to be sent."""

    def setUp(self):
        super().setUp()
        self.ref, self.sale = self.order("MUG-BLUE", "TEA-SENCHA")
        self.cancel(self.sale)
        self.operations()

    def assertCancelledOnce(self, feeds=1):
        """Amazon cancelled the order and no other, Odoo knows, nobody is bothered.

        :param int feeds: how many feeds Amazon received
        """
        reasons = dict.fromkeys(("MUG-BLUE", "TEA-SENCHA"), "NoInventory")
        self.assertEqual(self.world.cancellations(), {self.ref: reasons})
        self.assertEqual(len(self.amazon.feeds), feeds)
        self.assertEqual(self.world.dangers, [])
        self.assertEqual(self.messages().state, "done")
        self.assertRecordValues(
            self.sale,
            [
                {
                    "state": "cancel",
                    "amazon_cancel_status": "done",
                    "amazon_cancel_error": False,
                }
            ],
        )
        self.assertEqual(self.restocked, ["MUG-BLUE", "TEA-SENCHA", "go"])
        self.assertFalse(self.mails())
        self.assertFalse(self.account.connection_message)


class OrderFaultCase(FaultCase, FeedCase):
    def machines(self):
        return (self.run_cron, self.send)

    def message(self):
        """Find what is owed to Amazon.

        :return: the amazon.submission about these orders
        """
        return self.messages().filtered(
            lambda row: row.sale_order_id.amazon_order_ref in self.refs
        )

    def is_done(self, *also):
        """Whether nothing is left to do.

        :return bool: whether the orders are here and Amazon knows what was sent
        """
        rows = self.env["amazon.order"].search([("amazon_order_ref", "in", self.refs)])
        states = {*rows.mapped("state"), *self.message().mapped("state")}
        return len(rows) == len(self.refs) and states <= {"done", "ignored", *also}

    def see_outcome(self, operation):
        if self.account.connection_state == "error":
            return "config"
        if self.message().state == "unknown" and operation in TELLING:
            return "asks"
        if self.is_done(*("submitted",) * (operation in SENDING)):
            return self.see_detour(operation)
        return self.see_problem(operation)
