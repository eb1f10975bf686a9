"""What has to wait waits and never fails; a dry run sends nothing (features A9, I1)."""

from unittest.mock import patch

from odoo.tools import mute_logger

from odoo.addons.amazon_connector.models.cancellations.sale_order import SaleOrder

from ..common import ACCOUNT_LOG, FR
from .case import FEEDS_LOG, SENT, CancelledCase


class TestPassingFeeds(CancelledCase):
    def _assert_waits(self, *words, kind="retryable"):
        row = self.messages()
        self.assertEqual((row.state, row.error_kind), ("todo", kind))
        self.assertTrue(self.is_due_later(row))
        self.assertFalse(self.feeds())
        self.assertFalse(self.mails())
        for text in words:
            self.assertIn(text, row.error_message)

    @mute_logger(ACCOUNT_LOG)
    def test_i1_passing_trouble_never_fails(self):
        for operation, kind in (
            ("createFeedDocument", "server_error"),
            ("createFeedDocument", "throttled"),
            ("createFeed", "throttled"),
            ("uploadFeedDocument", "busy_store"),
            ("uploadFeedDocument", "reset"),
        ):
            with self.subTest(f"{operation} {kind}"):
                self.amazon.faults.add(operation, kind)
                self.send_later()
                self._assert_waits()
                self.assertEqual(len(self.amazon.feeds), 0)
        self.send_twice()
        self.assertCancelledOnce()

    def test_i1_expired_address_is_renewed_once(self):
        self.amazon.faults.add("uploadFeedDocument", "expired_url")
        self.send()
        self.assertEqual(self.operations(), [*SENT[:2], *SENT])
        self.send_later()
        self.assertCancelledOnce()

    @mute_logger(ACCOUNT_LOG)
    def test_i1_address_that_expires_twice_waits(self):
        self.amazon.faults.add("uploadFeedDocument", "expired_url", times=2)
        self.send()
        self._assert_waits()
        self.send_twice()
        self.assertCancelledOnce()

    @mute_logger(ACCOUNT_LOG)
    def test_i1_missing_role_is_a_setting_to_mend(self):
        self.amazon.faults.add("createFeed", "forbidden", times=2)
        self.send()
        self._assert_waits("role", kind="config")
        self.assertEqual(self.account.connection_state, "error")
        self.account.action_test_connection()  # mended: what waited is due
        self.send()
        self.send_later()
        self.assertCancelledOnce()

    def test_i1_missing_merchant_token_is_a_setting_to_mend(self):
        token = self.account.seller_key
        for wrong in (False, "my shop"):
            self.account.seller_key = wrong
            self.send_later()
            self._assert_waits("merchant token", "Account Info", kind="config")
            self.assertIn("Account Info", self.sale.amazon_cancel_note)
            self.assertIn("merchant token", self.account.connection_message)
        self.assertEqual(self.operations(), [])
        self.account.seller_key = token
        self.send()
        self.assertEqual(self.outbox(), [("submitted", 1)])
        self.send_later()
        self.assertCancelledOnce()

    @mute_logger(ACCOUNT_LOG)
    def test_i1_amazon_out_of_reach(self):
        self.amazon.stop()
        self.send()
        self._assert_waits("No simulator answers")
        self.amazon.start()
        self.send_later()
        self.amazon.stop()
        self.send_later()
        self.assertEqual(self.outbox(), [("submitted", 2)])
        self.assertTrue(self.is_due_later(self.messages()))
        self.amazon.start()
        self.send_later()
        self.assertCancelledOnce()

    @mute_logger(ACCOUNT_LOG)
    def test_i1_trouble_with_the_report_is_passing(self):
        self.send()
        for operation, kind in (
            ("getFeed", "throttled"),
            ("getFeed", "html"),
            ("getFeedDocument", "server_error"),
            ("downloadFeedDocument", "busy_store"),
            ("downloadFeedDocument", "truncated"),
        ):
            with self.subTest(f"{operation} {kind}"):
                self.amazon.faults.add(operation, kind)
                self.send_later()
                self.assertEqual(self.outbox(), [("submitted", 1)])
                self.assertTrue(self.is_due_later(self.messages()))
        self.send_later()
        self.assertCancelledOnce()

    @mute_logger(FEEDS_LOG)
    def test_i1_the_unexpected_stops_nobody(self):
        late, other = self.order("MUG-BLUE", marketplace=FR)
        self.cancel(other)
        original = SaleOrder._amazon_item_refs

        def stumble(order):
            if order == self.sale:
                raise ZeroDivisionError("in an extension")
            return original(order)

        with patch.object(SaleOrder, "_amazon_item_refs", stumble):
            self.send()
        self.assertEqual(self.outbox(), [("failed", 1), ("submitted", 1)])
        self.assertIn("ZeroDivisionError", self.sale.amazon_cancel_error)
        self.sale.action_retry_amazon_cancel()
        self.send_twice()
        self.assertEqual({*self.world.cancellations()}, {self.ref, late})

    def test_a9_dry_run_shows_the_exact_body_and_sends_nothing(self):
        self.account.dry_run = True
        _ref, other = self.order("MUG-BLUE", marketplace=FR)
        self.cancel(other)
        self.operations()
        self.send()
        self.assertEqual(self.operations(), [])
        self.assertEqual(self.outbox(), [("held", 0), ("held", 0)])
        self.assertFalse(self.feeds())
        self.assertEqual(self.sale.amazon_cancel_status, "pending")
        self.assertIn("Dry run", self.sale.amazon_cancel_note)
        shown = self.messages()[0].body
        self.assertIn(f"<AmazonOrderID>{self.ref}</AmazonOrderID>", shown)
        self.messages()[1].unlink()

        self.account.dry_run = False
        self.send()
        self.assertEqual(self.operations(), [])
        self.account.action_send_held()
        self.send_twice()
        self.assertEqual([feed.text for feed in self.amazon.feeds], [shown])
        self.assertCancelledOnce()
