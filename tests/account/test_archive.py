"""An archived account makes no call; the books stay (feature A8)."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..shipping_case import ShippingCase


@tagged("post_install", "-at_install")
class TestArchive(ShippingCase):
    def test_a8_archiving_stops_every_call_and_keeps_the_books(self):
        ref, order = self.order("MUG-BLUE")
        waiting = self.buy("MUG-BLUE")
        calls = len(self.amazon.received)
        self.account.action_archive()

        self.run_cron()
        picking = self.ship(order)
        self.send_later()
        for button in (
            "action_sync_orders",
            "action_sync_pickings",
            "action_test_connection",
            "action_update_available_marketplaces",
        ):
            with self.subTest(button), self.assertRaisesRegex(UserError, "archived"):
                getattr(self.account, button)()

        self.assertEqual(len(self.amazon.received), calls)
        self.assertFalse(self.row(waiting))
        self.assertRecordValues(
            order,
            [
                {
                    "amazon_order_ref": ref,
                    "amazon_account_id": self.account.id,
                    "state": "sale",
                    "delivery_status": "full",
                    "amazon_total_difference": 0.0,
                }
            ],
        )
        self.assertEqual(self.outbox(), [("held", 0)])
        self.assertEqual(picking.amazon_sync_status, "pending")
        self.assertEqual(self.account.offer_count, 1)

    def test_a8_taken_up_again_it_goes_on_where_it_stood(self):
        _ref, order = self.order("MUG-BLUE")
        self.account.action_archive()
        self.ship(order)
        ref = self.buy("TEA-SENCHA")
        self.account.action_unarchive()
        self.run_cron()
        self.send()
        self.assertEqual(self.sale_order(ref).state, "sale")
        self.assertEqual(self.outbox(), [("done", 1)])

    def test_a8_a_retry_for_an_archived_account_says_why_not(self):
        ref = self.fail_order()
        self.account.action_archive()
        with self.assertRaisesRegex(UserError, "archived"):
            self.row(ref).action_retry()
