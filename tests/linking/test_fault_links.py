"""Each fault while an account is linked and its connection tested (features A3-A5)."""

from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

from odoo import fields
from odoo.tools import mute_logger

from odoo.addons.amazon_connector.const import KEYS
from odoo.addons.amazon_connector.models.connection.amazon_link_request import (
    LinkRefused,
)
from odoo.addons.amazon_connector.sim import SELLER

from ..fault_case import FaultCase

LINK_LOG = "odoo.addons.amazon_connector.models.connection.amazon_link_request"
RETURN = "https://odoo.example.com/amazon_connector/return"
#: operation -> the area of which *Test Connection* learns by it
AREAS = {
    "searchOrders, testing": "buyer",
    "getListingsItem": "listings",
    "listTransactions": "finance",
}


class TestFaultLinks(FaultCase):
    """A person waits at the screen."""

    is_button = True

    def test_a3_consent_becomes_a_link(self):
        self.try_column("token, consent", self._have_a_registered_app)

    def test_a3_linking_with_keys(self):
        self.try_column("getMarketplaceParticipations, linking", self._paste_keys)

    def test_a5_fetching_the_marketplaces(self):
        self.try_column("getMarketplaceParticipations", self._sell_in_one_country)

    def test_a4_testing_orders_and_names(self):
        self.try_column("searchOrders, testing", self._test)

    def test_a4_testing_the_listings(self):
        self.try_column("getListingsItem", self._test)

    def test_a4_testing_the_payments(self):
        self.try_column("listTransactions", self._test)

    # === the stories === #

    def _have_a_registered_app(self):
        self.company.write(
            {
                "amazon_app_ref": SELLER.application_id,
                "amazon_app_client_id": SELLER.client_id,
                "amazon_app_client_secret": SELLER.client_secret,
            }
        )
        return self._consent

    def _consent(self):
        """The seller goes to the consent page and comes back."""
        requests = self.env["amazon.link.request"]
        account, self.error_text = self.account, None
        values = {
            "account_id": account.id,
            "company_id": self.company.id,
            "name": account.name,
            "environment": "simulator",
            "simulator_url": self.amazon.url,
            "base_marketplace_id": account.base_marketplace_id.id,
            "redirect_uri": RETURN,
        }
        there = dict(parse_qsl(urlsplit(requests._open(values, "session")).query))
        back = self.world.consents.give(
            self.world, self.world.sellers[0], RETURN, there["state"]
        )
        try:
            with mute_logger(LINK_LOG):
                requests._complete(dict(parse_qsl(urlsplit(back).query)), "session")
        except LinkRefused as refused:
            self.assertEqual(refused.reason, "exchange")
            self.error_text = refused.detail

    def _paste_keys(self):
        self.account.consent_date = fields.Date.today() - timedelta(days=10)
        return self._link

    def _link(self):
        """A person pastes the keys once more."""
        account = self.account.sudo()
        names = ("connection_state", "connection_message", "consent_date", *KEYS)
        before = account.read(names)
        wizard = self.env["amazon.link.account"].create({"account_id": account.id})
        wizard.refresh_token = SELLER.refresh_token
        action = wizard.action_link()
        self.error_text = wizard.message
        if self.error_text:  # it stands in the window; what worked before works on
            shown = action["res_model"], action["res_id"]
            self.assertEqual(shown, (wizard._name, wizard.id))
            account.invalidate_recordset()
            self.assertEqual(account.read(names), before)
        else:
            self.assertEqual(account.consent_date, fields.Date.context_today(account))

    def _sell_in_one_country(self):
        home = self.account.base_marketplace_id
        self.account.available_marketplace_ids = home
        return self._update_marketplaces

    def _update_marketplaces(self):
        answer = self.account.action_update_available_marketplaces()["params"]
        self.error_text = answer["type"] == "danger" and answer["message"]

    def _test(self):
        """Without an order Amazon has no names that could be denied."""
        moment = self.world.now() - timedelta(hours=5)
        self.buy("MUG-BLUE", created=moment, updated=moment)
        return self._test_connection

    def _test_connection(self):
        answer = self.account.action_test_connection()["params"]
        self.error_text = answer["type"] == "danger" and answer["message"]
        self.answer = answer

    # === what people see === #

    def see_outcome(self, operation):
        says = self.account.connection_message
        if operation == "token, consent":
            return self._see_refusal(operation)
        if operation == "getMarketplaceParticipations, linking" and self.error_text:
            return self._see_window()
        if self.account.connection_state == "error":
            self.assertEqual(self.error_text, says)
            return "config"
        area = AREAS.get(operation, "marketplaces")
        check = self.account.check_ids.filtered(lambda check: check.area == area)
        if self.error_text:
            self.assertEqual(self.error_text, says)
            return "press"
        self.assertEqual(bool(check.message), check.state in ("denied", "untried"))
        if check.state == "denied":
            return "denied"
        if check.state == "untried":
            return "untried" if self.answer["type"] == "warning" else self.answer
        return self.see_detour(operation)

    def _see_window(self):
        """Name what the wizard asks for after a failure; the account is as it was.

        :return str: what the open window says, and the account does not
        """
        self.assertEqual(self.account.connection_state, "connected")
        self.assertFalse(self.account.connection_message)
        return "consent" if "Authorize the app" in self.error_text else "press"

    def _see_refusal(self, operation):
        """Name what the page after the consent asks for.

        :return str: what the page says after the consent
        """
        if not self.error_text:
            return self.see_detour(operation)
        return "keys" if "registered app" in self.error_text else "consent"
