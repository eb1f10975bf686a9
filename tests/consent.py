"""The case of those who link by the browser."""

from odoo.tests import HttpCase

from odoo.addons.amazon_connector.amazon_api import forget_tokens
from odoo.addons.amazon_connector.sim import SELLER, Simulator

from .common import CHECKED


class ConsentCase(HttpCase):
    """A company with a registered app, and a simulated Amazon that starts empty."""

    def setUp(self):
        super().setUp()
        forget_tokens()
        self.amazon = Simulator(seed=1, **CHECKED)
        self.amazon.start()
        self.addCleanup(self.amazon.stop)
        self.world = self.amazon.world
        self.env["amazon.account"].search([]).write({"seller_key": "A0DEMOACCOUNT"})
        self.company = self.env.company
        self.company.write(
            {
                "amazon_app_ref": SELLER.application_id,
                "amazon_app_client_id": SELLER.client_id,
                "amazon_app_client_secret": SELLER.client_secret,
                "amazon_app_secret_date": "2026-10-01",
                "amazon_app_is_draft": False,
            }
        )
        self.known = self.env["amazon.account"].with_context(active_test=False)
        self.known = self.known.search([])

    def tearDown(self):
        self.assertEqual(self.amazon.contract_violations, [])
        super().tearDown()

    def account(self):
        """:return: amazon.account that is new, archived ones too"""
        accounts = self.env["amazon.account"].with_context(active_test=False)
        return accounts.search([("id", "not in", self.known.ids)])
