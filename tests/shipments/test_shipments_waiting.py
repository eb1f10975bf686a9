"""What has to wait waits and never fails; a dry run sends nothing (features A9, H3)."""

import json
from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tools import mute_logger

from odoo.addons.amazon_connector.sim import SELLER

from ..common import ACCOUNT_LOG
from ..shipping_case import ShippingCase


class TestPassing(ShippingCase):
    def _ship_many(self, count):
        refs = []
        for _number in range(count):
            ref, order = self.order("MUG-BLUE")
            self.ship(order)
            refs.append(ref)
        return refs

    @mute_logger(ACCOUNT_LOG)
    def test_h3_passing_trouble_never_fails(self):
        [ref] = self._ship_many(1)
        for kind in ("throttled", "throttled_message"):
            with self.subTest(kind):
                self.amazon.faults.add("confirmShipment", kind)
                self.send_later()
                row = self.messages()
                self.assertEqual((row.state, row.error_kind), ("todo", "retryable"))
                self.assertTrue(row.next_try_at)
        self.amazon.faults.clear()
        calls = len(self.confirmations())
        row.next_try_at = fields.Datetime.now() + timedelta(hours=1)
        self.send()
        self.assertEqual(len(self.confirmations()), calls)
        self.send_later()
        self.assertEqual([*self.world.shipments()], [ref])
        self.assertEqual(self.messages().state, "done")
        self.assertFalse(self.mails())
        self.assertFalse(self.account.connection_message)

    def test_h3_more_than_a_burst_in_one_run(self):
        refs = self._ship_many(13)
        self.send()
        self.assertEqual([*self.world.shipments()], refs)
        self.assertEqual(self.outbox(), [("done", 1)] * 13)

    @mute_logger(ACCOUNT_LOG)
    def test_h3_amazon_out_of_reach(self):
        refs = self._ship_many(2)
        self.amazon.stop()
        message = self.account.action_sync_pickings()["params"]["message"]
        self.assertIn("To be tried again: 2. No simulator answers", message)
        self.assertEqual(self.outbox(), [("todo", 1), ("todo", 0)])
        self.amazon.start()
        self.send_later()
        self.assertEqual([*self.world.shipments()], refs)
        self.assertFalse(self.account.connection_message)

    @mute_logger(ACCOUNT_LOG)
    def test_h3_settings_to_mend_let_rows_wait(self):
        refs = self._ship_many(2)
        self.account.lwa_client_secret = "mistyped"
        self.send()
        self.assertEqual(self.outbox(), [("todo", 1), ("todo", 0)])
        self.assertEqual(self.messages()[0].error_kind, "config")
        self.assertEqual(self.account.connection_state, "error")
        self.assertIn("client secret", self.account.connection_message)

        self.account.lwa_client_secret = SELLER.client_secret
        self.account.action_test_connection()
        self.send()
        self.assertEqual([*self.world.shipments()], refs)
        self.assertFalse(self.mails())

    @mute_logger(ACCOUNT_LOG)
    def test_h3_missing_role_waits_too(self):
        self._ship_many(4)
        self.amazon.faults.add("confirmShipment", "forbidden", times=9)
        self.send()
        # After three it is not the rows.
        self.assertEqual(self.outbox(), [("todo", 1)] * 3 + [("todo", 0)])

    def test_archived_and_unlinked_accounts_make_no_call(self):
        self._ship_many(1)
        self.amazon.received.clear()
        self.account.action_archive()
        self.send()
        with self.assertRaisesRegex(UserError, "archived"):
            self.account.action_sync_pickings()
        self.account.action_unarchive()
        self.account.refresh_token = False
        self.send()
        self.assertEqual(self.amazon.received, [])
        self.assertEqual(self.outbox(), [("todo", 0)])


class TestDryRun(ShippingCase):
    def test_a9_dry_run_shows_the_exact_body_and_sends_nothing(self):
        self.account.dry_run = True
        ref, order = self.order("MUG-BLUE")
        picking = self.ship(order)
        self.amazon.received.clear()
        self.send()
        message = self.account.action_sync_pickings()["params"]["message"]
        self.assertEqual(message, "Dry run, held back: 1.")
        self.assertEqual(self.amazon.received, [])
        self.assertEqual(self.outbox(), [("held", 0)])
        self.assertEqual(picking.amazon_sync_status, "pending")
        with self.assertRaisesRegex(UserError, "dry run"):
            self.account.action_send_held()

        picking.carrier_tracking_ref = "0034002"
        self.send()
        shown = json.loads(self.messages().body)
        self.assertEqual(shown["packageDetail"]["trackingNumber"], "0034002")
        self.assertEqual(self.account.held_submission_count, 1)

        self.account.dry_run = False
        self.send()
        self.assertEqual(self.world.shipments(), {})
        self.account.action_send_held()
        self.send()
        self.assertEqual(self.confirmations(), [shown])
        self.assertEqual(self.outbox(), [("done", 1)])
        self.assertEqual(len(self.world.shipments(ref)), 1)
