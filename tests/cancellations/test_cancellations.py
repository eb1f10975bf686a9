"""Orders cancelled in Odoo and at Amazon (feature I1)."""

from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import Form

from ..common import DE
from .case import CancelCase

LOCK = "FOR NO KEY UPDATE"


class TestCancel(CancelCase):
    def test_i1_cancelling_asks_for_a_reason_and_tells_amazon(self):
        ref, order = self.order("MUG-BLUE")
        self.operations()
        with Form(
            self.env["amazon.cancel.order"].with_context(default_order_id=order.id)
        ) as form:
            self.assertFalse(form.reason)  # Amazon counts it, so a person says it
            form.reason = "ShippingAddressUndeliverable"
        wizard = form.record
        self.assertEqual(order.state, "sale")
        wizard.action_confirm()
        self.assertEqual(order.state, "cancel")
        self.assertEqual(order.picking_ids.state, "cancel")
        self.assertEqual(order.amazon_cancel_status, "pending")
        self.assertEqual(self.operations(), [])  # nothing leaves while a user waits

        self.send()
        self.assertEqual(order.amazon_cancel_status, "processing")
        self.assertIn("takes some minutes", order.amazon_cancel_note)
        self.send_later()
        self.assertEqual(order.amazon_cancel_status, "done")
        self.assertFalse(order.amazon_cancel_note)
        self.assertEqual(
            self.world.cancellations(),
            {ref: {"MUG-BLUE": "ShippingAddressUndeliverable"}},
        )
        self.run_cron()  # Amazon says so, too
        self.assertEqual(order.amazon_status, "CANCELLED")
        self.assertEqual(order.amazon_status_text, "Cancelled")
        self.assertFalse(order.amazon_review)
        self.assertFalse(order.activity_ids)
        self.assertFalse(self.mails())
        self.assertEqual(self.outbox(), [("done", 1)])

    def test_i1_feed_is_what_amazon_asks_for(self):
        item = self.world.item
        ref, order = self.order(
            items=[item("MUG-BLUE", quantity=2), item("TEA-SENCHA", shipping="3.00")]
        )
        self.cancel(order, "GeneralAdjustment")
        self.send()
        [feed] = self.amazon.feeds
        items = "".join(
            f"<Item><AmazonOrderItemCode>{self.item(ref, position)}"
            "</AmazonOrderItemCode><CancelReason>GeneralAdjustment</CancelReason></Item>"
            for position in range(2)
        )
        self.assertEqual(
            (feed.type, feed.marketplaces), ("POST_ORDER_ACKNOWLEDGEMENT_DATA", (DE,))
        )
        self.assertIn(
            f"<Message><MessageID>{self.messages().id}</MessageID>"
            f"<OrderAcknowledgement><AmazonOrderID>{ref}</AmazonOrderID>"
            f"<StatusCode>Failure</StatusCode>{items}</OrderAcknowledgement></Message>",
            feed.text,
        )
        [upload] = self.amazon.calls("uploadFeedDocument")
        [document] = self.amazon.calls("createFeedDocument")
        self.assertEqual(document.json, {"contentType": "text/xml; charset=UTF-8"})
        self.assertEqual(upload.body, feed.text)

    def test_i1_item_that_amazon_cancelled_before_is_no_obstacle(self):
        ref, order = self.order("MUG-BLUE", "TEA-SENCHA")
        self.world.cancel_item(ref, "TEA-SENCHA", by="AMAZON", reason="x")
        self.run_cron()
        self.cancel(order)
        self.send_twice()
        self.assertEqual(order.amazon_cancel_status, "done")
        self.assertEqual(self.world.order(ref).status, "CANCELLED")

    def test_i1_item_that_amazon_cancels_meanwhile_is_asked_of_nobody(self):
        ref, order = self.order("MUG-BLUE", "TEA-SENCHA")
        self.cancel(order)
        self.world.cancel_item(ref, "TEA-SENCHA", by="AMAZON", reason="x")
        self.run_cron()
        self.assertFalse(order.amazon_review)
        self.assertFalse(order.activity_ids)
        self.send_twice()
        self.assertEqual(order.amazon_cancel_status, "done")
        self.assertFalse(order.amazon_review)

    def test_i1_many_orders_are_one_feed(self):
        refs = []
        for _number in range(5):
            ref, order = self.order("MUG-BLUE")
            self.cancel(order)
            refs.append(ref)
        self.world.feeds.refuse(refs[2], "The order can not be cancelled")
        self.send_twice()
        self.assertEqual(self.received(), [((DE,), 4, 1)])
        self.assertEqual(
            [row.state for row in self.messages()],
            ["done", "done", "failed", "done", "done"],
        )
        self.assertEqual({*self.world.cancellations()}, {*refs} - {refs[2]})
        self.assertEqual(self.feed_states(), [("done", 5, 4, 1)])

    def test_i1_refused_by_amazon_is_for_a_person(self):
        ref, order = self.order("MUG-BLUE")
        self.cancel(order)
        self.world.feeds.refuse(ref, "The order can not be cancelled")
        self.send_twice()
        self.assertEqual(order.amazon_cancel_status, "error")
        for text in ("The order can not be cancelled.", "Seller Central", "retry"):
            self.assertIn(text, order.amazon_cancel_error)
        self.assertEqual(
            self.mails(),
            [("responsible@example.com", f"Amazon {self.account.name}: 1 failed")],
        )
        found = self.env["sale.order"].search(
            [
                ("amazon_cancel_status", "=", "error"),
                ("company_id", "=", self.company.id),
            ]
        )
        self.assertEqual(found, order)

        self.world.feeds.accept(ref)
        order.action_retry_amazon_cancel()
        self.assertEqual(order.amazon_cancel_status, "pending")
        self.send_twice()
        self.assertEqual(order.amazon_cancel_status, "done")
        self.assertEqual(self.outbox(), [("done", 2)])
        self.assertEqual(len(self.mails()), 1)
        with self.assertRaisesRegex(UserError, "Only what failed"):
            order.action_retry_amazon_cancel()

    def test_k3_one_mail_for_all_that_failed(self):
        for _number in range(3):
            ref, order = self.order("MUG-BLUE")
            self.cancel(order)
            self.world.feeds.refuse(ref, "No.")
        self.send_twice()
        self.assertEqual(
            [subject for _to, subject in self.mails()],
            [f"Amazon {self.account.name}: 3 failed"],
        )

    def test_i1_settled_by_hand_in_seller_central(self):
        ref, order = self.order("MUG-BLUE")
        self.cancel(order)
        self.world.feeds.refuse(ref, "No.")
        self.send_twice()
        order.action_settle_amazon_cancel()
        self.assertEqual(order.amazon_cancel_status, "done")
        self.operations()
        self.send_later()
        self.assertEqual(self.operations(), [])

    def test_i1_refused_because_it_is_cancelled_already(self):
        """The buyer, or a feed whose report was lost, was quicker."""
        ref, order = self.order("MUG-BLUE")
        self.cancel(order)
        self.world.cancel(ref, "BUYER", "No longer needed")
        self.send_twice()
        self.assertEqual(self.received(), [((DE,), 0, 1)])
        self.assertEqual(order.amazon_cancel_status, "done")
        self.assertFalse(self.mails())

    def test_i1_amazon_cancels_in_the_meantime(self):
        for state in ("todo", "held", "failed"):
            with self.subTest(state):
                ref, order = self.order("MUG-BLUE")
                self.cancel(order)
                self.messages()[-1].state = state
                self.world.cancel(ref, "AMAZON", "BuyerCanceled")
                self.run_cron()
                self.assertEqual(order.amazon_cancel_status, "done")
                self.assertEqual(self.restocked, ["MUG-BLUE", "go"])
                self.restocked.clear()
        self.send_twice()
        self.assertEqual(len(self.amazon.feeds), 0)

    def test_i1_once_only(self):
        ref, order = self.order("MUG-BLUE")
        first, second = self.open_wizard(order), self.open_wizard(order)
        first.reason, second.reason = "NoInventory", "CustomerExchange"
        first.action_confirm()
        first.action_confirm()
        second.action_confirm()
        self.send_twice()
        second.action_confirm()
        self.send_twice()
        self.assertEqual(self.outbox(), [("done", 1)])
        self.assertEqual(self.received(), [((DE,), 1, 0)])
        self.assertEqual(self.world.cancellations(), {ref: {"MUG-BLUE": "NoInventory"}})

    def test_i1_two_users_at_once(self):
        """The order is locked before anything is written: the second one waits, and
        begins again on what the first one wrote."""
        _ref, order = self.order("MUG-BLUE")
        wizard = self.open_wizard(order)
        wizard.reason = "NoInventory"
        self.env.flush_all()
        statements = []
        execute = type(self.env.cr).execute

        def listen(cr, query, *args, **kwargs):
            statements.append(str(getattr(query, "code", query)))
            return execute(cr, query, *args, **kwargs)

        with patch.object(type(self.env.cr), "execute", listen):
            wizard.action_confirm()
        written = [sql for sql in statements if not sql.startswith("SELECT")]
        locked = [number for number, sql in enumerate(statements) if LOCK in sql]
        first = statements.index(written[0])
        self.assertLess(locked[0], first)


