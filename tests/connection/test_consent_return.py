"""There and back: Amazon's consent page and Odoo's return address (feature A3)."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.amazon_connector.sim import SELLER, SELLER_NA

from ..common import ACCOUNT_LOG
from .consent import REQUEST_LOG, RETURN, ReturnCase


@tagged("post_install", "-at_install")
class TestConsentReturn(ReturnCase):
    def test_a3_a_seller_is_linked_on_the_consent_page(self):
        page = self.come_back(self.decide(self.go_to_amazon()))
        account = self.account()
        self.assertEqual(page.status_code, 303)
        self.assertTrue(page.headers["Location"].startswith("/web#"))
        self.assertIn(f"id={account.id}&", page.headers["Location"])
        america = self.env["amazon.marketplace"].search([("region", "=", "na")])
        self.assertRecordValues(
            account,
            [
                {
                    "name": "America",
                    "link_method": "oauth",
                    "seller_key": SELLER_NA.merchant_token,
                    "refresh_token": SELLER_NA.refresh_token,
                    "lwa_client_id": SELLER_NA.client_id,
                    "lwa_client_secret": SELLER_NA.client_secret,
                    "consent_date": fields.Date.today(),
                    "secret_date": fields.Date.to_date("2026-10-01"),
                    "connection_state": "connected",
                    "active_marketplace_ids": america.ids,
                    "user_id": self.users["consent_manager"].id,
                }
            ],
        )
        self.assertEqual(set(account.check_ids.mapped("state")), {"ok", "untried"})
        self.assertEqual(len(account.check_ids), 7)

    def test_a3_the_address_names_the_app_and_the_return(self):
        self.company.amazon_app_is_draft = True
        self.world.consents.app_is_draft = True
        url = urlsplit(self.go_to_amazon())
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        self.assertEqual(url.path, "/apps/authorize/consent")
        self.assertGreaterEqual(len(query.pop("state")), 43)
        self.assertEqual(
            query,
            {
                "application_id": SELLER.application_id,
                "redirect_uri": self.base_url() + RETURN,
                "version": "beta",
            },
        )
        self.decide(url.geturl())

    def test_a3_amazon_is_asked_at_the_seller_central_of_the_marketplace(self):
        params = self.env["ir.config_parameter"].sudo()
        params.set_param("web.base.url", "https://odoo.example.com")
        japan = self.env.ref("amazon_connector.marketplace_jp")
        url = self.go_to_amazon(environment="production", base_marketplace_id=japan.id)
        self.assertTrue(
            url.startswith("https://sellercentral.amazon.co.jp/apps/authorize/consent?")
        )
        params.set_param("web.base.url", "http://odoo.example.com")
        with self.assertRaises(TypeError), mute_logger("odoo.http"):
            self.go_to_amazon(environment="production")  # Amazon wants https

    def test_a6_only_hashes_are_kept(self):
        state = parse_qs(urlsplit(self.go_to_amazon()).query)["state"][0]
        self.env.cr.execute("SELECT * FROM amazon_link_request")
        kept = str(self.env.cr.fetchall())
        self.assertNotIn(state, kept)
        self.assertNotIn(self.session.get("amazon_link_key") or state, kept)

    def test_a3_a_way_back_is_good_once(self):
        answer = self.decide(self.go_to_amazon())
        self.come_back(answer)
        exchanges = len(self.amazon.calls("token"))
        self.assertRefused(self.come_back(answer), "This was done already")
        self.assertEqual(len(self.amazon.calls("token")), exchanges)
        self.assertEqual(len(self.account()), 1)

    def test_a3_a_made_up_way_back_leads_nowhere(self):
        answer = self.decide(self.go_to_amazon())
        for changes in ({"state": "x" * 43}, {"state": ""}):
            page = self.come_back({**answer, **changes})
            self.assertRefused(page, "This was not begun here")
        self.assertFalse(self.account())
        self.assertEqual(self.amazon.calls("token"), [])

    def test_a3_nobody_else_can_finish(self):
        answer = self.decide(self.go_to_amazon())
        self.sign_in("consent_other")
        self.assertRefused(self.come_back(answer), "Somebody else began this", 403)
        self.assertFalse(self.account())

    def test_a3_another_session_can_not_finish(self):
        answer = self.decide(self.go_to_amazon())
        self.sign_in("consent_manager")
        self.assertRefused(self.come_back(answer), "This was begun elsewhere")
        self.go_to_amazon()  # now this session has a key of its own
        self.assertRefused(self.come_back(answer), "This was begun elsewhere")
        self.assertFalse(self.account())

    def test_a3_who_is_no_manager_can_not_finish(self):
        answer = self.decide(self.go_to_amazon())
        self.sign_in("consent_user")
        self.assertRefused(self.come_back(answer), "This is for managers", 403)
        self.assertFalse(self.account())
        self.assertEqual(self.amazon.calls("token"), [])

    def test_a3_a_quarter_of_an_hour_is_enough(self):
        answer = self.decide(self.go_to_amazon())
        request = self.env["amazon.link.request"].search([], limit=1)
        request.expires_at = fields.Datetime.now() - timedelta(seconds=1)
        self.env.flush_all()
        self.assertRefused(self.come_back(answer), "That took too long")
        self.assertFalse(self.account())

    def test_a3_a_refusal_at_amazon_is_shown(self):
        answer = self.decide(self.go_to_amazon(), "deny")
        title = "Amazon gave no authorization"
        self.assertRefused(self.come_back(answer), title)
        answer = self.decide(self.go_to_amazon())
        del answer["spapi_oauth_code"]
        self.assertRefused(self.come_back(answer), title)
        self.assertFalse(self.account())

    @mute_logger(REQUEST_LOG)
    def test_a3_an_exchange_that_fails_is_shown(self):
        title = "Amazon did not complete the link"
        answer = self.decide(self.go_to_amazon())
        page = self.come_back({**answer, "spapi_oauth_code": "x"})
        self.assertRefused(page, title)
        self.assertIn("no longer good", page.text)

        self.company.amazon_app_client_secret = "amzn1.oa2-cs.v1.wrong"
        page = self.come_back(self.decide(self.go_to_amazon()))
        self.assertRefused(page, title)
        self.assertIn("Connectors", page.text)
        self.assertNotIn("amzn1.oa2-cs", page.text)

        self.amazon.faults.add("token", "html")
        page = self.come_back(self.decide(self.go_to_amazon()))
        self.assertRefused(page, title)
        self.assertFalse(self.account())

    def test_a3_there_is_no_open_redirect(self):
        answer = self.decide(self.go_to_amazon())
        evil = {"redirect": "https://evil.example", "redirect_uri": "//evil.example"}
        page = self.come_back({**answer, **evil})
        self.assertTrue(page.headers["Location"].startswith("/web#"))

    def test_a3_linking_again_keeps_the_account_and_its_seller(self):
        self.come_back(self.decide(self.go_to_amazon()))
        account = self.account()
        self.world.sellers[1].consent_revoked = True
        again = {"account_id": account.id}
        page = self.come_back(
            self.decide(self.go_to_amazon(**again), SELLER.merchant_token)
        )
        self.assertRefused(page, "This is another seller")
        self.assertIn(SELLER_NA.merchant_token, page.text)
        self.assertEqual(account.refresh_token, SELLER_NA.refresh_token)

        page = self.come_back(self.decide(self.go_to_amazon(**again)))
        self.assertIn(f"id={account.id}&", page.headers["Location"])
        self.assertEqual(account.refresh_token, self.world.sellers[1].refresh_token)
        self.assertNotEqual(account.refresh_token, SELLER_NA.refresh_token)
        self.assertEqual(account.connection_state, "connected")

    def test_a3_a_known_seller_is_linked_again_not_twice(self):
        self.come_back(self.decide(self.go_to_amazon()))
        account = self.account()
        account.active = False
        self.come_back(self.decide(self.go_to_amazon(name="Once more")))
        self.assertRecordValues(
            self.account(), [{"id": account.id, "name": "America", "active": True}]
        )

    @mute_logger(ACCOUNT_LOG)
    def test_a3_a_seller_of_another_region_is_shown(self):
        germany = self.env.ref("amazon_connector.marketplace_de")
        page = self.come_back(
            self.decide(self.go_to_amazon(base_marketplace_id=germany.id))
        )
        self.assertRefused(page, "The new keys did not pass their test")
        self.assertIn("not in the region of Amazon.de", page.text)
        self.assertFalse(self.account())

    def test_a2_a_new_secret_of_the_app_reaches_its_accounts(self):
        self.come_back(self.decide(self.go_to_amazon()))
        secret = self.world.rotate_secret()
        self.company.amazon_app_client_secret = f" {secret}\n"
        account = self.account()
        self.assertEqual(account.lwa_client_secret, secret)
        self.assertEqual(account.secret_date, fields.Date.context_today(account))
        params = account.action_test_connection()["params"]
        self.assertEqual(params["type"], "success")
