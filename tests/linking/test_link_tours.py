"""Link an account in the browser (feature A3)."""

from datetime import timedelta
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.amazon_connector.models.connection import amazon_link_request
from odoo.addons.amazon_connector.sim import SELLER, SELLER_NA, consents

from .case import REQUEST_LOG, ConsentCase


@tagged("post_install", "-at_install")
class TestLinkTours(ConsentCase):
    """What a person does in the browser."""

    def setUp(self):
        super().setUp()
        # The form proposes the simulator that was used last.
        self.env["amazon.account"].create(
            {
                "name": "Where the simulator is",
                "active": False,
                "environment": "simulator",
                "simulator_url": self.amazon.url,
                "base_marketplace_id": self.env.ref(
                    "amazon_connector.marketplace_de"
                ).id,
            }
        )
        self.known |= self.account()

    def test_a3_link_by_pasted_keys(self):
        self.start_tour("/web", "amazon_connector_link_by_keys", login="admin")
        self.assertRecordValues(
            self.account(),
            [
                {
                    "name": "Amazon North America",
                    "link_method": "own",
                    "connection_state": "connected",
                    "refresh_token": SELLER_NA.refresh_token,
                }
            ],
        )

    def test_a3_link_by_the_consent_page(self):
        self.world.consents.by_itself = SELLER_NA.merchant_token
        self.start_tour("/web", "amazon_connector_link_by_consent", login="admin")
        self.assertRecordValues(
            self.account(),
            [{"link_method": "oauth", "connection_state": "connected"}],
        )

    def refused(self, mistake):
        """Go to the consent page and back, with a mistake; nothing is linked."""
        before = self.account()
        tour = f"amazon_connector_consent_{mistake}"
        self.start_tour("/web", tour, login="admin")
        self.assertEqual(self.account(), before)

    def test_a3_a_seller_who_refuses_can_begin_again(self):
        self.world.consents.by_itself = consents.DENY
        self.refused("denied")
        self.test_a3_link_by_the_consent_page()

    def test_a3_a_way_back_with_another_state_leads_nowhere(self):
        self.world.consents.by_itself = SELLER_NA.merchant_token
        give = self.world.consents.give

        def mix_up(*arguments):
            return give(*arguments[:-1], "another state")

        with patch.object(self.world.consents, "give", mix_up):
            self.refused("unknown")
        self.assertEqual(self.amazon.calls("token"), [])

    @mute_logger(REQUEST_LOG)
    def test_a3_a_code_that_has_expired_is_explained(self):
        self.world.consents.by_itself = SELLER_NA.merchant_token
        with patch.object(consents, "LIFETIME", timedelta(0)):
            self.refused("expired_code")

    def test_a3_who_takes_too_long_begins_again(self):
        self.world.consents.by_itself = SELLER_NA.merchant_token
        with patch.object(amazon_link_request, "LIFETIME", timedelta(seconds=-1)):
            self.refused("too_late")

    def test_a3_another_seller_does_not_take_the_account(self):
        self.test_a3_link_by_the_consent_page()
        account = self.account()
        self.world.consents.by_itself = SELLER.merchant_token
        action = self.env.ref("amazon_connector.amazon_account_action")
        url = f"/web#action={action.id}&model=amazon.account&view_type=form"
        self.start_tour(
            f"{url}&id={account.id}",
            "amazon_connector_consent_other_seller",
            login="admin",
        )
        self.assertEqual(account.refresh_token, SELLER_NA.refresh_token)
        self.assertEqual(account.connection_state, "connected")
