"""Access tokens: who gets one, and what it opens."""

from .. import SELLER, SELLER_NA, Seller
from ..sellers import ROLE_INSIGHTS, ROLE_ORDERS
from .common import ORDERS, SimulatorCase

PARTICIPATIONS = "/sellers/v1/marketplaceParticipations"


class TestToken(SimulatorCase):
    """POST /auth/o2/token."""

    def test_good_keys_get_a_token_for_an_hour(self):
        answer = self.ask_token()
        self.assertEqual(answer.status, 200)
        self.assertEqual(answer.json["token_type"], "bearer")
        self.assertEqual(answer.json["expires_in"], 3600)
        self.assertEqual(answer.json["refresh_token"], SELLER.refresh_token)

    def assertRefused(self, answer, status, error):
        self.assertEqual((answer.status, answer.json["error"]), (status, error))
        self.assertTrue(answer.json["error_description"])

    def test_wrong_client(self):
        self.assertRefused(self.ask_token(client_id="nobody"), 401, "invalid_client")
        self.assertRefused(self.ask_token(client_secret="no"), 401, "invalid_client")

    def test_wrong_grant(self):
        answer = self.ask_token(refresh_token="Atzr|nothing")
        self.assertRefused(answer, 400, "invalid_grant")
        answer = self.ask_token(grant_type="password")
        self.assertRefused(answer, 400, "unsupported_grant_type")

    def test_missing_and_repeated_fields(self):
        self.assertRefused(self.ask_token(client_id=""), 400, "invalid_request")
        self.assertRefused(self.ask_token(grant_type=""), 400, "invalid_request")
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        body = "grant_type=refresh_token&grant_type=refresh_token"
        answer = self.send("POST", "/auth/o2/token", body, kind)
        self.assertRefused(answer, 400, "invalid_request")

    def test_form_only(self):
        answer = self.send(
            "POST", "/auth/o2/token", "{}", {"Content-Type": "application/json"}
        )
        self.assertRefused(answer, 400, "invalid_request")

    def test_revoked_consent(self):
        self.link()
        self.world.sellers[0].consent_revoked = True
        self.assertRefused(self.ask_token(), 400, "invalid_grant")
        self.assertEqual(self.get(PARTICIPATIONS).status, 403)

    def test_rotated_secret(self):
        secret = self.world.rotate_secret()
        self.assertRefused(self.ask_token(), 401, "invalid_client")
        self.assertEqual(self.ask_token(client_secret=secret).status, 200)
        self.assertNotEqual(secret, SELLER.client_secret)


class TestAccess(SimulatorCase):
    """What an access token opens."""

    def assertDenied(self, answer, code, details):
        self.assertEqual(answer.status, 403)
        self.assertEqual(answer.error["code"], code)
        self.assertIn(details, answer.error["details"])
        self.assertNotIn("x-amzn-ratelimit-limit", answer.headers)

    def test_without_token(self):
        self.assertDenied(self.send("GET", ORDERS), "Unauthorized", "is missing")

    def test_unknown_token(self):
        self.access = "Atza|made-up"
        self.assertDenied(self.get(PARTICIPATIONS), "Unauthorized", "invalid")

    def test_token_expires_after_an_hour(self):
        self.link()
        self.clock.advance(seconds=3599)
        self.assertEqual(self.get(PARTICIPATIONS).status, 200)
        self.clock.advance(seconds=1)
        self.assertDenied(self.get(PARTICIPATIONS), "Unauthorized", "expired")

    def test_missing_role(self):
        self.world.sellers[0].roles -= {ROLE_ORDERS, ROLE_INSIGHTS}
        for answer in (self.search(), self.get(PARTICIPATIONS)):
            self.assertDenied(answer, "AccessDenied", "needs one of")

    def test_roles_of_one_world_are_not_those_of_the_next(self):
        self.world.sellers[0].roles.clear()
        self.assertIn(ROLE_ORDERS, SELLER.roles)

    def test_every_answer_names_its_request(self):
        numbers = [
            answer.headers["x-amzn-requestid"]
            for answer in (
                self.ask_token(),
                self.search(),
                self.send("GET", "/nothing"),
            )
        ]
        self.assertEqual(len(set(numbers)), 3)

    def test_unknown_operation(self):
        self.assertEqual(self.get("/orders/2026-01-01/nothing").status, 404)
        self.assertEqual(self.send("POST", ORDERS).status, 404)


class TestParticipations(SimulatorCase):
    """GET /sellers/v1/marketplaceParticipations."""

    def test_marketplaces_of_the_region(self):
        rows = self.get(PARTICIPATIONS).json["payload"]
        ids = {row["marketplace"]["id"] for row in rows}
        self.assertLess(set(SELLER.marketplaces), ids)
        self.assertEqual(len(rows), 17, "16 of Europe and one that is not a shop")
        german = next(row for row in rows if row["marketplace"]["name"] == "Amazon.de")
        self.assertEqual(
            german,
            {
                "marketplace": {
                    "id": "A1PA6795UKMFR9",
                    "name": "Amazon.de",
                    "countryCode": "DE",
                    "defaultCurrencyCode": "EUR",
                    "defaultLanguageCode": "de_DE",
                    "domainName": "www.amazon.de",
                },
                "participation": {
                    "isParticipating": True,
                    "hasSuspendedListings": False,
                },
                "storeName": "Tea & Mugs Europe",
            },
        )

    def test_each_seller_has_its_own(self):
        self.link(SELLER_NA)
        rows = self.get(PARTICIPATIONS).json["payload"]
        self.assertEqual(
            {r["marketplace"]["countryCode"] for r in rows},
            {"CA", "US", "MX", "BR"},
        )

    def test_added_seller(self):
        more = self.world.add_seller(
            Seller("Spoons", "eu", "A1SPOONS", marketplaces=("A13V1IB3VIYZZH",))
        )
        self.link(more)
        rows = self.get(PARTICIPATIONS).json["payload"]
        self.assertEqual([r["storeName"] for r in rows], ["Spoons", "Spoons"])

    def test_no_parameters(self):
        self.assertInvalid(self.get(PARTICIPATIONS, marketplaceIds="X"), "Unknown")
