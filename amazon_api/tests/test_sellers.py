from .. import Participation, Unavailable
from .common import AmazonCase, Reply

US = {
    "marketplace": {
        "id": "ATVPDKIKX0DER",
        "name": "Amazon.com",
        "countryCode": "US",
        "defaultCurrencyCode": "USD",
        "defaultLanguageCode": "en_US",
        "domainName": "www.amazon.com",
    },
    "storeName": "BestSellerStore",
    "participation": {"isParticipating": True, "hasSuspendedListings": False},
}


class TestParticipations(AmazonCase):
    def ask(self):
        return self.seller().get_marketplace_participations()

    def test_list(self):
        self.amazon_answers(Reply(200, {"payload": [US]}))
        self.assertEqual(
            self.ask(),
            (
                Participation(
                    marketplace_id="ATVPDKIKX0DER",
                    name="Amazon.com",
                    country_code="US",
                    currency_code="USD",
                    domain_name="www.amazon.com",
                    store_name="BestSellerStore",
                    is_participating=True,
                    has_suspended_listings=False,
                ),
            ),
        )
        (call,) = self.amazon.calls
        self.assertEqual(call.path, "/sellers/v1/marketplaceParticipations")
        self.assertEqual(call.query, {})

    def test_none_at_all(self):
        self.amazon_answers(Reply(200, {"payload": []}))
        self.assertEqual(self.ask(), ())

    def test_broken_entries(self):
        for entry in (
            None,
            "x",
            {},
            {**US, "marketplace": {"id": ""}},
            {**US, "marketplace": {"id": 7}},
            {**US, "participation": {"isParticipating": "yes"}},
            {**US, "participation": None},
            {**US, "storeName": 7},
        ):
            self.amazon_answers(Reply(200, {"payload": [US, entry]}))
            self.assertEqual(self.failure_of(Unavailable, self.ask).reason, "answer")
