"""What the app may do for the seller (feature A4)."""

from odoo.tools import mute_logger

from odoo.addons.amazon_connector.sim import SELLER
from odoo.addons.amazon_connector.sim.sellers import (
    ROLE_DELIVERY,
    ROLE_FINANCE,
    ROLE_INSIGHTS,
    ROLE_LISTINGS,
    ROLE_ORDERS,
)

from ..common import ACCOUNT_LOG
from .case import LinkCase


class TestGrantedRoles(LinkCase):
    def deny(self, *roles):
        self.world.sellers[0].roles -= set(roles)

    def test_a4_a_role_that_is_missing_is_named_with_what_to_do(self):
        self.deny(ROLE_FINANCE)
        params = self.account.action_test_connection()["params"]
        self.assertEqual(params["type"], "warning")
        self.assertIn("Payments", params["message"])
        finance = self.account.check_ids.filtered(lambda c: c.area == "finance")
        self.assertEqual(finance.state, "denied")
        for words in ("Finance and Accounting", "Link Again", "Develop Apps"):
            self.assertIn(words, finance.message)
        self.world.sellers[0].roles.add(ROLE_FINANCE)
        self.account.action_test_connection()
        self.assertRecordValues(finance, [{"state": "ok", "message": False}])
        self.assertEqual(len(self.account.check_ids), 7)

    def test_a4_buyers_without_names_are_noticed(self):
        self.buy("MUG-BLUE")
        self.account.action_test_connection()
        self.assertEqual(self.checks(self.account)["buyer"], "ok")
        self.deny(ROLE_DELIVERY)
        self.account.action_test_connection()
        self.assertEqual(self.checks(self.account)["buyer"], "denied")
        self.assertEqual(self.checks(self.account)["orders"], "ok")

    def test_a4_each_role_is_recognized(self):
        self.deny(ROLE_ORDERS, ROLE_LISTINGS, ROLE_INSIGHTS)
        self.account.action_test_connection()
        self.assertEqual(
            self.checks(self.account),
            {
                "marketplaces": "denied",
                "orders": "denied",
                "buyer": "denied",
                "listings": "denied",
                "feeds": "ok",
                "reports": "denied",
                "finance": "ok",
            },
        )
        self.assertEqual(self.account.connection_state, "connected")

    def test_a4_an_app_without_the_list_of_marketplaces_reads_its_home(self):
        self.world.sellers[1].roles.discard(ROLE_INSIGHTS)
        account = self.paste()[0].account_id
        home = account.base_marketplace_id
        self.assertEqual(account.active_marketplace_ids, home)
        self.assertEqual(account.available_marketplace_ids, home)

    def test_a4_linking_again_without_that_role_keeps_the_marketplaces(self):
        before = self.account.active_marketplace_ids
        self.assertEqual(len(before), 3)
        self.deny(ROLE_INSIGHTS)
        self.paste(self.account, refresh_token=SELLER.refresh_token)
        self.assertEqual(self.account.available_marketplace_ids, before)
        self.assertEqual(self.account.active_marketplace_ids, before)
        self.assertEqual(self.checks(self.account)["marketplaces"], "denied")

    def test_a4_what_could_not_be_tried_is_named(self):
        self.amazon.faults.add("listTransactions", "html")
        params = self.account.action_test_connection()["params"]
        self.assertEqual(params["type"], "warning")
        self.assertIn("Without an answer: Payments.", params["message"])

    @mute_logger(ACCOUNT_LOG)
    def test_a4_consent_that_ends_meanwhile_is_no_success(self):
        self.amazon.faults.add("getFeeds", "revoked")
        params = self.account.action_test_connection()["params"]
        self.assertEqual(params["type"], "danger")
        self.assertEqual(params["message"], self.account.connection_message)
        self.assertEqual(self.account.connection_state, "error")

    def test_a4_without_a_merchant_token_offers_are_not_tried(self):
        self.account.seller_key = False
        self.account.action_test_connection()
        listings = self.account.check_ids.filtered(lambda c: c.area == "listings")
        self.assertEqual(listings.state, "untried")
        self.assertIn("merchant token", listings.message)

    def test_a4_a_used_up_quota_is_not_tried(self):
        self.amazon.rates["searchOrders"] = (0.0056, 1)
        self.sync()
        self.account.action_test_connection()
        found = self.checks(self.account)
        self.assertEqual((found["orders"], found["buyer"]), ("untried", "untried"))
        self.assertEqual(found["feeds"], "ok")

    def test_a4_a_dead_line_is_tried_once(self):
        self.amazon.faults.add("searchOrders", "reset")
        self.account.action_test_connection()
        found = self.checks(self.account)
        self.assertEqual(found.pop("marketplaces"), "ok")
        self.assertEqual(set(found.values()), {"untried"})
        self.assertCalls("getMarketplaceParticipations", "searchOrders")
        orders = self.account.check_ids.filtered(lambda c: c.area == "orders")
        self.assertIn("simulator", orders.message)
