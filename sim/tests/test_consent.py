"""The consent page, and what its codes open."""

from urllib.parse import parse_qsl, urlencode, urlsplit

from .. import SELLER, SELLER_NA
from ..sellers import ROLE_FINANCE, ROLE_LISTINGS, ROLE_ORDERS
from .common import CHECKED, SimulatorCase

CONSENT = "/apps/authorize/consent"
BACK = "http://127.0.0.1:8069/amazon_connector/return"


class ConsentCase(SimulatorCase):
    def visit(self, **changes):
        asked = {
            "application_id": SELLER.application_id,
            "state": "s1",
            "redirect_uri": BACK,
        }
        return self.send("GET", f"{CONSENT}?{urlencode(asked | changes)}")

    def choose(self, choice, **changes):
        """Click; return the parameters that Amazon sends back."""
        asked = {
            "application_id": SELLER.application_id,
            "state": "s1",
            "redirect_uri": BACK,
            "choice": choice,
        }
        answer = self.form(CONSENT, **(asked | changes))
        self.assertEqual(answer.status, 303)
        url = urlsplit(answer.headers["location"])
        self.assertEqual(url._replace(query="").geturl(), BACK)
        return dict(parse_qsl(url.query))

    def exchange(self, code, seller=SELLER, **changes):
        fields = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": BACK,
            "client_id": seller.client_id,
            "client_secret": seller.client_secret,
        }
        return self.form("/auth/o2/token", **(fields | changes))


class TestConsentPage(ConsentCase):
    """What a seller sees."""

    def test_it_names_the_application_and_the_sellers(self):
        answer = self.visit()
        self.assertEqual(answer.status, 200)
        for text in (SELLER.application_id, "Tea &amp; Mugs Europe", "127.0.0.1:8069"):
            self.assertIn(text, answer.text)

    def test_consent(self):
        back = self.choose(SELLER_NA.merchant_token)
        self.assertEqual(back["state"], "s1")
        self.assertEqual(back["selling_partner_id"], SELLER_NA.merchant_token)
        self.assertTrue(back["spapi_oauth_code"])

    def test_refusal(self):
        self.assertEqual(self.choose("deny"), {"state": "s1", "error": "access_denied"})

    def test_without_a_person(self):
        self.world.consents.by_itself = SELLER.merchant_token
        answer = self.visit()
        self.assertEqual(answer.status, 303)
        self.assertIn(SELLER.merchant_token, answer.headers["location"])

    def test_what_amazon_complains_about(self):
        for changes, said in (
            ({"application_id": "amzn1.sp.solution.other"}, "not known"),
            ({"application_id": SELLER.client_id}, "not known"),
            ({"redirect_uri": "https://evil.example/x"}, "MD5101"),
            ({"redirect_uri": "javascript:alert(1)"}, "MD5101"),
        ):
            answer = self.visit(**changes)
            self.assertEqual((answer.status, said in answer.text), (400, True))

    def test_draft(self):
        self.world.consents.app_is_draft = True
        self.assertIn("MD1000", self.visit().text)
        self.assertEqual(self.visit(version="beta").status, 200)

    def test_loopback_only(self):
        answer = self.send("GET", CONSENT, headers={"Host": "evil.example"})
        self.assertEqual(answer.status, 403)


class TestCode(ConsentCase):
    """What a code is good for."""

    def code(self):
        return self.choose(SELLER.merchant_token)["spapi_oauth_code"]

    def assertSpent(self, answer):
        self.assertEqual((answer.status, answer.json["error"]), (400, "invalid_grant"))

    def test_it_is_good_once(self):
        code = self.code()
        answer = self.exchange(code)
        self.assertEqual(answer.json["refresh_token"], SELLER.refresh_token)
        self.assertSpent(self.exchange(code))

    def test_it_is_good_for_five_minutes(self):
        code = self.code()
        self.clock.advance(minutes=5)
        self.assertSpent(self.exchange(code))

    def test_it_belongs_to_its_address_and_application(self):
        code = self.code()
        self.assertSpent(self.exchange(code, redirect_uri=BACK + "x"))
        answer = self.exchange(code, client_secret="wrong")
        self.assertEqual(answer.json["error"], "invalid_client")
        self.assertEqual(self.exchange(code, redirect_uri="").status, 400)
        self.assertEqual(self.exchange(code).status, 200)

    def test_it_makes_a_withdrawn_consent_good_again(self):
        self.world.sellers[0].consent_revoked = True
        answer = self.exchange(self.code())
        fresh = answer.json["refresh_token"]
        self.assertNotEqual(fresh, SELLER.refresh_token)
        self.assertEqual(self.ask_token(refresh_token=fresh).status, 200)
        self.assertEqual(self.ask_token().status, 400)


class TestRoles(SimulatorCase):
    """The lists by which one learns of a role."""

    options = CHECKED

    def test_reports_and_transactions(self):
        reports = {"reportTypes": "GET_MERCHANT_LISTINGS_ALL_DATA", "pageSize": "1"}
        posted = {"postedAfter": "2026-01-01T00:00:00Z"}
        answer = self.get("/reports/2021-06-30/reports", **reports)
        self.assertEqual(answer.json, {"reports": []})
        answer = self.get("/finances/2024-06-19/transactions", **posted)
        self.assertEqual(answer.json, {"payload": {"transactions": []}})
        self.assertContractKept()
        self.assertInvalid(self.get("/reports/2021-06-30/reports"), "reportTypes")
        self.assertInvalid(self.get("/finances/2024-06-19/transactions"), "postedAfter")

    def test_roles_are_asked_for(self):
        self.world.sellers[0].roles.clear()
        for path in (
            "/reports/2021-06-30/reports",
            "/finances/2024-06-19/transactions",
        ):
            self.assertEqual(self.get(path).status, 403)
        self.world.sellers[0].roles |= {ROLE_FINANCE, ROLE_LISTINGS, ROLE_ORDERS}
        answer = self.get(
            "/finances/2024-06-19/transactions", postedAfter="2026-01-01T00:00:00Z"
        )
        self.assertEqual(answer.status, 200)
