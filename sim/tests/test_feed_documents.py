"""Feeds come in: documents, what createFeed takes, usage plans."""

from urllib.parse import urlsplit

from ..sellers import ROLE_LISTINGS, ROLE_ORDERS
from .common import GERMANY
from .feed_case import CANCELLATIONS, DOCUMENTS, FEEDS, LISTINGS, StockCase, quantity


class TestDocuments(StockCase):
    """The store behind presigned addresses."""

    def place(self):
        answer = self.call("POST", DOCUMENTS, {"contentType": self.content_type})
        url = answer.json["url"]
        self.assertTrue(url.startswith(f"{self.sim.url}/document-store/"))
        return url.removeprefix(self.sim.url)

    def put(self, place, content_type=None, **headers):
        headers["Content-Type"] = content_type or self.content_type
        return self.send("PUT", place, "{}", headers)

    def assertStoreRefuses(self, answer, code):
        self.assertEqual(answer.status, 403)
        self.assertEqual(answer.headers["content-type"], "application/xml")
        self.assertIn(f"<Code>{code}</Code>", answer.text)

    def test_each_has_an_address_of_its_own(self):
        self.assertEqual(len({urlsplit(self.place()).path for _ in range(5)}), 5)

    def test_bound_to_the_content_type(self):
        place = self.place()
        for kind in ("application/json", "application/json;charset=UTF-8", "text/xml"):
            self.assertStoreRefuses(self.put(place, kind), "SignatureDoesNotMatch")
        self.assertEqual(self.put(place).status, 200)

    def test_five_minutes(self):
        place = self.place()
        self.clock.advance(minutes=5)
        self.assertEqual(self.put(place).status, 200)
        self.clock.advance(seconds=1)
        self.assertStoreRefuses(self.put(place), "AccessDenied")

    def test_signature(self):
        place = self.place()
        self.assertStoreRefuses(self.put(place[:-1]), "SignatureDoesNotMatch")
        self.assertStoreRefuses(self.put(f"{place}&a=b"), "SignatureDoesNotMatch")
        self.assertStoreRefuses(self.send("GET", place), "SignatureDoesNotMatch")

    def test_no_access_token_there(self):
        place = self.place()
        refused = self.put(place, **{"x-amz-access-token": self.access})
        self.assertStoreRefuses(refused, "AccessDenied")
        said = "an access token was sent to the document store"
        self.assertEqual(self.world.dangers, [said])

    def test_faults_of_the_store(self):
        place = self.place()
        self.sim.faults.add("uploadFeedDocument", "expired_url")
        self.assertStoreRefuses(self.put(place), "AccessDenied")
        self.sim.faults.add("uploadFeedDocument", "busy_store")
        self.assertEqual(self.put(place).status, 503)
        self.assertEqual(self.put(place).status, 200)

    def test_report_describes_its_encoding(self):
        shown = self.feed(self.push(quantity(5)))
        path = f"{DOCUMENTS}/{shown['resultFeedDocumentId']}"
        for stated, encoding in (("true", "gzip"), ("false", None)):
            answer = self.get(path, enableContentEncodingUrlHeader=stated)
            place = answer.json["url"].removeprefix(self.sim.url)
            report = self.send("GET", place)
            self.assertEqual(report.headers.get("content-encoding"), encoding)
            self.assertEqual(report.raw[:2], b"\x1f\x8b")
        self.clock.advance(days=28, seconds=1)
        self.link()
        self.assertEqual(self.get(path).status, 404)

    def test_report_without_compression(self):
        self.sim.feeds.gzip = False
        shown = self.feed(self.push(quantity(5)))
        answer = self.get(f"{DOCUMENTS}/{shown['resultFeedDocumentId']}")
        self.assertNotIn("compressionAlgorithm", answer.json)
        place = answer.json["url"].removeprefix(self.sim.url)
        self.assertEqual(self.send("GET", place).json["issues"], [])


class TestCreateFeed(StockCase):
    """What createFeed takes."""

    def post(self, **fields):
        body = {"feedType": LISTINGS, "marketplaceIds": [GERMANY]}
        body["inputFeedDocumentId"] = fields.pop("document", None) or self.upload("{}")
        return self.call("POST", FEEDS, body | fields)

    def test_refused(self):
        self.assertInvalid(self.post(document="X"), "inputFeedDocumentId is unknown")
        self.assertInvalid(self.post(feedType="SHOES"), "feedType is unknown")
        self.assertInvalid(self.post(marketplaceIds=[]), "may have 1 to 25")
        self.assertInvalid(self.post(marketplaceIds=[GERMANY] * 26), "1 to 25")
        self.assertInvalid(self.post(marketplaceIds=["ATVPDKIKX0DER"]), "not valid")
        self.assertInvalid(self.post(MarketplaceIds=[GERMANY]), "Unknown field")
        self.assertInvalid(self.post(feedOptions={"a": 1}), "must be a text")
        self.assertEqual(len(self.sim.feeds), 0)

    def test_the_document_must_have_been_uploaded(self):
        answer = self.call("POST", DOCUMENTS, {"contentType": self.content_type})
        code = answer.json["feedDocumentId"]
        self.assertInvalid(self.post(document=code), "was not uploaded")

    def test_documents_of_others_and_old_ones(self):
        code = self.upload("{}")
        self.link(self.world.sellers[1])
        places = ["ATVPDKIKX0DER"]
        answer = self.post(document=code, marketplaceIds=places)
        self.assertInvalid(answer, "is unknown")
        self.clock.advance(days=2, seconds=1)
        self.link()
        self.assertInvalid(self.post(document=code), "has expired")

    def test_roles_by_type(self):
        self.world.sellers[0].roles -= {ROLE_ORDERS, ROLE_LISTINGS}
        self.assertEqual(self.post().status, 403)
        self.assertEqual(self.post(feedType=CANCELLATIONS).status, 202)

    def test_retired_types_end_fatal(self):
        kind = "POST_INVENTORY_AVAILABILITY_DATA"
        shown = self.feed(self.create(kind, "<x/>"))
        self.assertEqual(shown["processingStatus"], "FATAL")
        self.assertNotIn("resultFeedDocumentId", shown)


class TestPlans(StockCase):
    """Usage plans of feeds."""

    options = {"published_rates": True}

    def test_feeds_of_listings_have_their_own(self):
        body = {"feedType": LISTINGS}
        answers = [self.call("POST", FEEDS, body) for _ in range(6)]
        self.assertEqual([a.status for a in answers], [400] * 5 + [429])
        self.assertEqual(answers[0].headers["x-amzn-ratelimit-limit"], "0.0167")
        body = {"feedType": CANCELLATIONS}
        answers = [self.call("POST", FEEDS, body) for _ in range(16)]
        self.assertEqual([a.status for a in answers], [400] * 15 + [429])
        self.assertEqual(answers[0].headers["x-amzn-ratelimit-limit"], "0.0083")

    def test_set(self):
        self.sim.rates["createFeed/JSON_LISTINGS_FEED"] = (1, 1)
        body = {"feedType": LISTINGS}
        statuses = [self.call("POST", FEEDS, body).status for _ in range(2)]
        self.assertEqual(statuses, [400, 429])
        with self.assertRaises(KeyError):
            self.sim.rates["createFeed/SHOES"] = 1
