"""The call log: complete, cheap, and nothing personal in it (feature K6)."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tools import mute_logger

from odoo.addons.amazon_connector.models.connection import amazon_call
from odoo.addons.amazon_connector.sim import SELLER

from ..common import ACCOUNT_LOG, AmazonCase

CALL_LOG = "odoo.addons.amazon_connector.models.connection.amazon_call"
ORDERS_LOG = "odoo.addons.amazon_connector.models.orders.amazon_account"
WIRE_LOG = "odoo.addons.amazon_connector.amazon_api.wire"


class TestCallLog(AmazonCase):
    def setUp(self):
        super().setUp()
        amazon_call._waiting.clear()  # of tests before, whose account is gone

    def calls(self):
        """Read the log of calls.

        :return: all amazon.call of the account, the first one first
        """
        return self.env["amazon.call"].search(
            [("account_id", "=", self.account.id)], order="id"
        )

    def test_k6_each_call_is_noted_with_what_amazon_stated(self):
        self.amazon.rates["searchOrders"] = 0.0167, 9
        self.buy("MUG-BLUE")
        self.sync()
        received = self.amazon.received
        self.assertRecordValues(
            self.calls(),
            [
                {
                    "operation": "token",
                    "status": 200,
                    "request_id": received[0].request_id,
                    "rate": 0,
                    "requests_left": 0,
                    "error": False,
                },
                {
                    "operation": "searchOrders",
                    "status": 200,
                    "request_id": received[1].request_id,
                    "rate": 0.0167,
                    "requests_left": 19,
                    "error": False,
                },
            ],
        )
        now = fields.Datetime.now()
        for call in self.calls():
            self.assertLess(now - timedelta(minutes=1), call.called_at)
            self.assertLessEqual(call.called_at, now)

    @mute_logger(ACCOUNT_LOG)
    def test_k6_failed_calls_are_noted_too(self):
        for fault, error, status in (
            ("throttled", "Throttled", 429),
            ("html", "Unavailable", 503),
            ("reset", "Unavailable", 0),
        ):
            with self.subTest(fault):
                self.env["amazon.rate.limit"].search([]).next_allowed_at = False
                self.amazon.faults.add("searchOrders", fault)
                self.sync()
                call = self.calls()[-1]
                self.assertEqual((call.error, call.status), (error, status))
        self.env["amazon.rate.limit"].search([]).next_allowed_at = False
        self.account.refresh_token = "Atzr|withdrawn"
        self.sync()
        self.assertEqual(self.calls()[-1].error, "ConfigError")

    @mute_logger(ORDERS_LOG)
    def test_k6_rollback_loses_no_call(self):
        self.sync()
        known = self.calls()
        account = type(self.account)
        with patch.object(account, "_note_orders_page", side_effect=ZeroDivisionError):
            self.run_cron()
        self.assertEqual(self.calls(), known)
        self.account._run_step(self.account._note_connected)
        new = self.calls() - known
        self.assertEqual(new.mapped("operation"), ["searchOrders"])

    @mute_logger(CALL_LOG)
    def test_k6_a_log_that_can_not_be_written_stops_nothing(self):
        ref = self.buy("MUG-BLUE")
        broken = amazon_call.INSERT_CALLS.replace("account.id,", "1 / 0,")
        with patch.object(amazon_call, "INSERT_CALLS", broken):
            self.sync()
        self.assertEqual(self.sale_order(ref).state, "sale")
        self.assertFalse(self.calls())

    def test_k6_calls_of_a_vanished_account_are_left_out(self):
        self.account.action_update_available_marketplaces()
        gone = self._link_account(self.another_seller())
        with patch.object(type(gone), "_run_step"):
            gone._fetch_participations()
        gone.unlink()
        known = self.calls()
        self.account.action_update_available_marketplaces()
        self.assertEqual(len(self.calls() - known), 1)

    def test_k6_costs_one_statement_for_a_step(self):
        def cost():
            self.env["amazon.rate.limit"].search([]).next_allowed_at = False
            return self.count_sql(self.account.action_update_available_marketplaces)

        cost()
        with_log = cost()
        with patch.object(type(self.env["amazon.call"]), "_note"):
            without = cost()
        self.assertEqual(with_log - without, 1)

    def test_k6_nothing_personal_and_no_secret_is_noted(self):
        ref = self.buy(
            "MUG-BLUE",
            buyer={"name": "Erika Geheim", "email": "erika@marketplace.amazon.de"},
            address={
                "name": "Erika Geheim",
                "addressLine1": "Verborgene Gasse 7",
                "city": "Heimlichstadt",
                "postalCode": "98765",
                "countryCode": "DE",
            },
        )
        with self.assertLogs(WIRE_LOG) as log:
            self.sync()
            self.account.action_recover_orders()
            self.account._recover_references([ref, "999-1234567-7654321"])
            self.account.refresh_token = "Atzr|mistyped"
            with mute_logger(ACCOUNT_LOG):
                self.account.action_update_available_marketplaces()
        self.env.flush_all()
        self.env.cr.execute("SELECT amazon_call::text FROM amazon_call")
        noted = [row for (row,) in self.env.cr.fetchall()]
        self.assertGreaterEqual(len(noted), 4)
        text = "\n".join(noted + log.output).lower()
        planted = ("geheim", "erika", "gasse", "heimlich", "98765", "mistyped", "atzr")
        secrets = (SELLER.client_id, SELLER.client_secret, SELLER.refresh_token)
        tokens = list(self.world.access_tokens)
        for secret in (*planted, *secrets, *tokens, "?", "http", ref, "999-1234567"):
            self.assertNotIn(secret.lower(), text)

    def test_k6_old_calls_go(self):
        self.account.action_update_available_marketplaces()
        old, young = self.calls()[:1], self.calls()[1:]
        self.account.call_log_days = 7
        now = fields.Datetime.now()
        self.env.flush_all()
        for calls, days in ((old, 8), (young, 6)):
            self.env.cr.execute(
                "UPDATE amazon_call SET called_at = %s WHERE id IN %s",
                [now - timedelta(days=days), tuple(calls.ids)],
            )
        with patch.object(amazon_call, "PURGED_AT_ONCE", 1):
            self.env["amazon.call"]._gc_calls()
        self.assertEqual(self.calls(), young)

    def test_k6_is_kept_for_a_day_at_least(self):
        with self.assertRaises(ValidationError):
            self.account.call_log_days = 0
