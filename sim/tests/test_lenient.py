"""What Amazon takes and does not document: refused by a strict simulator only."""

import json

from .. import SELLER
from .common import GERMANY, ORDERS, SimulatorCase
from .test_auth import PARTICIPATIONS

DOCUMENTS = "/feeds/2021-06-30/documents"
RESTRICTED = "/tokens/2021-03-01/restrictedDataToken"
KEYS = {
    "grant_type": "refresh_token",
    "client_id": SELLER.client_id,
    "client_secret": SELLER.client_secret,
    "refresh_token": SELLER.refresh_token,
}
GRANTLESS = {
    "grant_type": "client_credentials",
    "client_id": SELLER.client_id,
    "client_secret": SELLER.client_secret,
    "scope": "sellingpartnerapi::notifications",
}
JSON = {"Content-Type": "application/json"}


class TestLenient(SimulatorCase):
    """A simulator as others start it."""

    options = {"strict": False}

    def assertRemarked(self, *remarks):
        """Check all remarks of this simulator."""
        self.assertEqual(self.sim.remarks, list(remarks))

    def test_token_asked_for_in_json(self):
        answer = self.send("POST", "/auth/o2/token", json.dumps(KEYS), JSON)
        self.assertEqual(answer.status, 200, answer.text)
        self.access = answer.json["access_token"]
        self.assertEqual(self.get(PARTICIPATIONS).status, 200)
        self.assertRemarked("token: Content-Type is not form-urlencoded")

    def test_token_asked_for_in_no_known_way(self):
        for body in ("[1]", "nonsense", '"text"'):
            answer = self.send("POST", "/auth/o2/token", body, JSON)
            self.assertEqual(
                (answer.status, answer.json["error"]), (400, "invalid_request")
            )

    def test_grantless_token_opens_nothing_of_a_seller(self):
        answer = self.form("/auth/o2/token", **GRANTLESS)
        self.assertEqual(answer.status, 200, answer.text)
        self.assertNotIn("refresh_token", answer.json)
        self.access = answer.json["access_token"]
        self.assertEqual(self.get(PARTICIPATIONS).status, 403)
        self.assertRemarked()

    def test_grantless_token_needs_a_scope(self):
        for scope in ("", "profile"):
            answer = self.form("/auth/o2/token", **GRANTLESS | {"scope": scope})
            self.assertEqual(answer.status, 400, answer.text)

    def test_unknown_and_repeated_parameters(self):
        self.link()
        query = f"lastUpdatedAfter=2026-01-01T00:00:00Z&marketplaceIds={GERMANY}"
        answer = self.send(
            "GET",
            f"{ORDERS}?{query}&marketplaceIds=A13V1IB3VIYZZH&MarketplaceId={GERMANY}",
            headers={"x-amz-access-token": self.access},
        )
        self.assertEqual(answer.status, 200, answer.text)
        self.assertRemarked(
            "searchOrders: marketplaceIds is given twice; write its values with commas",
            "searchOrders: Unknown parameter: MarketplaceId",
        )

    def test_a_flag_as_python_writes_it(self):
        answer = self.get(
            "/fba/inventory/v1/summaries",
            details="True",
            granularityType="Marketplace",
            granularityId=GERMANY,
            marketplaceIds=GERMANY,
        )
        self.assertEqual(answer.status, 200, answer.text)
        self.assertRemarked("getInventorySummaries: details must be true or false True")

    def test_unknown_fields_at_any_depth(self):
        body = {"contentType": "text/xml", "path": "/feeds", "MarketplaceIds": []}
        answer = self.call("POST", DOCUMENTS, body)
        self.assertEqual(answer.status, 201, answer.text)
        resource = {"method": "GET", "path": ORDERS, "note": 1}
        answer = self.call("POST", RESTRICTED, {"restrictedResources": [resource]})
        self.assertEqual(answer.status, 200, answer.text)
        self.assertEqual(
            sorted(self.sim.remarks),
            [
                "createFeedDocument: Unknown field: MarketplaceIds body",
                "createFeedDocument: Unknown field: path body",
                "createRestrictedDataToken: Unknown field: note restrictedResources",
            ],
        )
        self.assertEqual(len(self.sim.received[-1].remarks), 1)

    def test_the_page_shows_what_is_unusual(self):
        self.search(MarketplaceId=GERMANY)
        self.assertIn("Unknown parameter: MarketplaceId", self.send("GET", "/").text)

    def test_what_is_needed_is_still_needed(self):
        self.assertInvalid(self.call("POST", DOCUMENTS, {}), "contentType is missing")
        self.assertInvalid(self.get(ORDERS), "exactly one of")


class TestStrict(SimulatorCase):
    """A simulator of our own tests."""

    def test_nothing_is_tolerated(self):
        answers = [
            self.send("POST", "/auth/o2/token", json.dumps(KEYS), JSON),
            self.form("/auth/o2/token", **GRANTLESS),
            self.form("/auth/o2/token?x=1", **KEYS),
            self.call("POST", DOCUMENTS, {"contentType": "text/xml", "path": "/"}),
            self.search(MarketplaceId=GERMANY),
        ]
        self.assertEqual([answer.status for answer in answers], [400] * 5)
        self.assertEqual(self.sim.remarks, [])


class TestRestrictedDataToken(SimulatorCase):
    """POST /tokens/2021-03-01/restrictedDataToken."""

    def test_it_opens_what_the_seller_s_own_token_opens(self):
        resource = {"method": "GET", "path": ORDERS, "dataElements": ["buyerInfo"]}
        answer = self.call("POST", RESTRICTED, {"restrictedResources": [resource]})
        self.assertEqual(answer.status, 200, answer.text)
        self.assertEqual(answer.json["expiresIn"], 3600)
        self.access = answer.json["restrictedDataToken"]
        self.assertEqual(self.search().status, 200)
        self.clock.advance(seconds=3601)
        self.assertEqual(self.search().status, 403)

    def test_it_names_at_least_one_resource(self):
        answer = self.call("POST", RESTRICTED, {"restrictedResources": []})
        self.assertInvalid(answer, "restrictedResources may have 1 to 50 values")
