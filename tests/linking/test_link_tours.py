"""Link an account in the browser (feature A3)."""

from odoo.tests import tagged

from odoo.addons.amazon_connector.sim import SELLER_NA

from .case import ConsentCase


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
