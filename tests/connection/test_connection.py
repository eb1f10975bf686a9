"""Linking and marketplaces (features A1, A4, A5, A9, B2)."""

from odoo.exceptions import ValidationError
from odoo.tools import mute_logger

from ..common import ACCOUNT_LOG, DE, AmazonCase


class TestConnection(AmazonCase):
    def test_a4_connection_works(self):
        params = self.account.action_test_connection()["params"]
        self.assertEqual(params["type"], "success")
        self.assertRecordValues(
            self.account,
            [{"connection_state": "connected", "connection_message": False}],
        )
        self.assertCalls(
            "getMarketplaceParticipations",
            "searchOrders",
            "getListingsItem",
            "getFeeds",
            "getReports",
            "listTransactions",
        )

    @mute_logger(ACCOUNT_LOG)
    def test_a4_wrong_keys_are_explained_and_kept_on_the_form(self):
        self.account.refresh_token = "Atzr|mistyped"
        params = self.account.action_test_connection()["params"]
        self.assertEqual(params["type"], "danger")
        self.assertRecordValues(
            self.account,
            [
                {
                    "connection_state": "error",
                    "connection_message": params["message"],
                }
            ],
        )

    def test_a5_marketplaces_of_the_seller_are_fetched(self):
        account = self._link_account(
            self.another_seller(),
            available_marketplace_ids=[],
            active_marketplace_ids=[],
        )
        params = account.action_update_available_marketplaces()["params"]
        europe = self.env["amazon.marketplace"].search([("region", "=", "eu")])
        self.assertEqual(
            params["message"], "Marketplaces that are available: 16, new ones: 16."
        )
        self.assertEqual(account.available_marketplace_ids, europe)
        self.assertEqual(account.active_marketplace_ids, europe)

    def test_a5_choice_of_marketplaces_survives_an_update(self):
        germany = self.env.ref("amazon_connector.marketplace_de")
        self.account.active_marketplace_ids = germany
        self.account.action_update_available_marketplaces()
        self.assertEqual(len(self.account.available_marketplace_ids), 16)
        self.assertEqual(self.account.active_marketplace_ids, germany)

    def test_b2_marketplace_added_by_hand_is_found(self):
        germany = self.env.ref("amazon_connector.marketplace_de")
        germany.api_ref = "A0SOMETHINGELSE"
        self.account.action_update_available_marketplaces()
        self.assertEqual(len(self.account.available_marketplace_ids), 15)
        new = self.env["amazon.marketplace"].create(
            {"name": "Amazon.de again", "api_ref": DE, "region": "eu"}
        )
        self.account.action_update_available_marketplaces()
        self.assertIn(new, self.account.available_marketplace_ids)

    def test_a9_simulator_has_to_run_on_this_machine(self):
        for url in (
            False,
            "https://sellingpartnerapi-eu.amazon.com",
            "http://127.0.0.1@example.com",
            "http://localhost.example.com:8199",
            "http://10.0.0.1:8199",
            "file:///etc/passwd",
        ):
            with self.subTest(url), self.assertRaises(ValidationError):
                self.account.simulator_url = url
        self.account.simulator_url = "http://localhost:8199"

    def test_marketplaces_of_another_region_are_refused(self):
        with self.assertRaisesRegex(ValidationError, "account of its own"):
            self.account.active_marketplace_ids += self.env.ref(
                "amazon_connector.marketplace_us"
            )

    def test_g1_accounts_of_a_company_share_one_location(self):
        other = self._link_account(self.another_seller())
        self.assertEqual(other.location_id, self.account.location_id)
        self.assertRecordValues(
            self.account.location_id,
            [{"name": "Amazon", "usage": "internal", "company_id": self.company.id}],
        )
