"""A page that is not whole, Amazon out of reach: nothing is lost (feature D14)."""

from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tools import mute_logger

from odoo.addons.amazon_connector.sim import SELLER

from ..common import ACCOUNT_LOG, AmazonCase

IMPORT_LOG = "odoo.addons.amazon_connector.models.orders.amazon_order"


class TestTroubledReading(AmazonCase):
    def _assert_stands_still(self, cursor, *said):
        self.assertEqual(self.account.last_orders_sync, cursor)
        for text in said:
            self.assertIn(text, self.account.connection_message)

    @mute_logger(ACCOUNT_LOG)
    def test_page_cut_off_in_the_middle_moves_no_cursor(self):
        self.set_page_size(5)
        refs = {self.buy("MUG-BLUE") for _number in range(7)}
        cursor = self.account.last_orders_sync
        self.amazon.faults.add("searchOrders", "truncated", after=1)

        self.run_cron()

        self.assertEqual(len(self.sale_orders()), 5)
        self._assert_stands_still(cursor, "not whole")
        self.assertEqual(self.account.connection_state, "connected")

        self.run_cron()

        self.assertEqual(self.states(), dict.fromkeys(refs, "done"))
        self.assertEqual(len(self.sale_orders()), 7)
        self.assertGreater(self.account.last_orders_sync, cursor)
        self.assertFalse(self.account.connection_message)

    @mute_logger(ACCOUNT_LOG)
    def test_no_answer_but_a_whole_one_counts(self):
        ref = self.buy("MUG-BLUE")
        cursor = self.account.last_orders_sync
        for kind in (
            "server_error",
            "empty",
            "html",
            "truncated",
            "short_body",
            "wrong_shape",
            "reset",
            "throttled_message",
        ):
            with self.subTest(kind):
                self.amazon.faults.add("searchOrders", kind)
                self.assertEqual(
                    self.account.action_sync_orders()["params"]["type"], "danger"
                )
                self._assert_stands_still(cursor)
                self.assertTrue(self.account.connection_message)
                self.assertEqual(self.states(), {})
                self.env["amazon.rate.limit"].search([]).next_allowed_at = False
        self.addCleanup(self.amazon.contract_violations.clear)

        self.run_cron()

        self.assertEqual(self.states(), {ref: "done"})

    @mute_logger(ACCOUNT_LOG)
    def test_page_token_that_amazon_refuses_starts_the_reading_afresh(self):
        self.set_page_size(5)
        refs = {self.buy("MUG-BLUE") for _number in range(7)}
        self.sync()
        self.account.orders_page_token = "worn out"
        self.run_cron()
        self.assertFalse(self.account.orders_page_token)
        self.run_cron()
        self.assertEqual(self.states(), dict.fromkeys(refs, "done"))

    @mute_logger(ACCOUNT_LOG)
    def test_wrong_credentials_say_where_to_find_the_right_ones(self):
        self.account.lwa_client_secret = "mistyped"
        cursor = self.account.last_orders_sync
        self.run_cron()
        self._assert_stands_still(cursor, "client secret", "Seller Central")
        self.assertEqual(self.account.connection_state, "error")

        self.account.lwa_client_secret = SELLER.client_secret
        self.assertEqual(self.account.connection_state, "draft")
        ref = self.buy("MUG-BLUE")
        self.sync()
        self.assertEqual(self.states(), {ref: "done"})
        self.assertEqual(self.account.connection_state, "connected")
        self.assertFalse(self.account.connection_message)

    @mute_logger(ACCOUNT_LOG)
    def test_revoked_consent_asks_to_authorize_again(self):
        self.world.sellers[0].consent_revoked = True
        cursor = self.account.last_orders_sync
        self.run_cron()
        self._assert_stands_still(cursor, "withdrawn", "Link Again")
        self.assertEqual(self.account.connection_state, "error")

    @mute_logger(ACCOUNT_LOG)
    def test_missing_role_is_named(self):
        self.world.sellers[0].roles.clear()
        cursor = self.account.last_orders_sync
        self.run_cron()
        self._assert_stands_still(
            cursor, "lacks a role", "Inventory and Order Tracking"
        )
        self.assertEqual(self.account.connection_state, "error")

    @mute_logger(ACCOUNT_LOG)
    def test_simulator_that_does_not_run(self):
        ref = self.buy("MUG-BLUE")
        cursor = self.account.last_orders_sync
        self.amazon.stop()
        message = self.sync()
        self.assertEqual(
            message,
            f"No simulator answers at {self.amazon.url}. Start it there, then try "
            "again.",
        )
        self._assert_stands_still(cursor, message)

        self.amazon.start()
        self.run_cron()
        self.assertEqual(self.states(), {ref: "done"})

    @mute_logger(ACCOUNT_LOG)
    def test_trouble_of_one_account_stops_no_other(self):
        ref = self.buy("MUG-BLUE")
        broken = self._link_account(self.another_seller(), lwa_client_secret="mistyped")
        self.account.last_orders_run = "2026-01-01"
        self.run_cron()
        self.assertEqual(broken.connection_state, "error")
        self.assertEqual(self.states(), {ref: "done"})

    def test_archived_and_unlinked_accounts_make_no_call(self):
        self.buy("MUG-BLUE")
        unlinked = self._link_account(self.another_seller(), refresh_token=False)
        self.account.action_archive()
        self.run_cron()
        for account, words in (
            (self.account, "archived"),
            (unlinked, "not linked to Amazon yet"),
        ):
            for button in (
                account.action_sync_orders,
                account.action_test_connection,
                account.action_update_available_marketplaces,
            ):
                with self.assertRaisesRegex(UserError, words):
                    button()
        self.assertEqual(self.amazon.received, [])

    @mute_logger(ACCOUNT_LOG)
    def test_quota_used_up_waits_in_the_database(self):
        self.buy("MUG-BLUE")
        self.amazon.faults.add("searchOrders", "throttled")
        self.sync()
        limit = self.env["amazon.rate.limit"].search(
            [("operation", "=", "searchOrders")]
        )
        self.assertTrue(limit.next_allowed_at)
        self.assertIn("used up", self.account.connection_message)
        calls = len(self.amazon.calls("searchOrders"))

        self.sync()
        self.assertEqual(len(self.amazon.calls("searchOrders")), calls)

        limit.next_allowed_at = "2026-01-01"
        self.assertEqual(self.sync(), "Imported: 1.")

    def test_rate_stated_by_amazon_is_adopted(self):
        for rate in (0.5, 0.01, 2.0):
            self.amazon.rates["searchOrders"] = rate
            self.sync()
            limit = self.env["amazon.rate.limit"].search(
                [("operation", "=", "searchOrders")]
            )
            self.assertEqual(limit.rate, rate)

    def test_leftovers_are_asked_one_by_one(self):
        """A stop between noting and importing leaves rows; no page brings them back."""
        refs = {self.buy("MUG-BLUE") for _number in range(3)}
        module = "odoo.addons.amazon_connector.models.orders.amazon_order"
        with patch(f"{module}.AmazonOrder._import", return_value={}):
            self.sync()
        self.assertEqual(self.states(), dict.fromkeys(refs, "new"))
        self.amazon.received.clear()

        self.run_cron()

        self.assertEqual(self.states(), dict.fromkeys(refs, "done"))
        self.assertEqual(len(self.amazon.calls("getOrder")), 3)

    def test_only_failed_orders_can_be_tried_again(self):
        ref = self.buy("MUG-BLUE")
        self.sync()
        with self.assertRaisesRegex(UserError, "Only failed orders"):
            self.row(ref).action_retry()