class TestBuyersWish(CancelCase):
    def _wish(self):
        ref, order = self.order("MUG-BLUE")
        self.world.request_cancellation(ref)
        self.run_cron()
        self.assertTrue(order.amazon_cancel_requested)
        return ref, order

    def test_i1_accepted_wish_is_reported_to_amazon(self):
        ref, order = self._wish()
        order.action_accept_amazon_cancel()
        self.assertEqual(order.state, "cancel")
        self.assertFalse(order.amazon_cancel_requested)
        self.send_twice()
        self.assertEqual(
            self.world.cancellations(), {ref: {"MUG-BLUE": "BuyerCanceled"}}
        )
        self.assertEqual(order.amazon_cancel_status, "done")

    def test_i1_wish_accepted_on_the_delivery(self):
        ref, order = self._wish()
        order.picking_ids.action_accept_amazon_cancel()
        self.send_twice()
        self.assertEqual([*self.world.cancellations()], [ref])

    def test_i1_cancelling_suggests_the_buyers_reason(self):
        ref, order = self._wish()
        self.assertEqual(self.cancel(order).reason, "BuyerCanceled")
        self.assertFalse(order.amazon_cancel_requested)
        self.send_twice()
        self.assertEqual(
            self.world.cancellations(), {ref: {"MUG-BLUE": "BuyerCanceled"}}
        )
