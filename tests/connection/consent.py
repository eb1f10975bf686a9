"""Base classes for the linking by Amazon's consent page."""

import json
from urllib.parse import parse_qs, urlencode, urlsplit

import requests

from odoo.tests import new_test_user

from odoo.addons.amazon_connector.amazon_api import forget_tokens
from odoo.addons.amazon_connector.sim import SELLER, SELLER_NA, Simulator

from ..browser_case import BrowserCase
from ..common import CHECKED, QUIET

REQUEST_LOG = "odoo.addons.amazon_connector.models.connection.amazon_link_request"

RETURN = "/amazon_connector/return"


class ConsentCase(BrowserCase):
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
        """Find the account that the consent has created.

        :return: amazon.account that is new, archived ones too
        """
        accounts = self.env["amazon.account"].with_context(active_test=False)
        return accounts.search([("id", "not in", self.known.ids)])


class ReturnCase(ConsentCase):
    """Three users, one of them at the browser, and the way to Amazon and back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        env = cls.env(context={**cls.env.context, **QUIET})
        cls.users = {
            login: new_test_user(env, login, groups=group)
            for login, group in (
                ("consent_manager", "amazon_connector.group_amazon_manager"),
                ("consent_other", "amazon_connector.group_amazon_manager"),
                ("consent_user", "amazon_connector.group_amazon_user"),
            )
        }

    def setUp(self):
        super().setUp()
        self.sign_in("consent_manager")

    def sign_in(self, login):
        self.authenticate(login, login)

    def rpc(self, model, method, *args, **kwargs):
        """As the web client does it.

        :return: the result, None for an error
        """
        call = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        answer = self.opener.post(
            f"{self.base_url()}/web/dataset/call_kw/{model}/{method}",
            data=json.dumps({"jsonrpc": "2.0", "method": "call", "params": call}),
            headers={"Content-Type": "application/json"},
        )
        return answer.json().get("result")

    def go_to_amazon(self, **values):
        """Fill in the wizard, press *Go to Amazon*.

        :return str: address of the consent page
        """
        marketplace = self.env.ref("amazon_connector.marketplace_us")
        created = self.rpc(
            "amazon.link.account",
            "create",
            [
                {
                    "name": "America",
                    "environment": "simulator",
                    "simulator_url": self.amazon.url,
                    "base_marketplace_id": marketplace.id,
                    "method": "oauth",
                    **values,
                }
            ],
        )
        return self.rpc("amazon.link.account", "action_consent", created)["url"]

    def decide(self, url, choice=SELLER_NA.merchant_token):
        """The seller decides at Amazon.

        :return dict: what the browser brings back to Odoo
        """
        self.world.consents.by_itself = choice
        answer = requests.get(url, allow_redirects=False, timeout=10)
        back = urlsplit(answer.headers["Location"])
        self.assertEqual(f"{back.scheme}://{back.netloc}", self.base_url())
        self.assertEqual(back.path, RETURN)
        return {name: values[0] for name, values in parse_qs(back.query).items()}

    def come_back(self, answer):
        """Open the address to which Amazon's consent page leads back.

        :return: the page of Odoo, or where it leads to
        """
        return self.url_open(f"{RETURN}?{urlencode(answer)}", allow_redirects=False)

    def assertRefused(self, page, title, status=400):
        self.assertEqual(page.status_code, status)
        self.assertIn(title, page.text)
        self.assertIn("Back to Odoo", page.text)
        self.assertEqual(page.headers["Referrer-Policy"], "no-referrer")
        self.assertEqual(page.headers["Cache-Control"], "no-store")
